import { closeRun, runFolder } from './run.mjs';

export default async function teardown() {
  await closeRun(runFolder());
}
