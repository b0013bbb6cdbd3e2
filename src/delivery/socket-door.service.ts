import { Inject, Injectable } from '@nestjs/common';
import type { Server, Socket } from 'socket.io';
import { Problem, SOCKET_EVENT, toHex, type HeadsReply } from '#protocol';
import { CallersService, SessionRepository, type Caller } from '../accounts/index.js';
import { MembershipRepository } from '../chains/index.js';
import {
  DatabaseClock,
  LOGGER,
  LiveEmitter,
  Loop,
  ROOM,
  correlationId,
  toProblem,
  type Logger,
} from '../platform/index.js';
import { PushService } from './push.service.js';
import { RateLimits } from './rate-limits.js';
import { callerOfSocket, type SocketData } from './serve.decorator.js';
import { headToWire } from './wire.js';

const ADVERTISE_EVERY_MS = 20_000;
const WATCH_EVERY_MS = 500;
/** Revocations of the last seconds are looked at again, so that a late commit is not missed. */
const REVOKED_WITHIN_MS = 5_000;
/** What may wait for one socket at two looks in a row; a reader this slow is cut off and syncs later. */
const MAX_WAITING_FRAMES = 64;
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
const KNOWN_EVENTS: readonly string[] = [
  SOCKET_EVENT.entryAppend,
  SOCKET_EVENT.chainSync,
  SOCKET_EVENT.chainHeads,
];

/** Lets sockets in by token, tells them heads, and shows them out when their time or their right is over. */
@Injectable()
export class SocketDoor {
  private server: Server | undefined;
  private readonly lagging = new WeakSet<Socket>();
  private readonly loops: readonly Loop[];

  constructor(
    private readonly callers: CallersService,
    private readonly sessions: SessionRepository,
    private readonly memberships: MembershipRepository,
    private readonly limits: RateLimits,
    private readonly push: PushService,
    private readonly live: LiveEmitter,
    private readonly clock: DatabaseClock,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.loops = [
      new Loop({ name: 'head advertisement', everyMs: ADVERTISE_EVERY_MS, logger }, () =>
        this.advertise(this.localSockets()),
      ),
      new Loop({ name: 'socket watch', everyMs: WATCH_EVERY_MS, logger }, () => this.watch()),
    ];
  }

  /** Guards do not run on connections, so the token is checked here, before the socket exists. */
  open(server: Server): void {
    this.server = server;
    this.push.attach(server);
    this.live.attach(server);
    server.use((socket, next) => {
      this.admit(socket).then(
        () => {
          next();
        },
        (error: unknown) => {
          next(refusal(error));
        },
      );
    });
    for (const loop of this.loops) loop.start();
  }

  async close(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
    this.server?.local.disconnectSockets(true);
  }

  private async admit(socket: Socket): Promise<void> {
    await this.limits.take('connectionsPerAddress', socket.handshake.address);
    const { token } = socket.handshake.auth;
    const caller = await this.callers.identify(typeof token === 'string' ? token : undefined);
    (socket.data as SocketData).caller = caller;
    await socket.join(roomsOf(caller));
  }

  welcome(socket: Socket): void {
    const caller = callerOfSocket(socket);
    if (caller === undefined) {
      socket.disconnect(true);
      return;
    }
    const timer = setTimeout(() => socket.disconnect(true), caller.expiresAtMs - this.clock.nowMs());
    socket.once('disconnect', () => {
      clearTimeout(timer);
    });
    socket.onAny((event: string, ...parameters: readonly unknown[]) => {
      if (!KNOWN_EVENTS.includes(event)) this.refuseUnknown(socket, parameters.at(-1));
    });
    this.advertise([socket]).catch(() => undefined);
  }

  /** Events nobody declared count like commands; whoever sends too many of them is shown out. */
  private refuseUnknown(socket: Socket, ack: unknown): void {
    this.limits.take('commandsPerSocket', socket.id).then(
      () => {
        refuseUnknown(ack);
      },
      () => {
        socket.disconnect(true);
      },
    );
  }

  /** A lost last message leaves no gap: only its head tells. */
  private async advertise(sockets: readonly Socket[]): Promise<void> {
    if (sockets.length === 0) return;
    const heads = await this.memberships.listHeadsOf(
      sockets.flatMap((socket) => callerOfSocket(socket)?.principal ?? []),
    );
    for (const socket of sockets) {
      const caller = callerOfSocket(socket);
      const own = (caller && heads.get(caller.principal.keyId)) ?? [];
      const event: HeadsReply = {
        heads: own.map(({ chainId, head }) => ({ chainId, head: headToWire(head) })),
      };
      socket.emit(SOCKET_EVENT.headsAdvertised, event);
    }
  }

  /** Other processes revoke too; and a reader that does not read must not fill our memory. */
  private async watch(): Promise<void> {
    const sockets = this.localSockets();
    if (sockets.length === 0) return;
    const revoked = new Set((await this.sessions.findRevoked(REVOKED_WITHIN_MS)).map(toHex));
    for (const socket of sockets) {
      const caller = callerOfSocket(socket);
      const gone = caller === undefined || revoked.has(toHex(caller.sessionId));
      if (gone || this.isLagging(socket)) socket.disconnect(true);
    }
  }

  private isLagging(socket: Socket): boolean {
    if (!isBehind(socket)) {
      this.lagging.delete(socket);
      return false;
    }
    if (this.lagging.has(socket)) return true;
    this.lagging.add(socket);
    return false;
  }

  private localSockets(): Socket[] {
    return [...(this.server?.sockets.sockets.values() ?? [])];
  }
}

function roomsOf({ principal, sessionId }: Caller): string[] {
  const own = [ROOM.key(principal.keyId), ROOM.session(toHex(sessionId))];
  return principal.kind === 'device' ? [ROOM.user(principal.userId), ...own] : own;
}

/** What stands between us and the reader: frames behind the transport, bytes inside it. */
interface Backlog {
  readonly writeBuffer?: readonly unknown[];
  readonly transport?: { readonly socket?: { readonly bufferedAmount?: number } };
}

function isBehind(socket: Socket): boolean {
  const { conn } = socket as unknown as { readonly conn: Backlog };
  const waitingBytes = conn.transport?.socket?.bufferedAmount ?? 0;
  return (conn.writeBuffer?.length ?? 0) > MAX_WAITING_FRAMES || waitingBytes > MAX_WAITING_BYTES;
}

/** The client gets it as `connect_error` with `data`. */
function refusal(error: unknown): Error {
  const body = toProblem(error).body(correlationId());
  return Object.assign(new Error(body.code), { data: body });
}

function refuseUnknown(ack: unknown): void {
  if (typeof ack !== 'function') return;
  const answer = ack as (reply: unknown) => void;
  answer({ ok: false, problem: new Problem('request.not_found').body(correlationId()) });
}
