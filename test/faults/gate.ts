import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** `hole`: connections stand and nothing passes, as behind a firewall that forgot them. */
export type GateMode = 'open' | 'hole';

/** A TCP gate in front of servers: spreads connections over them, and misbehaves when it is told to. */
export class Gate {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private server: Server | undefined;
  private mode: GateMode = 'open';
  private turn = 0;
  port = 0;

  constructor(private readonly targets: () => readonly number[]) {}

  async open(port = 0): Promise<void> {
    const server = createServer((client) => {
      this.pass(client, 0);
    });
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    this.port = (server.address() as AddressInfo).port;
  }

  set(mode: GateMode): void {
    this.mode = mode;
    for (const [client, upstream] of this.pairs) {
      if (mode === 'hole') for (const socket of [client, upstream]) socket.unpipe().pause();
      // What stood in the hole has lost bytes: it cannot go on.
      else for (const socket of [client, upstream]) socket.resetAndDestroy();
    }
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
    for (const [client, upstream] of this.pairs) {
      client.destroy();
      upstream.destroy();
    }
    await new Promise((resolve) => this.server?.close(resolve));
  }

  /** Tries every target once, beginning with whose turn it is. */
  private pass(client: Socket, tried: number): void {
    const targets = this.targets();
    const port = targets[(this.turn + tried) % Math.max(targets.length, 1)];
    client.on('error', () => client.destroy());
    if (port === undefined || tried >= targets.length) {
      client.destroy();
      return;
    }
    const upstream = connect(port, '127.0.0.1');
    upstream.once('connect', () => {
      this.turn += 1;
      this.join(client, upstream);
    });
    upstream.once('error', () => {
      if (upstream.connecting || upstream.bytesRead === 0) this.pass(client, tried + 1);
    });
  }

  private join(client: Socket, upstream: Socket): void {
    upstream.removeAllListeners('error');
    const pair = [client, upstream] as const;
    this.pairs.add(pair);
    for (const [one, other] of [pair, [upstream, client] as const]) {
      one.on('error', () => other.destroy());
      one.once('close', () => {
        other.destroy();
        this.pairs.delete(pair);
      });
    }
    if (this.mode === 'hole') return;
    client.pipe(upstream);
    upstream.pipe(client);
  }
}
