import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Company } from './company.js';
import { lots } from './lots.js';
import { Deviation, type Narrator } from './narrator.js';
import { startOwnService, type OwnService } from './own.service.js';
import { play } from './play.js';
import { PARTS } from './script.js';

/** A service lives this long between two kills, drawn by lot from the seed. */
const LIFE_MS = { shortest: 50, longest: 2_500 } as const;
/** One kill in four strikes while the service is only just starting. */
const KILL_WHILE_STARTING = 0.25;
/** The launcher gives a service up that dies twenty times within a minute: that is its right, and not our test. */
const KILLS_PER_MINUTE = 15;
const MINUTE_MS = 60_000;
const READY_MS = 60_000;
const FEWEST_KILLS = 3;
/** What is promised: the clients carry on within 30 s of readiness. */
const CARRY_ON_MS = 30_000;

/** The demo on a service of its own that is killed with -9 again and again; the same seed kills by the same lot. */
export async function playWithChaos(seed: number, narrator: Narrator, signal: AbortSignal): Promise<void> {
  narrator.line(`Chaos with seed ${seed} (npm run demo -- --chaos --seed ${seed} draws the same lots again)`);
  const service = await startOwnService();
  const storm = new Storm(service, narrator, lots(seed));
  try {
    const secrets = JSON.parse(readFileSync(join(service.dataDir, 'secrets.json'), 'utf8')) as {
      FOUNDING_TOKEN: string;
    };
    await play({
      place: { url: service.url, foundingToken: secrets.FOUNDING_TOKEN },
      dataDir: service.dataDir,
      narrator,
      signal,
      onGathered: (company) => {
        storm.begin(company);
      },
      beforeClosing: () => storm.end(),
    });
  } finally {
    await storm.calm();
    await service.stop();
  }
}

class Storm {
  private over = false;
  private readonly killedAt: number[] = [];
  private slowestMs = 0;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly service: OwnService,
    private readonly narrator: Narrator,
    private readonly lot: () => number,
  ) {}

  begin(company: Company): void {
    this.running = this.rage(company);
    this.running.catch(() => undefined); // `end` hears of it
  }

  /** Errors: Deviation when the clients did not carry on, or nothing was killed at all. */
  async end(): Promise<void> {
    this.over = true;
    await this.running;
    this.narrator.heading('After the chaos');
    this.narrator.check(
      `the service was killed ${this.killedAt.length} times`,
      this.killedAt.length >= FEWEST_KILLS,
    );
    const seconds = (this.slowestMs / 1000).toFixed(1);
    this.narrator.check(
      `the clients carried on within ${seconds} s of readiness, at the slowest`,
      this.slowestMs <= CARRY_ON_MS,
    );
  }

  async calm(): Promise<void> {
    this.over = true;
    await this.running.catch(() => undefined);
  }

  private async rage(company: Company): Promise<void> {
    while (!this.over) {
      await sleep(LIFE_MS.shortest + this.lot() * (LIFE_MS.longest - LIFE_MS.shortest));
      const again = this.lot() < KILL_WHILE_STARTING;
      const againAfterMs = this.lot() * 1_000;
      if (this.killsWithinAMinute() >= KILLS_PER_MINUTE) continue;
      this.strike();
      if (again) {
        await sleep(againAfterMs);
        this.strike();
      }
      const readyAt = await this.service.waitReady(READY_MS);
      await this.carriedOn(company, readyAt);
    }
  }

  private killsWithinAMinute(): number {
    return this.killedAt.filter((at) => Date.now() - at < MINUTE_MS).length;
  }

  private strike(): void {
    const pid = this.service.kill();
    if (pid === undefined) return;
    this.killedAt.push(Date.now());
    this.narrator.note(`*** kill -9 ${pid} (${this.killedAt.length}) ***`);
  }

  /** Every participant makes a round trip, whatever it is in the middle of. */
  private async carriedOn(company: Company, readyAt: number): Promise<void> {
    await Promise.all(PARTS.map((part) => company.players[part].call('ping')));
    const tookMs = Date.now() - readyAt;
    this.slowestMs = Math.max(this.slowestMs, tookMs);
    if (tookMs > CARRY_ON_MS) throw new Deviation(`the clients needed ${tookMs} ms after readiness`);
  }
}
