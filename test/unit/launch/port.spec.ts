import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePort, isFree } from '#launch';

/** Where Linux begins to give ports to outgoing connections; others begin later (RFC 6335: 49152). */
const FIRST_OUTGOING = 32_768;

describe('a free port', () => {
  it('is none that an outgoing connection may be given before the server starts again', async () => {
    for (let count = 0; count < 20; count += 1) expect(await freePort()).toBeLessThan(FIRST_OUTGOING);
  });

  it('is free until somebody listens on it', async () => {
    const port = await freePort();
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    expect(await isFree(port, '127.0.0.1')).toBe(false);
    server.close();
    await once(server, 'close');
    expect(await isFree(port, '127.0.0.1')).toBe(true);
  });
});
