import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { lots } from '../../libs/cli/demo/lots.js';
import { runFolder } from '../support/servers/run.mjs';
import { gather, laneOf, type Cast } from './cast.js';
import { check, type Run, type Violation } from './checker.js';
import { Cluster } from './cluster.js';
import { figuresOf, type Figures } from './figures.js';
import { readFinalState } from './final.state.js';
import { Recorder } from './history.js';
import { Load } from './load.js';
import { Provider } from './provider.js';
import { Broken, type Scenario, type Stage } from './scenario.js';

/** Promised: so late at most in health, and after recovery from any single fault. */
const GRACE_MS = 30_000;
/** A provider that was away is tried again after a pause that grows to five minutes. */
const EFFECT_GRACE_MS = 330_000;
const HEALTHY_MS = 4_000;
const SETTLE_MS = 360_000;

export interface Verdict {
  readonly violations: readonly Violation[];
  readonly figures: Figures;
  readonly kills: number;
  readonly tookMs: number;
  readonly historyFile: string;
}

interface TrialOptions {
  readonly seed: number;
  readonly short: boolean;
  readonly say: (line: string) => void;
}

/** Plays one scenario on a service of its own and judges what happened. Leaves no process behind, whatever happens. */
export async function tryScenario(scenario: Scenario, options: TrialOptions): Promise<Verdict> {
  const folder = join(runFolder(), scenario.id);
  mkdirSync(folder, { recursive: true });
  const historyFile = join(folder, 'history.jsonl');
  const beganAt = performance.now();
  const recorder = new Recorder(historyFile);
  const provider = new Provider(() => recorder.nowMs());
  await provider.open();
  const cluster = await Cluster.start(scenario.shape, { onSmallDisk: scenario.onSmallDisk === true });
  let cast: Cast | undefined;
  try {
    cast = await gather(cluster, options.short ? 2 : 4, provider.url);
    const stage = new Trial({ cluster, cast, provider, recorder }, options);
    const broken = await stage.play(scenario);
    const run = await stage.conclude();
    return {
      violations: [...broken, ...check(run)],
      figures: figuresOf(run),
      kills: stage.kills,
      tookMs: performance.now() - beganAt,
      historyFile,
    };
  } finally {
    await cast?.close().catch(() => undefined);
    await cluster.stop();
    await provider.close();
  }
}

class Trial implements Stage {
  readonly cluster: Cluster;
  readonly cast: Cast;
  readonly provider: Provider;
  readonly recorder: Recorder;
  readonly lot: () => number;
  readonly short: boolean;
  kills = 0;

  constructor(
    parts: Pick<Stage, 'cluster' | 'cast' | 'provider' | 'recorder'>,
    private readonly options: TrialOptions,
  ) {
    this.cluster = parts.cluster;
    this.cast = parts.cast;
    this.provider = parts.provider;
    this.recorder = parts.recorder;
    this.lot = lots(options.seed);
    this.short = options.short;
  }

  async fault(name: string, work: () => Promise<void>): Promise<void> {
    this.recorder.record({ process: 'fault', kind: 'info', op: 'begin', fault: name });
    try {
      await work();
    } finally {
      await this.cluster.heal();
      this.recorder.record({ process: 'fault', kind: 'info', op: 'end', fault: name });
    }
  }

  killed(): void {
    this.kills += 1;
  }

  say(line: string): void {
    this.options.say(line);
  }

  /** Health, the fault, health again, all under load. @returns what the scenario itself found broken */
  async play(scenario: Scenario): Promise<Violation[]> {
    const load = new Load(this);
    load.begin();
    await sleep(HEALTHY_MS);
    try {
      await scenario.run(this);
      await sleep(HEALTHY_MS);
      return [];
    } catch (error) {
      if (error instanceof Broken) return [{ invariant: 'effects', what: error.message }];
      throw error;
    } finally {
      await load.end();
    }
  }

  /** Waits until nothing is left to do, lets everybody catch up and say what he holds, and reads the database. */
  async conclude(): Promise<Run> {
    await this.settle();
    // Twice: what somebody still had to send must have reached those who were asked before him.
    for (let time = 0; time < 2; time += 1) {
      for (const { member } of this.cast.cases.flatMap(({ players }) => players)) await member.sync();
    }
    for (const { players, threadId } of this.cast.cases) {
      for (const player of players) {
        const { ok } = await player.member.verify();
        const lines = laneOf(player)
          .timeline()
          .map(({ seq, entryHash, shown }) => ({
            seq,
            hash: entryHash,
            token: shown.kind === 'note' ? shown.note.text : null,
          }));
        const { name } = player;
        this.recorder.record({
          process: name,
          kind: 'ok',
          op: 'transcript',
          thread: threadId,
          verified: ok,
          lines,
        });
      }
    }
    const at = this.recorder.nowMs();
    const final = await readFinalState(this.cluster.postgres.url);
    return {
      history: this.recorder.history,
      final,
      receipts: this.provider.receipts,
      clockOffsetMs: final.nowMs - (at + this.recorder.nowMs()) / 2,
      graceMs: GRACE_MS,
      effectGraceMs: EFFECT_GRACE_MS,
    };
  }

  private async settle(): Promise<void> {
    const deadline = performance.now() + SETTLE_MS;
    while (performance.now() < deadline) {
      const [left] = await this.cluster.sql<{ effects: number; steps: number }>(LEFT_TO_DO);
      if (left?.effects === 0 && left.steps === 0) return;
      await sleep(250);
    }
  }
}

const LEFT_TO_DO = `SELECT
  (SELECT count(*)::float8 FROM outbox WHERE done_at IS NULL) AS effects,
  (SELECT count(*)::float8 FROM obligation WHERE look_at <= now()) AS steps`;
