import 'reflect-metadata';
import { NestApplicationContextOptions } from '@nestjs/common/interfaces/nest-application-context-options.interface.js';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { cryptoReady } from '#chain';
import { AppModule, WorkerModule } from './app.module.js';
import type { Config } from './config/index.js';
import { prepareHttp } from './delivery/index.js';
import { NestLogger, SocketAdapter, createLogger } from './platform/index.js';

/** A service that runs and can be asked to end. */
export interface RunningService {
  /** Where it listens, if it does. */
  readonly port: number | undefined;
  /** Takes nothing new, finishes what was taken, lets go of everything. */
  close(): Promise<void>;
}

/** Builds the API without listening yet. */
export async function createApi(config: Config): Promise<NestExpressApplication> {
  await cryptoReady();
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.with(config),
    Object.assign(new NestApplicationContextOptions(), {
      logger: new NestLogger(createLogger(config)),
      bodyParser: false,
      // An SMS provider signs the bytes it sends.
      rawBody: true,
      abortOnError: false,
    }),
  );
  prepareHttp(app);
  const sockets = new SocketAdapter(app, config);
  app.useWebSocketAdapter(sockets);
  sockets.connectToRedis();
  return app;
}

/** Boots the API. Nothing of the process (signals, exit codes) is touched: tests run several side by side. */
export async function startApi(config: Config): Promise<RunningService> {
  const app = await createApi(config);
  try {
    await app.listen(config.port, config.host);
  } catch (error) {
    await app.close();
    throw error;
  }
  const address = app.getHttpServer().address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : undefined,
    close: () => app.close(),
  };
}

/** Boots the background work alone. */
export async function startWorker(config: Config): Promise<RunningService> {
  await cryptoReady();
  const context = await NestFactory.createApplicationContext(
    WorkerModule.with(config),
    Object.assign(new NestApplicationContextOptions(), {
      logger: new NestLogger(createLogger(config)),
      abortOnError: false,
    }),
  );
  return { port: undefined, close: () => context.close() };
}
