import type { INestApplication } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { Server, ServerOptions } from 'socket.io';
import { LIMITS } from '#protocol';
import type { Config } from '../config/index.js';
import { correlated } from './correlation.js';
import { joinSocketCluster, type SocketCluster } from './socket.cluster.js';

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

export class SocketAdapter extends IoAdapter {
  private cluster: SocketCluster | undefined;

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
    if (this.cluster !== undefined) server.adapter(this.cluster.adapter);
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

  /** Several API processes share their pushes and disconnects, if there is a Redis. */
  connectToRedis(): void {
    const { redisUrl } = this.config;
    if (redisUrl !== undefined) this.cluster = joinSocketCluster(redisUrl.reveal());
  }

  override async dispose(): Promise<void> {
    this.cluster?.close();
    await super.dispose();
  }
}
