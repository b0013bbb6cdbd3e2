import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Socket } from 'socket.io';
import { Problem, ROUTES, type Principal, type Route, type RouteName } from '#protocol';
import { CallersService } from '../accounts/index.js';
import { OPEN_ROUTE } from '../platform/index.js';
import { RateLimits } from './rate-limits.js';
import { ROUTE, SOCKET_COMMAND, callerOfSocket, type AuthenticatedRequest } from './serve.decorator.js';

/** In front of every handler of every door: who calls, may he, not too often. What is not declared is refused. */
@Injectable()
export class CallerGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly callers: CallersService,
    private readonly limits: RateLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() === 'ws') return this.admitCommand(context);
    const name = this.reflector.get<RouteName | undefined>(ROUTE, context.getHandler());
    if (name !== undefined) {
      await this.admitRequest(context.switchToHttp().getRequest<AuthenticatedRequest>(), ROUTES[name]);
      return true;
    }
    const open = this.reflector.getAllAndOverride<boolean | undefined>(OPEN_ROUTE, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (open !== true) throw new Problem('request.not_found');
    return true;
  }

  private async admitRequest(request: AuthenticatedRequest, route: Route): Promise<void> {
    if (route.principals.length === 0) {
      await this.limits.take('openPerAddress', request.ip ?? 'unknown');
      return;
    }
    const caller = await this.callers.identify(bearerOf(request));
    await this.limits.take('commandsPerKey', caller.principal.keyId);
    requirePrincipal(caller.principal, route.principals);
    request.caller = caller;
  }

  private async admitCommand(context: ExecutionContext): Promise<boolean> {
    const allowed = this.reflector.get<readonly Principal['kind'][] | undefined>(
      SOCKET_COMMAND,
      context.getHandler(),
    );
    const client = context.switchToWs().getClient<Socket>();
    const caller = callerOfSocket(client);
    if (allowed === undefined || caller === undefined) throw new Problem('auth.required');
    await this.limits.take('commandsPerSocket', client.id);
    await this.limits.take('commandsPerKey', caller.principal.keyId);
    await this.callers.confirm(caller);
    requirePrincipal(caller.principal, allowed);
    return true;
  }
}

function requirePrincipal(principal: Principal, allowed: readonly Principal['kind'][]): void {
  if (!allowed.includes(principal.kind)) throw new Problem('auth.forbidden');
}

function bearerOf(request: AuthenticatedRequest): string | undefined {
  return /^Bearer ([A-Za-z0-9_-]+)$/u.exec(request.headers.authorization ?? '')?.[1];
}
