import { relative, resolve } from 'node:path';
import { failureOf } from './failure.js';
import { foundTrial, type Trial } from './trial.js';

/** Run by libs/launch once the service is ready, with TRIALOGUE_URL, DATA_DIR and FOUNDING_TOKEN. */
try {
  const { TRIALOGUE_URL: url = 'http://localhost:3000', FOUNDING_TOKEN: foundingToken } = process.env;
  const dataDir = resolve(process.env['DATA_DIR'] ?? './.data');
  const trial = await foundTrial({ url, dataDir, foundingToken });
  process.stdout.write(`${report(trial, commandPrefix(dataDir)).join('\n')}\n`);
} catch (error) {
  const { message, exitCode } = failureOf(error);
  process.stderr.write(`The trial organisation could not be looked after: ${message}\n`);
  process.exitCode = exitCode;
}

/** A person pastes the line into another terminal: it must find the same DATA_DIR there. */
function commandPrefix(dataDir: string): string {
  const isDefault = relative(resolve('./.data'), dataDir) === '';
  return `${isDefault ? '' : `DATA_DIR='${dataDir}' `}npm run trialogue --`;
}

function report(trial: Trial, command: string): string[] {
  const unused = trial.links.filter(({ state }) => state === 'unused');
  const gone = trial.links
    .filter(({ state }) => state !== 'unused')
    .map(({ role, state }) => `${role} (${state})`);
  return [
    '',
    `${trial.organisationName}${trial.isNew ? ' has been founded' : ''}. Its root and administrator keys: ${trial.keyFile}`,
    ...(unused.length === 0
      ? []
      : ['', 'One-time links, each for one person, each with the command that uses it:']),
    ...unused.flatMap(({ role, link }) => [
      '',
      `  ${role}`,
      `  ${link}`,
      `  ${command} join '${link}' --profile ${role}`,
    ]),
    ...(unused.length === 0
      ? []
      : ['', `When all three have joined: ${command} open-case --profile therapist`]),
    ...(gone.length === 0 ? [] : ['', `No longer usable: ${gone.join(', ')}.`]),
    `More people: ${command} admin invite --role prescriber`,
    '',
  ];
}
