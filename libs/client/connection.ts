import type { Signer } from '#vault';
import {
  PAGE,
  PROBLEMS,
  Problem,
  SOCKET_EVENT,
  appendReply,
  headsReply,
  syncReply,
  toBase64Url,
  type AppendReply,
  type HeadsReply,
  type RouteName,
  type SyncReply,
} from '#protocol';
import type { z } from 'zod';
import { ClientProblem } from './problem.js';
import { Session, problemOf, type CallInput, type ReplyOf } from './session.js';
import type { LiveSocket, Transport } from './transport.contract.js';

export interface ConnectionOptions {
  readonly url: string;
  readonly transport: Transport;
  readonly signer: Signer | undefined;
  /** How long a call is tried again while the service cannot be reached or says "in a moment". */
  readonly patienceMs: number;
}

const ACK_TIMEOUT_MS = 10_000;
const PAUSE = { firstMs: 100, longestMs: 2_000 } as const;

/**
 * The way to the service. Appends, sync and heads take the live socket when there is one, REST otherwise; every call
 * here may be repeated unchanged, so what gets lost on the way is sent again.
 */
export class Connection {
  readonly session: Session;
  private socket: LiveSocket | undefined;

  constructor(private readonly options: ConnectionOptions) {
    this.session = new Session(options.url, options.transport, options.signer);
  }

  get url(): string {
    return this.options.url;
  }

  call<Name extends RouteName>(name: Name, input?: CallInput): Promise<ReplyOf<Name>> {
    return this.patiently(() => this.session.call(name, input));
  }

  append(chainId: string, entry: Uint8Array): Promise<AppendReply> {
    const body = { chainId, entry: toBase64Url(entry) };
    return this.patiently(() => this.either(SOCKET_EVENT.entryAppend, 'appendEntry', appendReply, body));
  }

  /** At most PAGE.chains cursors; chains that do not exist for me are left out of the reply. */
  async sync(cursors: readonly { chainId: string; afterSeq: number }[]): Promise<SyncReply['chains']> {
    const body = { cursors };
    const reply = await this.patiently(() => this.either(SOCKET_EVENT.chainSync, 'sync', syncReply, body));
    return reply.chains;
  }

  async heads(chainIds: readonly string[]): Promise<HeadsReply['heads']> {
    const found: HeadsReply['heads'] = [];
    for (let at = 0; at < chainIds.length; at += PAGE.chains) {
      const body = { chainIds: chainIds.slice(at, at + PAGE.chains) };
      const reply = await this.patiently(() =>
        this.either(SOCKET_EVENT.chainHeads, 'heads', headsReply, body),
      );
      found.push(...reply.heads);
    }
    return found;
  }

  /** Opens the socket; it reconnects by itself until `close`. */
  live(handlers: {
    event(name: string, body: unknown): void;
    state(state: 'online' | 'offline'): void;
  }): void {
    this.socket ??= this.options.transport.live(this.options.url, {
      token: (fresh) => this.session.token(fresh),
      event: (name, body) => {
        handlers.event(name, body);
      },
      state: (state) => {
        handlers.state(state);
      },
    });
  }

  async close(): Promise<void> {
    this.socket?.close();
    this.socket = undefined;
    await this.session.end();
  }

  private async either<Schema extends z.ZodType>(
    event: string,
    route: RouteName,
    schema: Schema,
    body: unknown,
  ): Promise<z.infer<Schema>> {
    const value = this.socket?.connected() === true ? await this.emit(this.socket, event, body) : undefined;
    const reply: unknown = value ?? (await this.session.call(route, { body }));
    const parsed = schema.safeParse(reply);
    if (!parsed.success) throw new ClientProblem('connection.unexpected_reply');
    return parsed.data;
  }

  /** The ack without its `ok`, or undefined when the socket did not answer: then REST is asked. */
  private async emit(socket: LiveSocket, event: string, body: unknown): Promise<unknown> {
    let ack: unknown;
    try {
      ack = await socket.emit(event, body, ACK_TIMEOUT_MS);
    } catch (error) {
      if (error instanceof ClientProblem) return undefined;
      throw error;
    }
    if (typeof ack !== 'object' || ack === null) return undefined;
    const { ok, problem, ...rest } = ack as { ok?: unknown; problem?: unknown };
    if (ok === true) return rest;
    const refused = problemOf(problem);
    if (refused instanceof Problem && refused.code.startsWith('auth.')) return undefined;
    throw refused;
  }

  private async patiently<Value>(attempt: () => Promise<Value>): Promise<Value> {
    const untilMs = Date.now() + this.options.patienceMs;
    for (let tries = 0; ; tries += 1) {
      try {
        return await attempt();
      } catch (error) {
        const pauseMs = pauseAfter(error, tries);
        if (pauseMs === undefined || Date.now() + pauseMs > untilMs) throw error;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  }
}

/** How long to wait before the same call may be repeated; undefined: it may not. */
function pauseAfter(error: unknown, tries: number): number | undefined {
  const drawn = Math.min(PAUSE.longestMs, PAUSE.firstMs * 2 ** tries) * (0.5 + Math.random() / 2);
  if (error instanceof Problem) {
    if (!PROBLEMS[error.code].retryable) return undefined;
    return Math.max(error.repair?.retryAfterMs ?? 0, drawn);
  }
  const lost =
    error instanceof ClientProblem &&
    (error.code === 'connection.unreachable' || error.code === 'connection.timeout');
  return lost ? drawn : undefined;
}
