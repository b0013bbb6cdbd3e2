import { io, type Socket } from 'socket.io-client';
import { ClientProblem } from './problem.js';
import type { LiveHandlers, LiveSocket, Transport, TransportReply } from './transport.contract.js';

const REQUEST_TIMEOUT_MS = 15_000;
/** Reconnection: first pause, longest pause, and the share of it that is drawn by lot. */
const RECONNECT = { firstMs: 500, longestMs: 10_000, lot: 0.5 } as const;

/** fetch and socket.io (websocket only). */
export const networkTransport: Transport = {
  async request(baseUrl, request): Promise<TransportReply> {
    const hasBody = request.body !== undefined;
    const response = await reach(() =>
      fetch(new URL(request.path, baseUrl), {
        method: request.method,
        headers: { ...request.headers, ...(hasBody ? { 'content-type': 'application/json' } : {}) },
        ...(hasBody ? { body: JSON.stringify(request.body) } : {}),
        redirect: 'error',
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      }),
    );
    const text = await reach(() => response.text());
    return { status: response.status, body: parseJson(text) };
  },

  live(baseUrl, handlers): LiveSocket {
    return new SocketIoLink(baseUrl, handlers);
  },
};

async function reach<Value>(call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (cause) {
    const late = cause instanceof Error && cause.name === 'TimeoutError';
    throw new ClientProblem(late ? 'connection.timeout' : 'connection.unreachable', {}, { cause });
  }
}

/** What is not JSON is judged by whoever expected something: undefined fits no schema. */
function parseJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

class SocketIoLink implements LiveSocket {
  private readonly socket: Socket;
  private again: ReturnType<typeof setTimeout> | undefined;
  private refusals = 0;
  private closed = false;

  constructor(
    baseUrl: string,
    private readonly handlers: LiveHandlers,
  ) {
    this.socket = io(baseUrl, {
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelay: RECONNECT.firstMs,
      reconnectionDelayMax: RECONNECT.longestMs,
      randomizationFactor: RECONNECT.lot,
      auth: (give) => {
        this.handlers.token(this.refusals > 0).then(
          (token) => {
            give({ token });
          },
          () => {
            give({ token: '' });
          },
        );
      },
    });
    this.listen();
  }

  private listen(): void {
    this.socket.on('connect', () => {
      this.refusals = 0;
      this.handlers.state('online');
    });
    this.socket.on('disconnect', (reason) => {
      this.handlers.state('offline');
      if (reason === 'io server disconnect') this.connectLater();
    });
    // The library tries again after a network failure, but not when the server said no to the handshake.
    this.socket.on('connect_error', () => {
      if (!this.socket.active) this.connectLater();
    });
    this.socket.onAny((name: string, body: unknown, ack: unknown) => {
      this.handlers.event(name, body);
      if (typeof ack === 'function') (ack as (answer: unknown) => void)({ ok: true });
    });
  }

  private connectLater(): void {
    if (this.closed || this.again !== undefined) return;
    this.refusals += 1;
    const pauseMs = Math.min(RECONNECT.longestMs, RECONNECT.firstMs * 2 ** this.refusals);
    this.again = setTimeout(
      () => {
        this.again = undefined;
        if (!this.closed) this.socket.connect();
      },
      pauseMs * (1 - RECONNECT.lot * Math.random()),
    );
  }

  async emit(event: string, body: unknown, timeoutMs: number): Promise<unknown> {
    if (!this.socket.connected) throw new ClientProblem('connection.unreachable');
    try {
      return (await this.socket.timeout(timeoutMs).emitWithAck(event, body)) as unknown;
    } catch (cause) {
      throw new ClientProblem('connection.timeout', {}, { cause });
    }
  }

  connected(): boolean {
    return this.socket.connected;
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.again);
    this.socket.disconnect();
  }
}
