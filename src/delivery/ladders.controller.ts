import { Body, Controller } from '@nestjs/common';
import type { z } from 'zod';
import { ROUTES, type LaddersReply, type OverdueReply, type PutLadderReply } from '#protocol';
import type { Caller } from '../accounts/index.js';
import { LaddersService, StandingsService } from '../obligations/index.js';
import { SchemaPipe } from '../platform/index.js';
import { From, Id, Serve } from './serve.decorator.js';

const requests = { put: ROUTES.putLadder.request, approve: ROUTES.approveLadder.request } as const;

/** What an organisation decides about late answers, and which of its answers are late. */
@Controller()
export class LaddersController {
  constructor(
    private readonly ladders: LaddersService,
    private readonly standings: StandingsService,
  ) {}

  @Serve('listLadders')
  listLadders(
    @From() { principal }: Caller,
    @Id('organisationId') organisationId: string,
  ): Promise<LaddersReply> {
    return this.ladders.list(principal, organisationId);
  }

  @Serve('putLadder')
  putLadder(
    @From() { principal }: Caller,
    @Id('organisationId') organisationId: string,
    @Body(new SchemaPipe(requests.put)) body: z.output<typeof requests.put>,
  ): Promise<PutLadderReply> {
    return this.ladders.put(principal, organisationId, body);
  }

  @Serve('approveLadder')
  approveLadder(
    @From() { principal }: Caller,
    @Id('organisationId') organisationId: string,
    @Body(new SchemaPipe(requests.approve)) body: z.output<typeof requests.approve>,
  ): Promise<void> {
    return this.ladders.approve(principal, organisationId, body);
  }

  @Serve('listOverdue')
  listOverdue(
    @From() { principal }: Caller,
    @Id('organisationId') organisationId: string,
  ): Promise<OverdueReply> {
    return this.standings.listOverdue(principal, organisationId);
  }
}
