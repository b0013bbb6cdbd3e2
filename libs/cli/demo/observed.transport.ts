import { Buffer } from 'node:buffer';
import { networkTransport, type LiveSocket, type Transport, type TransportReply } from '#client';
import { PREFIX, ROUTES, type RouteName } from '#protocol';
import type { Traffic } from './verbs.js';

/** The ordinary way to the service, with a window in it: counts what leaves and looks for readable words. */
export class ObservedTransport implements Transport {
  private calls = 0;
  private bytes = 0;
  private readonly found = new Set<string>();
  private headers: Readonly<Record<string, string>> = {};
  private baseUrl = '';

  /** `words`: what must never leave readable. */
  constructor(private readonly words: readonly string[]) {}

  request: Transport['request'] = (baseUrl, request) => {
    this.baseUrl = baseUrl;
    if ('authorization' in request.headers) this.headers = request.headers;
    this.look(request.body);
    return networkTransport.request(baseUrl, request);
  };

  live: Transport['live'] = (baseUrl, handlers) => {
    const socket = networkTransport.live(baseUrl, handlers);
    const emit: LiveSocket['emit'] = (event, body, timeoutMs) => {
      this.look(body);
      return socket.emit(event, body, timeoutMs);
    };
    return {
      emit,
      connected: () => socket.connected(),
      close: () => {
        socket.close();
      },
    };
  };

  traffic(): Traffic {
    return { calls: this.calls, bytes: this.bytes, readable: [...this.found] };
  }

  /** A call with this person's own token that the SDK would never make. */
  raw(route: RouteName, body: unknown): Promise<TransportReply> {
    const { method, path } = ROUTES[route];
    return networkTransport.request(this.baseUrl, {
      route,
      method,
      path: `${PREFIX}${path}`,
      headers: this.headers,
      body,
    });
  }

  private look(body: unknown): void {
    const text = body === undefined ? '' : JSON.stringify(body);
    this.calls += 1;
    this.bytes += Buffer.byteLength(text);
    for (const word of this.words) {
      if (text.includes(word) || text.includes(JSON.stringify(word).slice(1, -1))) this.found.add(word);
    }
  }
}
