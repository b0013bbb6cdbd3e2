import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { EXIT, UsageError, failureOf } from '../failure.js';
import { Narrator } from './narrator.js';
import { playWithChaos } from './chaos.js';
import { play } from './play.js';
import { findRunningService } from './service.js';

const DEMO_SEED_LIMIT = 2 ** 31;

interface Options {
  readonly chaos?: boolean;
  readonly seed?: string;
  readonly fhir?: string;
}

/** `npm run demo`: exits 0 when everything was as it has to be, 1 on any deviation, 2 when it could not begin. */
async function main(args: readonly string[]): Promise<number> {
  const program = new Command('demo')
    .description(
      'Three processes walk the seven steps of the pathway against the running service (npm start).',
    )
    .option('--chaos', 'start a service of its own and kill it with -9 again and again meanwhile')
    .option('--seed <number>', 'the chaos of an earlier run again')
    .option('--fhir <file>', 'write the case of the demo as a FHIR R4 bundle into a new file')
    .exitOverride();
  const narrator = new Narrator({
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
  });
  const stop = stopOnSignals();
  try {
    const options = program.parse([...args], { from: 'user' }).opts<Options>();
    checkFile(options);
    if (options.chaos === true) await playWithChaos(seedOf(options), narrator, stop);
    else await playOnce(narrator, stop, options.fhir);
    narrator.line('');
    narrator.line(
      `Everything as it has to be: ${narrator.checks} claims checked in ${narrator.seconds.toFixed(1)} s.`,
    );
    return EXIT.ok;
  } catch (error) {
    if (stop.aborted) return EXIT.interrupted;
    return tell(error, narrator);
  }
}

/** Ctrl-C ends the demo, not the cleaning up after it. */
function stopOnSignals(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      stop.abort();
    });
  }
  return stop.signal;
}

async function playOnce(narrator: Narrator, signal: AbortSignal, fhirFile?: string): Promise<void> {
  const { place, dataDir } = await findRunningService(process.env);
  narrator.line(`Playing against ${place.url}, e-mails in ${dataDir}/mail.`);
  await play({ place, dataDir, narrator, signal, ...(fhirFile === undefined ? {} : { fhirFile }) });
}

/** Before anything is played: what is asked for at the end must be possible then. */
function checkFile({ fhir, chaos }: Options): void {
  if (fhir === undefined) return;
  if (chaos === true)
    throw new UsageError('--fhir goes with a demo that is not disturbed: leave out --chaos.');
  if (existsSync(fhir)) throw new UsageError(`${fhir} is there already, and is not overwritten.`);
}

function seedOf({ seed }: Options): number {
  if (seed === undefined) return Math.floor(Math.random() * DEMO_SEED_LIMIT);
  if (!/^\d{1,10}$/u.test(seed)) throw new UsageError(`"${seed}" is no seed: a whole number.`);
  return Number(seed);
}

function tell(error: unknown, narrator: Narrator): number {
  const { exitCode, message } = failureOf(error);
  if (exitCode === EXIT.ok) return exitCode;
  if (exitCode === EXIT.usage) {
    process.stderr.write(`${message}\n`);
    return exitCode;
  }
  const text = error instanceof Error && error.name === 'Deviation' ? error.message : message;
  process.stderr.write(
    `\nDEVIATION after ${narrator.checks} claims and ${narrator.seconds.toFixed(1)} s: ${text}\n`,
  );
  return EXIT.refused;
}

// npm start reads it too, so that both agree on PORT and DATA_DIR; what is set already wins.
if (existsSync('.env')) process.loadEnvFile('.env');

process.exitCode = await main(process.argv.slice(2));
