import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Receipt } from './checker.js';

/** How it answers: a status, not at all, or after a while. */
type ProviderMode = Answer | 'hang' | 'slow';

interface Answer {
  readonly status: number;
  readonly retryAfterS?: number;
}

const OK: Answer = { status: 204 };
const SLOW_MS = 9_000;

/** Whoever gets the notifications: a local webhook receiver that can be out of order. */
export class Provider {
  readonly receipts: Receipt[] = [];
  mode: ProviderMode = OK;
  /** Told at once when something arrived, before it is answered. */
  onReceipt: (() => void) | undefined;
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

  /** Whatever is answered with yes counts as received; what is refused or hangs does not. */
  private take(request: IncomingMessage, response: ServerResponse): void {
    const { mode } = this;
    request.resume();
    request.once('end', () => {
      if (mode === 'hang') return;
      if (mode !== 'slow') {
        this.answer(request, response, mode);
        return;
      }
      setTimeout(() => {
        this.answer(request, response, OK);
      }, SLOW_MS).unref();
    });
  }

  private answer(request: IncomingMessage, response: ServerResponse, { status, retryAfterS }: Answer): void {
    const { 'x-trialogue-delivery': deliveryId } = request.headers;
    if (status < 300 && typeof deliveryId === 'string') {
      this.receipts.push({ at: this.nowMs(), deliveryId, channel: 'webhook' });
      this.onReceipt?.();
    }
    if (retryAfterS !== undefined) response.setHeader('retry-after', String(retryAfterS));
    response.writeHead(status).end();
  }
}
