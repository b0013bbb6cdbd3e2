import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { lots } from '../../libs/cli/demo/lots.js';
import { projectRoot } from '../../libs/launch/root.mjs';
import { runFolder } from '../support/servers/run.mjs';
import { gather, type Cast } from './cast.js';
import { check, type Run, type Violation } from './checker.js';
import { closeBooks, quietState } from './closing.js';
import { Cluster } from './cluster.js';
import { figuresOf, type Figures } from './figures.js';
import { Recorder, type CutKind } from './history.js';
import { Load } from './load.js';
import { Provider } from './provider.js';
import { Broken, type Scenario, type Stage } from './scenario.js';

/** Promised: so late at most in health, and after recovery from any single fault. */
const GRACE_MS = 30_000;
/** A provider that was away is tried again after a pause that grows to five minutes. */
const EFFECT_GRACE_MS = 330_000;
const HEALTHY_MS = 4_000;
const CASES = { full: 4, short: 2 } as const;
const SETTLE_MS = 360_000;

export interface Verdict {
  readonly violations: readonly Violation[];
  readonly figures: Figures;
  readonly tookMs: number;
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
  if (process.getuid?.() === 0) chmodSync(folder, 0o711); // PostgreSQL's own user passes through
  let kept = false;
  try {
    const verdict = await playOn(scenario, { ...options, folder });
    kept = verdict.violations.length === 0;
    return verdict;
  } finally {
    if (!kept) keepEvidence(folder, join(projectRoot(), 'dist', 'faults', scenario.id));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function playOn(
  scenario: Scenario,
  options: TrialOptions & { readonly folder: string },
): Promise<Verdict> {
  const { folder, short } = options;
  const beganAt = performance.now();
  const recorder = new Recorder(join(folder, 'history.jsonl'));
  const provider = new Provider(() => recorder.nowMs());
  await provider.open();
  const { shape, onSmallDisk = false } = scenario;
  const cluster = await Cluster.start(shape, { folder, onSmallDisk });
  let cast: Cast | undefined;
  try {
    cast = await gather(cluster, short ? CASES.short : CASES.full, provider.url);
    const stage = new Trial({ cluster, cast, provider, recorder }, options);
    const broken = await stage.play(scenario);
    const run = await stage.conclude();
    writeFileSync(join(folder, 'judged.jsonl'), judgedOf(run));
    return {
      violations: [...broken, ...unseen(run), ...check(run)],
      figures: figuresOf(run),
      tookMs: performance.now() - beganAt,
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
    this.cluster.onCut = (process, what) => {
      this.cut(process, what);
    };
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

  databaseCut(): void {
    this.cut('fault', 'database');
  }

  private cut(process: string, what: CutKind): void {
    this.recorder.record({ process, kind: 'info', op: 'cut', what });
  }

  say(line: string): void {
    this.options.say(line);
  }

  /** Health, the fault, health again, all under load. @returns what the scenario itself found broken */
  async play(scenario: Scenario): Promise<Violation[]> {
    // Lots of its own: how often people draw depends on how fast the service is, and the faults must not.
    const load = new Load({
      cluster: this.cluster,
      cast: this.cast,
      recorder: this.recorder,
      lot: lots(this.options.seed + 1),
    });
    load.begin();
    await sleep(HEALTHY_MS);
    try {
      await scenario.run(this);
      await sleep(HEALTHY_MS);
      return this.cluster.nodes.flatMap(({ name, unexpectedDeaths }) =>
        unexpectedDeaths === 0 ? [] : [{ invariant: 'effects' as const, what: `${name} died by itself` }],
      );
    } catch (error) {
      if (error instanceof Broken) return [{ invariant: 'effects', what: error.message }];
      throw error;
    } finally {
      await load.end();
    }
  }

  /** Lets everybody catch up and say what he holds, waits until nothing is left to do, and reads the database. */
  async conclude(): Promise<Run> {
    const { cast, recorder, cluster } = this;
    await closeBooks(cast, recorder);
    const final = await quietState(cluster.postgres.url, SETTLE_MS);
    return {
      history: recorder.history,
      final,
      receipts: this.provider.receipts,
      clockOffsetMs: await clockOffset(cluster, recorder),
      graceMs: GRACE_MS,
      effectGraceMs: EFFECT_GRACE_MS,
    };
  }
}

/** A history that shows nothing proves nothing. */
function unseen({ history, final }: Run): Violation[] {
  const missing = (['append', 'read', 'probe', 'transcript'] as const).filter(
    (wanted) => !history.some(({ op, kind }) => op === wanted && kind === 'ok'),
  );
  return [...missing, ...(final.steps.length === 0 ? ['step of a ladder'] : [])].map((what) => ({
    invariant: 'effects',
    what: `the run shows no ${what}`,
  }));
}

/** Database clock minus the recorder's: read in the middle of the question. */
async function clockOffset(cluster: Cluster, recorder: Recorder): Promise<number> {
  const before = recorder.nowMs();
  const [row] = await cluster.sql<{ ms: number }>(
    'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms',
  );
  return (row?.ms ?? 0) - (before + recorder.nowMs()) / 2;
}

/** Beside the history: what the database and the provider say, a line each. */
function judgedOf({ final, receipts, clockOffsetMs }: Run): string {
  const threads = Object.fromEntries(final.threads);
  return [{ clockOffsetMs }, ...receipts, { ...final, threads }]
    .map((each) => JSON.stringify(each))
    .join('\n');
}

/** What a run that went wrong leaves for whoever looks into it. */
function keepEvidence(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  cpSync(from, to, { recursive: true, filter: (path) => path === from || /\.(jsonl|log)$/u.test(path) });
}
