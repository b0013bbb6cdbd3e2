import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Problem } from '#protocol';
import { CONFIG, type Config } from '../config/index.js';
import { DeliveryLedger } from '../notifications/index.js';
import { OperationsReport } from '../obligations/index.js';
import { Open } from '../platform/index.js';
import { OPERATIONS_POLICY, operationsPage, type OperationsView } from './operations.page.js';
import { RateLimits } from './rate-limits.js';

/**
 * What is overdue in the whole installation, for its operator: a page for browsers, JSON for programs. HTTP Basic with
 * any user name and the operator token; where none is set there is no such page.
 */
@ApiExcludeController()
@Open()
@Controller('operations')
export class OperationsController {
  constructor(
    private readonly report: OperationsReport,
    private readonly ledger: DeliveryLedger,
    private readonly limits: RateLimits,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('overdue')
  async overdue(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string | OperationsView> {
    await this.admit(request, response);
    response
      .setHeader('cache-control', 'no-store')
      .setHeader('referrer-policy', 'no-referrer')
      .vary('accept');
    const operations = { ...(await this.report.make()), backlog: await this.ledger.backlog() };
    if (request.accepts(['html', 'json']) === 'json') return operations;
    response.setHeader('content-security-policy', OPERATIONS_POLICY).type('html');
    return operationsPage(operations);
  }

  /** The limit comes before the look at the password, so that guessing is slow. */
  private async admit(request: Request, response: Response): Promise<void> {
    const { operatorToken } = this.config;
    if (operatorToken === undefined) throw new Problem('request.not_found');
    await this.limits.take('operatorPerAddress', request.ip ?? 'unknown');
    if (operatorToken.matches(passwordOf(request))) return;
    response.setHeader('www-authenticate', 'Basic realm="Trialogue operations", charset="UTF-8"');
    throw new Problem('auth.operator_required');
  }
}

function passwordOf(request: Request): string {
  const [, encoded = ''] = /^Basic ([A-Za-z0-9+/=]+)$/u.exec(request.headers.authorization ?? '') ?? [];
  return Buffer.from(encoded, 'base64')
    .toString('utf8')
    .replace(/^[^:]*:/u, '');
}
