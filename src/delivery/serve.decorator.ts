import {
  HttpCode,
  Param,
  RequestMapping,
  RequestMethod,
  SetMetadata,
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';
import { PREFIX, Problem, ROUTES, type Route, type RouteName } from '#protocol';
import type { Caller } from '../accounts/index.js';
import { SchemaPipe } from '../platform/index.js';

export const ROUTE = 'route';
export const SOCKET_COMMAND = 'socket-command';

/** A request after the guard has seen it. */
export interface AuthenticatedRequest extends Request {
  caller?: Caller;
}

/** Serves one line of the table of routes: method, path, status and who may call come from there. */
export function Serve(name: RouteName): MethodDecorator {
  const route: Route = ROUTES[name];
  return applyDecorators(
    RequestMapping({ method: RequestMethod[route.method], path: `${PREFIX}${route.path}` }),
    HttpCode(statusOf(route)),
    SetMetadata(ROUTE, name),
  );
}

function statusOf(route: Route): number {
  return route.reply === undefined ? 204 : 200;
}

/** Who calls; only behind a route or command that asks for a token. */
export const From = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const caller =
    context.getType() === 'ws'
      ? callerOfSocket(context.switchToWs().getClient<unknown>())
      : context.switchToHttp().getRequest<AuthenticatedRequest>().caller;
  if (caller === undefined) throw new Problem('auth.required');
  return caller;
});

export interface SocketData {
  caller?: Caller;
}

export function callerOfSocket(client: unknown): Caller | undefined {
  if (typeof client !== 'object' || client === null || !('data' in client)) return undefined;
  return (client.data as SocketData).caller;
}

const hexId = new SchemaPipe(z.string().regex(/^[0-9a-f]{32}$/u));

/** A 16-byte id of the path, in hex. */
export const Id = (name: string): ParameterDecorator => Param(name, hexId);
