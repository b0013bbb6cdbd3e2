import { startEmbeddedPostgres, type EmbeddedPostgres } from './postgres.server.js';

/** An embedded PostgreSQL that is started again, on the same port, when it ends unexpectedly. */
export interface KeptDatabase {
  readonly url: string;
  /** Settles when it cannot be kept running. */
  readonly gaveUp: Promise<Error>;
  stop(): Promise<void>;
}

const MOST_RESTARTS = 5;

/** Starts PostgreSQL in dataDir and keeps it alive; the service reconnects by itself. */
export async function keepDatabase(dataDir: string, log: (line: string) => void): Promise<KeptDatabase> {
  let server = await startEmbeddedPostgres({ dataDir, log });
  const { url, port } = server;
  let isWanted = true;
  let fail: (reason: Error) => void;
  const gaveUp = new Promise<Error>((resolve) => {
    fail = resolve;
  });

  const startAgain = async (): Promise<EmbeddedPostgres> => {
    log('PostgreSQL ended unexpectedly; starting it again.');
    await server.stop();
    return startEmbeddedPostgres({ dataDir, port, log });
  };
  const keep = async () => {
    for (let restarts = 0; ; restarts += 1) {
      await server.exited;
      if (!isWanted) return;
      if (restarts === MOST_RESTARTS)
        throw new Error('PostgreSQL does not stay up; see postgres.log in DATA_DIR.');
      server = await startAgain();
    }
  };
  const keeping = keep().catch((error: unknown) => {
    fail(error instanceof Error ? error : new Error(String(error)));
  });

  const stop = async () => {
    isWanted = false;
    await server.stop();
    await keeping;
    await server.stop(); // the one that was just being started again, if so
  };
  return { url, gaveUp, stop };
}
