import { ConfigError, loadConfig, type Config } from './config/index.js';
import { BootRefused, createLogger, type Logger } from './platform/index.js';
import type { RunningService } from './service.js';

const DRAIN_LIMIT_MS = 15_000;
/** EX_CONFIG of sysexits.h: the launcher does not try again. */
const EXIT_SETTINGS = 78;

/**
 * Runs a service as this process: settings from the environment, a clear word when it cannot start, and an end
 * that drains on SIGTERM, on SIGINT and when the launcher that started it is gone.
 */
export async function runAsProcess(start: (config: Config) => Promise<RunningService>): Promise<void> {
  let logger: Logger = createLogger({ logLevel: 'info' });
  try {
    const config = loadConfig();
    logger = createLogger(config);
    const service = await start(config);
    logger.info({ event: 'service.started', port: service.port, worker: config.worker });
    endGracefully(service, logger);
  } catch (error) {
    tellWhyNot(error, logger);
    process.exit(error instanceof ConfigError ? EXIT_SETTINGS : 1);
  }
}

function endGracefully(service: RunningService, logger: Logger): void {
  let ending = false;
  const end = (cause: string): void => {
    if (ending) return;
    ending = true;
    logger.info({ event: 'service.draining', cause });
    setTimeout(() => process.exit(1), DRAIN_LIMIT_MS).unref();
    service.close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ event: 'service.undrained', err: error });
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', () => {
    end('SIGTERM');
  });
  process.once('SIGINT', () => {
    end('SIGINT');
  });
  process.once('disconnect', () => {
    end('launcher gone');
  });
}

/** Codes of the operating system and of PostgreSQL that a person can mend. */
const WORDS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'The port is taken. Stop what listens there, or choose another with PORT.',
  ECONNREFUSED: 'Nothing answers at DATABASE_URL. Start the database, or mend the address.',
  ENOTFOUND: 'The host in DATABASE_URL is not known.',
  '3D000': 'The database named in DATABASE_URL does not exist. Create it, or mend the name.',
  '28P01': 'The database refuses the password in DATABASE_URL.',
  '28000': 'The database refuses the user in DATABASE_URL.',
};

/** Words of our own and of the operating system only; anything else is named by its class and place. */
function tellWhyNot(error: unknown, logger: Logger): void {
  if (error instanceof ConfigError || error instanceof BootRefused) {
    process.stderr.write(`${error.message}\n`);
  } else if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    const words = WORDS[error.code];
    if (words === undefined) logger.fatal({ event: 'service.not_started', err: error });
    else process.stderr.write(`${words}\n`);
  } else {
    logger.fatal({ event: 'service.not_started', err: error });
  }
}
