import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** @returns whether this port can be listened on right now */
export function isFree(port: number, host?: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      // No such address here (IPv6 switched off, say): nobody else can hold it either.
      else if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve(true);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/** Below the ports systems give to outgoing connections: those could take one between two starts of the same server. */
const FIRST = 15_000;
const BEHIND_LAST = 32_000;
const TRIES = 100;

/** @returns a port that was free a moment ago */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const port = randomInt(FIRST, BEHIND_LAST);
    if (await isFree(port)) return port;
  }
  throw new Error(`${TRIES} ports between ${FIRST} and ${BEHIND_LAST} are taken`);
}
