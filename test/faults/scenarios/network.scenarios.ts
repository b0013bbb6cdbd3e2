import { setTimeout as sleep } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import { freePort } from '#launch';
import { SOCKET_EVENT } from '#protocol';
import { lanesOf } from '../cast.js';
import { expect, type Scenario, type Stage } from '../scenario.js';

/** Connections of clients break, all at once or all the time; clocks of nodes are wrong. */

const STORM = { full: 2_000, short: 300, withinMs: 30_000 } as const;
const DAY_MS = 24 * 3_600_000;

async function cutAgainAndAgain(stage: Stage): Promise<void> {
  const untilMs = Date.now() + (stage.short ? 12_000 : 40_000);
  while (Date.now() < untilMs) {
    await sleep(1_000 + stage.lot() * 4_000);
    stage.cluster.front.reset(0.5, stage.lot);
  }
}

/** So many devices of one person, each on a socket of its own. */
class Crowd {
  private readonly sockets: Socket[] = [];
  private synced = new Set<Socket>();

  constructor(private readonly stage: Stage) {}

  async gather(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      this.sockets.push(this.join());
      // A handshake costs a millisecond or two; the storm is what comes later.
      if (index % 50 === 49) await sleep(100);
    }
    await this.all(60_000);
  }

  private join(): Socket {
    const [player] = this.stage.cast.cases[0]?.players ?? [];
    const [lane] = player === undefined ? [] : lanesOf(player);
    const socket = io(this.stage.cluster.url, {
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelay: 200,
      reconnectionDelayMax: 1_000,
      auth: { token: player?.bearer() ?? '' },
    });
    socket.on('connect', () => {
      socket
        .timeout(20_000)
        .emitWithAck(SOCKET_EVENT.chainSync, { cursors: [{ chainId: lane?.threadId, afterSeq: 0 }] })
        .then(
          () => this.synced.add(socket),
          () => socket.disconnect().connect(),
        );
    });
    return socket;
  }

  forget(): void {
    this.synced = new Set();
  }

  /** Until everybody is back and has read the thread anew. @returns how long that took */
  async all(withinMs: number): Promise<number> {
    const beganAt = Date.now();
    while (this.synced.size < this.sockets.length && Date.now() < beganAt + withinMs) await sleep(50);
    expect(this.synced.size === this.sockets.length, 'every device is back and has read what it missed');
    return Date.now() - beganAt;
  }

  leave(): void {
    for (const socket of this.sockets) socket.disconnect();
  }
}

async function storm(stage: Stage): Promise<void> {
  const count = stage.short ? STORM.short : STORM.full;
  const crowd = new Crowd(stage);
  try {
    await crowd.gather(count);
    crowd.forget();
    await stage.fault('F27', async () => {
      await Promise.all(stage.cluster.of('api').map((node) => node.kill()));
    });
    const tookMs = await crowd.all(STORM.withinMs);
    stage.say(`${String(count)} devices were back and had read everything after ${String(tookMs)} ms`);
  } finally {
    crowd.leave();
  }
}

/** At boot a node with such a clock refuses; under way it must do no harm. */
async function wrongClocks(stage: Stage): Promise<void> {
  for (const [name, aheadMs] of [
    ['a day ahead', DAY_MS],
    ['a day behind', -DAY_MS],
  ] as const) {
    for (const kind of ['api', 'worker'] as const) await refuses(stage, kind, aheadMs);
    const jumping = [stage.cluster.of('api')[0], stage.cluster.workers[0]];
    await stage.fault(`F20 ${name}`, async () => {
      for (const node of jumping) node?.order({ order: 'clock', aheadMs });
      await sleep(8_000);
      for (const node of jumping) node?.order({ order: 'clock', aheadMs: 0 });
    });
  }
}

async function refuses(stage: Stage, kind: 'api' | 'worker', aheadMs: number): Promise<void> {
  const node = stage.cluster.newNode(kind, await freePort());
  node.start({ CLOCK_AHEAD_MS: String(aheadMs) });
  const code = await node.ended(30_000);
  await node.kill();
  expect(code !== undefined && code !== 0, `a ${kind} whose clock is a day off does not start`);
}

export const NETWORK_SCENARIOS: readonly Scenario[] = [
  {
    id: 'F18',
    title: 'connections of clients reset every 1 to 5 s, in the middle of a frame',
    shape: 'cluster',
    short: true,
    run: cutAgainAndAgain,
  },
  { id: 'F20', title: 'clocks of nodes a day ahead and a day behind', shape: 'cluster', run: wrongClocks },
  { id: 'F27', title: 'everybody comes back at once', shape: 'cluster', run: storm },
];
