import { join } from 'node:path';
import { buildIfNeeded, sourceFingerprint } from './build.mjs';
import { loadDotEnv, projectRoot } from './root.mjs';
import { runInTerminal } from './terminal.js';
import { watchSources } from './watch.js';

/** What `npm start` runs; with `--watch` what `npm run dev` runs. */
const log = (line: string) => {
  process.stdout.write(`${line}\n`);
};

function watch(restart: () => Promise<void>, until: AbortSignal): void {
  const build = () => buildIfNeeded({ log });
  void watchSources({ fingerprint: sourceFingerprint, build, restart, log }, until);
}

loadDotEnv();
process.exitCode = await runInTerminal({
  service: join(projectRoot(), 'dist/src/main.js'),
  founder: join(projectRoot(), 'dist/libs/cli/founder.js'),
  watch: process.argv.includes('--watch') ? watch : undefined,
});
