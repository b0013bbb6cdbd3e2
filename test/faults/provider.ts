import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Receipt } from './checker.js';

/** How it answers: so, or not at all. */
type ProviderMode = Answer | 'hang';

interface Answer {
  readonly status: number;
  readonly afterMs?: number;
  readonly retryAfterS?: number;
}

const OK: Answer = { status: 204 };

/** Whoever gets the notifications: a local webhook receiver that can be out of order. */
export class Provider {
  readonly receipts: Receipt[] = [];
  mode: ProviderMode = OK;
  private server: Server | undefined;
  port = 0;

  constructor(private readonly nowMs: () => number) {}

  async open(port = 0): Promise<void> {
    const server = createServer((request, response) => {
      this.take(request, response);
    });
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    this.port = (server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.port)}/hook`;
  }

  /** Nobody listens any more; `open(port)` ends that. */
  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    request.resume().once('end', () => {
      const { mode } = this;
      if (mode === 'hang') return;
      setTimeout(() => {
        this.answer(request, response, mode);
      }, mode.afterMs ?? 0).unref();
    });
  }

  /** Whatever is answered with yes counts as received; what is refused or hangs does not. */
  private answer(request: IncomingMessage, response: ServerResponse, { status, retryAfterS }: Answer): void {
    const { 'x-trialogue-delivery': deliveryId } = request.headers;
    if (status < 300 && typeof deliveryId === 'string') {
      this.receipts.push({ at: this.nowMs(), deliveryId, channel: 'webhook' });
    }
    if (retryAfterS !== undefined) response.setHeader('retry-after', String(retryAfterS));
    response.writeHead(status).end();
  }
}
