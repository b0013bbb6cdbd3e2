import type { INestApplication } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import type { Server, ServerOptions } from 'socket.io';
import { LIMITS } from '#protocol';
import type { Config } from '../config/index.js';
import { correlated } from './correlation.js';
import { reconnectAfterMs } from './queue.service.js';

/**
 * The largest legal entry (96 KiB body, header, signature) is 131,302 characters of base64url, which does not fit
 * the usual 128 KiB with its envelope; 4 KiB on top do.
 */
const MAX_COMMAND_BYTES = Math.ceil(((LIMITS.body + 172) * 4) / 3) + 4_096;

/** Sockets are a hint, so nothing is kept for those who were away: they sync. Text frames, no compression. */
const OPTIONS: Partial<ServerOptions> = {
  transports: ['websocket'],
  allowUpgrades: false,
  serveClient: false,
  perMessageDeflate: false,
  httpCompression: false,
  maxHttpBufferSize: MAX_COMMAND_BYTES,
  pingInterval: 20_000,
  pingTimeout: 20_000,
  connectTimeout: 10_000,
};

/** The adapter does not wait for what it publishes: with Redis away a push is lost, which is a hint, and no more. */
function forgiving(publisher: Redis): Redis {
  const publish = publisher.publish.bind(publisher);
  publisher.publish = async (channel: string, message: string) => publish(channel, message).catch(() => 0);
  return publisher;
}

export class SocketAdapter extends IoAdapter {
  private readonly clients: Redis[] = [];

  constructor(
    app: INestApplication,
    private readonly config: Config,
  ) {
    super(app);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const server = super.createIOServer(port, {
      ...options,
      ...OPTIONS,
      allowRequest: (request, decide) => {
        const { origin } = request.headers;
        decide(null, origin === undefined || this.config.allowedOrigins.includes(origin));
      },
    } as ServerOptions);
    if (this.clients.length === 2) server.adapter(createAdapter(this.clients[0], this.clients[1]));
    return server;
  }

  /** Every command runs under its own correlation id, as every request does. */
  override bindMessageHandlers(
    socket: Parameters<IoAdapter['bindMessageHandlers']>[0],
    handlers: Parameters<IoAdapter['bindMessageHandlers']>[1],
    transform: Parameters<IoAdapter['bindMessageHandlers']>[2],
  ): void {
    const tracked = handlers.map((handler) => ({
      ...handler,
      callback: (...given: readonly unknown[]): unknown =>
        correlated((): unknown => handler.callback(...given)),
    }));
    super.bindMessageHandlers(socket, tracked as typeof handlers, transform);
  }

  /**
   * Between API processes, pushes and disconnects travel through Redis, if there is one. Without it for a while they
   * reach the sockets of this process only; both clients come back by themselves.
   */
  connectToRedis(): void {
    if (this.config.redisUrl === undefined) return;
    const options = { maxRetriesPerRequest: null, retryStrategy: reconnectAfterMs };
    const subscriber = new Redis(this.config.redisUrl.reveal(), options);
    const publisher = forgiving(subscriber.duplicate({ ...options, enableOfflineQueue: false }));
    for (const client of [publisher, subscriber]) client.on('error', () => undefined);
    this.clients.push(publisher, subscriber);
  }

  override async dispose(): Promise<void> {
    for (const client of this.clients.splice(0)) client.disconnect();
    await super.dispose();
  }
}
