import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A TCP gate in front of servers: spreads connections over them, and misbehaves when it is told to. */
export class Gate {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private readonly clients = new Set<Socket>();
  private server: Server | undefined;
  private hole = false;
  private turn = 0;
  port = 0;

  constructor(private readonly targets: () => readonly number[]) {}

  async open(port = 0): Promise<void> {
    const server = createServer((client) => {
      this.clients.add(client);
      client.on('error', () => client.destroy()).once('close', () => this.clients.delete(client));
      if (this.hole) this.forget(client);
      else this.pass(client, 0);
    });
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    this.port = (server.address() as AddressInfo).port;
  }

  /**
   * From now on nothing comes through and nobody is told. What was connected stays half open even after `heal`: the far
   * end has forgotten it, so that only who speaks learns it, by a reset.
   */
  swallow(): void {
    this.hole = true;
    for (const [client, upstream] of this.pairs) {
      client.unpipe();
      upstream.unpipe();
      this.forget(client);
      upstream.destroy();
    }
    this.pairs.clear();
  }

  heal(): void {
    this.hole = false;
  }

  /** Cuts a share of the connections in the middle of whatever they carry. */
  reset(share: number, lot: () => number): void {
    for (const [client, upstream] of this.pairs) {
      if (lot() >= share) continue;
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    }
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.destroy();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  private forget(client: Socket): void {
    client.on('data', () => {
      if (!this.hole) client.resetAndDestroy();
    });
  }

  /** Tries every target once, beginning with whose turn it is. */
  private pass(client: Socket, tried: number): void {
    const targets = this.targets();
    const port = targets[(this.turn + tried) % Math.max(targets.length, 1)];
    if (port === undefined || tried >= targets.length) {
      client.destroy();
      return;
    }
    const upstream = connect(port, '127.0.0.1');
    const pair = [client, upstream] as const;
    upstream.once('connect', () => {
      this.turn += 1;
      this.pairs.add(pair);
      client.pipe(upstream).pipe(client);
    });
    upstream.once('error', () => {
      if (!this.pairs.has(pair)) this.pass(client, tried + 1);
    });
    upstream.once('close', () => {
      if (this.pairs.delete(pair)) client.destroy();
    });
    client.once('close', () => upstream.destroy());
  }
}
