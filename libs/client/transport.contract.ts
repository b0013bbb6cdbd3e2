import type { RouteName } from '#protocol';

/** One REST call as it leaves. `body` is JSON; `path` starts with the prefix of the protocol. */
export interface TransportRequest {
  readonly route: RouteName;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface TransportReply {
  readonly status: number;
  readonly body: unknown;
}

/** A live socket. Everything that comes out of it is untrusted. */
export interface LiveSocket {
  /** Resolves with the ack; rejects with `connection.timeout` or `connection.unreachable`. */
  emit(event: string, body: unknown, timeoutMs: number): Promise<unknown>;
  connected(): boolean;
  close(): void;
}

export interface LiveHandlers {
  /** Asked at every (re)connection; `fresh`: the service refused the last one. */
  token(fresh: boolean): Promise<string>;
  /** Whoever waits for an answer gets one when this returns: it arrived. */
  event(name: string, body: unknown): void;
  state(state: 'online' | 'offline'): void;
}

/** The way to a service: fetch and socket.io by default, an in-process double in tests. */
export interface Transport {
  /** Rejects with `connection.unreachable` or `connection.timeout`; every HTTP status is a reply. */
  request(baseUrl: string, request: TransportRequest): Promise<TransportReply>;
  live(baseUrl: string, handlers: LiveHandlers): LiveSocket;
}
