import { openRun, sweepDeadRuns } from './run.mjs';

/** Starts nothing: the first suite that needs a server starts it. */
export default async function setup() {
  await sweepDeadRuns();
  openRun();
}
