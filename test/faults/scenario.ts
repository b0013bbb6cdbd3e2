import type { Cast } from './cast.js';
import type { Cluster, Shape } from './cluster.js';
import type { Recorder } from './history.js';
import type { Provider } from './provider.js';

/** What a scenario can reach while the load runs. */
export interface Stage {
  readonly cluster: Cluster;
  readonly cast: Cast;
  readonly provider: Provider;
  readonly recorder: Recorder;
  /** Numbers in [0, 1) that depend on the seed alone. */
  readonly lot: () => number;
  /** The short form: smaller and shorter, the same in kind. */
  readonly short: boolean;
  /**
   * A fault from its beginning until the service is whole again; what is due meanwhile may be late until then. `work`
   * does the harm; afterwards whatever does not run is started, and readiness awaited.
   */
  fault(name: string, work: () => Promise<void>): Promise<void>;
  /** From now until the fault is over the database may lose what it is told. Deaths of processes are seen by themselves. */
  databaseCut(): void;
  say(line: string): void;
}

export interface Scenario {
  /** As the reliability page numbers it. */
  readonly id: string;
  readonly title: string;
  readonly shape: Shape;
  /** Part of the selection for CI. */
  readonly short?: true;
  readonly onSmallDisk?: true;
  run(stage: Stage): Promise<void>;
}

/** A promise that a scenario looks at itself. */
export class Broken extends Error {}

export function expect(holds: boolean, promise: string): void {
  if (!holds) throw new Broken(promise);
}
