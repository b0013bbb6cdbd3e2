import { parseArgs } from 'node:util';
import { closeRun, openRun, sweepDeadRuns } from '../support/servers/run.mjs';
import { printMachine } from '../bench/figures.js';
import type { Scenario } from './scenario.js';
import { CRASH_SCENARIOS } from './scenarios/crash.scenarios.js';
import { DATABASE_SCENARIOS } from './scenarios/database.scenarios.js';
import { MANY_SCENARIOS } from './scenarios/many.scenarios.js';
import { NETWORK_SCENARIOS } from './scenarios/network.scenarios.js';
import { PROVIDER_SCENARIOS } from './scenarios/provider.scenarios.js';
import { QUEUE_SCENARIOS } from './scenarios/queue.scenarios.js';
import { NoSmallDisk, unmountAllUnder } from './small.disk.js';
import { tryScenario, type Verdict } from './trial.js';

const SCENARIOS: readonly Scenario[] = [
  ...CRASH_SCENARIOS,
  ...DATABASE_SCENARIOS,
  ...QUEUE_SCENARIOS,
  ...NETWORK_SCENARIOS,
  ...PROVIDER_SCENARIOS,
  ...MANY_SCENARIOS,
];

const HELP = `Faults against real processes, each on a service of its own, judged by a checker.

  npm run test:faults                     all of them (under an hour)
  npm run test:faults -- --short          a selection of three minutes
  npm run test:faults -- --only F05,F14   the ones named
  npm run test:faults -- --seed 42        draws the same lots again
`;

const { values: given } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    only: { type: 'string' },
    seed: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

function chosen(): readonly Scenario[] {
  const { only, short } = given;
  if (only === undefined) return short ? SCENARIOS.filter((scenario) => scenario.short === true) : SCENARIOS;
  const wanted = only.split(',');
  const unknown = wanted.filter((id) => !SCENARIOS.some((scenario) => scenario.id === id));
  if (unknown.length > 0)
    throw new Error(`no such fault: ${unknown.join(', ')} (${SCENARIOS.map(({ id }) => id).join(' ')})`);
  return SCENARIOS.filter(({ id }) => wanted.includes(id));
}

function report({ violations, figures, tookMs }: Verdict): void {
  const { healthy, afterFault, acked, refused, unknown, duplicatesAtProvider, inFlightAtCuts, kills } =
    figures;
  const steps = [...afterFault.values()].reduce((sum, late) => sum + late.steps, 0);
  const worst = Math.max(0, ...[...afterFault.values()].map(({ p99Ms }) => p99Ms));
  print(`    ${String(acked)} acked, ${String(refused)} refused, ${String(unknown)} unknown`);
  print(
    `    lateness: in health p50 ${String(healthy.p50Ms)} p99 ${String(healthy.p99Ms)} ms (${String(healthy.steps)} steps); after a fault at most ${String(worst)} ms (${String(steps)} steps)`,
  );
  print(
    `    at the provider twice: ${String(duplicatesAtProvider)} of ${String(inFlightAtCuts)} in flight when something was cut off, ${String(kills)} kills; ${String(Math.round(tookMs / 1000))} s`,
  );
  for (const { invariant, what } of violations.slice(0, 10)) print(`    ✕ ${invariant}: ${what}`);
  if (violations.length > 10) print(`    ✕ and ${String(violations.length - 10)} more`);
}

async function runAll(): Promise<number> {
  const seed = given.seed === undefined ? Math.floor(Math.random() * 1_000_000) : Number(given.seed);
  print('Trialogue faults');
  printMachine();
  print(`seed      ${String(seed)}`);
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const scenario of chosen()) {
    print(`\n${scenario.id}  ${scenario.title} (${scenario.shape})`);
    const outcome = await tryOne(scenario, seed);
    count[outcome] += 1;
  }
  print(
    `\n${String(count.passed)} passed, ${String(count.failed)} failed${count.skipped > 0 ? `, ${String(count.skipped)} skipped` : ''}`,
  );
  return count.failed === 0 && count.passed > 0 ? 0 : 1;
}

async function tryOne(scenario: Scenario, seed: number): Promise<'passed' | 'failed' | 'skipped'> {
  const say = (line: string): void => {
    print(`    … ${line}`);
  };
  try {
    const verdict = await tryScenario(scenario, { seed, short: given.short, say });
    report(verdict);
    return verdict.violations.length === 0 ? 'passed' : 'failed';
  } catch (error) {
    if (error instanceof NoSmallDisk) {
      print(`    *** SKIPPED: ${error.message} ***`);
      return 'skipped';
    }
    print(`    ✕ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return 'failed';
  }
}

async function main(): Promise<number> {
  if (given.help) {
    print(HELP);
    return 0;
  }
  await sweepDeadRuns();
  const folder = openRun();
  const end = (code: number): void => {
    unmountAllUnder(folder);
    closeRun(folder)
      .finally(() => process.exit(code))
      .catch(() => undefined);
  };
  process.once('SIGINT', () => {
    end(130);
  });
  process.once('SIGTERM', () => {
    end(143);
  });
  try {
    return await runAll();
  } finally {
    await closeRun(folder);
  }
}

process.exit(await main());
