import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '#launch';
import { startOwnPostgres, type OwnPostgres } from '../support/servers/postgres.js';
import { startRedis, type TestRedis } from '../support/servers/redis.js';
import { Gate } from './gate.js';
import type { CutKind } from './history.js';
import { ServiceNode } from './node.process.js';
import { mountSmallDisk, unmount } from './small.disk.js';

/**
 * `cluster`: two APIs and two workers that meet in PostgreSQL and Redis. `single`: one process does everything and the
 * queue lives in PostgreSQL, as under `npm start`.
 */
export type Shape = 'cluster' | 'single';

export const FOUNDING_TOKEN = 'a founding token of the fault suite';
const READY_MS = 60_000;
const POLL_MS = 50;

interface Place {
  /** Everything of it is kept here. */
  readonly folder: string;
  readonly onSmallDisk: boolean;
}

/** The whole service as real processes, behind one public address. */
export class Cluster {
  readonly nodes: ServiceNode[] = [];
  readonly front = new Gate(() => this.portsOf('api'));
  /** Between the service and its Redis. */
  readonly queueGate = new Gate(() => (this.redis === undefined ? [] : [this.redis.port]));
  /** Who hears that a process was cut off, by its name. */
  onCut: (process: string, what: CutKind) => void = () => undefined;
  private smallDisk: string | undefined;
  private made = 0;

  private constructor(
    readonly shape: Shape,
    readonly postgres: OwnPostgres,
    readonly redis: TestRedis | undefined,
    private readonly folder: string,
  ) {}

  /** @param place.onSmallDisk the database on a disk of its own that can be filled; undefined where none can be made */
  static async start(shape: Shape, { folder, onSmallDisk }: Place): Promise<Cluster> {
    const disk = onSmallDisk ? mountSmallDisk(join(folder, 'disk')) : undefined;
    const postgres = await startOwnPostgres({ dataDir: join(disk ?? folder, 'database') });
    const redis = shape === 'cluster' ? await startRedis() : undefined;
    const cluster = new Cluster(shape, postgres, redis, folder);
    cluster.smallDisk = disk;
    try {
      await cluster.begin();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  private async begin(): Promise<void> {
    await this.front.open();
    if (this.redis !== undefined) await this.queueGate.open();
    const kinds =
      this.shape === 'cluster' ? (['api', 'api', 'worker', 'worker'] as const) : (['api'] as const);
    for (const kind of kinds) {
      const node = await this.addNode(kind);
      node.start();
      // The first runs the migrations; ready it is only when somebody works in the background too.
      if (kind === 'api') await this.until('live', () => isWell(healthOf(node.port, 'live')));
    }
    await this.heal();
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.front.port)}`;
  }

  /** Where the small disk is mounted. */
  get disk(): string | undefined {
    return this.smallDisk;
  }

  of(kind: ServiceNode['kind']): readonly ServiceNode[] {
    return this.nodes.filter((node) => node.kind === kind);
  }

  /** Nodes that work in the background: the workers, or the one that does everything. */
  get workers(): readonly ServiceNode[] {
    return this.shape === 'cluster' ? this.of('worker') : this.nodes;
  }

  async addNode(kind: ServiceNode['kind']): Promise<ServiceNode> {
    const node = this.newNode(kind, await freePort());
    this.nodes.push(node);
    return node;
  }

  /** One that nobody looks after and no client is sent to. */
  newNode(kind: ServiceNode['kind'], port: number): ServiceNode {
    this.made += 1;
    const name = `${kind}-${String(this.made)}`;
    const onCut = (what: CutKind): void => {
      this.onCut(name, what);
    };
    const logFile = join(this.folder, `${name}.log`);
    return new ServiceNode({ kind, port, logFile, env: this.environment(port), onCut });
  }

  /** Starts what does not run, again if it must, until all is whole. Errors after a minute. */
  async heal(): Promise<void> {
    await this.until('whole', () => {
      for (const node of this.nodes) if (!node.isAlive) node.start();
      return this.isWhole();
    });
  }

  /** Every API says that it is ready, and every engine has gone round once since its process began. */
  private async isWhole(): Promise<boolean> {
    const ready = await Promise.all(this.of('api').map((node) => this.isReady(node)));
    return ready.every(Boolean) && this.workers.every(({ works }) => works);
  }

  async isReady({ port }: ServiceNode): Promise<boolean> {
    return isWell(healthOf(port, 'ready'));
  }

  private async until(what: string, holds: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + READY_MS;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error(`the service is not ${what}; see ${this.folder}`);
      await sleep(POLL_MS);
    }
  }

  /** One statement as the superuser, on the service's database. */
  async sql<Row extends object>(statement: string): Promise<Row[]> {
    const url = new URL(this.postgres.adminUrl);
    url.pathname = '/trialogue';
    const session = new pg.Client({ connectionString: url.href });
    session.on('error', () => undefined);
    await session.connect();
    try {
      return (await session.query<Row>(statement)).rows;
    } finally {
      await session.end();
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
    await this.front.close();
    if (this.redis !== undefined) await this.queueGate.close();
    await this.redis?.stop();
    await this.postgres.stop();
    if (this.smallDisk !== undefined) unmount(this.smallDisk);
  }

  private portsOf(kind: ServiceNode['kind']): number[] {
    return this.of(kind).flatMap(({ isAlive, port }) => (isAlive && port !== undefined ? [port] : []));
  }

  private environment(port: number): Record<string, string> {
    return {
      PORT: String(port),
      PUBLIC_URL: this.url,
      DATABASE_URL: this.postgres.url,
      ...(this.redis === undefined
        ? { WORKER: 'true' }
        : { WORKER: 'false', REDIS_URL: `redis://127.0.0.1:${String(this.queueGate.port)}` }),
      DATA_DIR: this.folder,
      FOUNDING_TOKEN,
      SESSION_SECRET: 'a session secret of the fault suite, long enough',
      OPERATOR_TOKEN: 'an operator token of the fault suite, long enough',
      WEBHOOK_ALLOWED_HOSTS: '127.0.0.1',
      RATE_FACTOR: '1000',
      LOG_LEVEL: 'warn',
    };
  }
}

function healthOf(port: number | undefined, what: 'live' | 'ready'): string {
  return `http://127.0.0.1:${String(port)}/health/${what}`;
}

async function isWell(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.ok,
    () => false,
  );
}
