import { Command } from 'commander';
import { admin } from './commands/admin.commands.js';
import {
  acknowledge,
  answer,
  closeObligation,
  handOver,
  reopen,
  wait,
  withdraw,
} from './commands/act.commands.js';
import { availability } from './commands/availability.command.js';
import { clock, exportCase, gate, standing } from './commands/case.commands.js';
import { cases } from './commands/cases.command.js';
import { contact, deliveries } from './commands/contact.commands.js';
import { coverage } from './commands/coverage.commands.js';
import { drafts } from './commands/drafts.command.js';
import { drill } from './commands/drill.command.js';
import { events } from './commands/events.command.js';
import { follow } from './commands/follow.command.js';
import { ladder, overdue } from './commands/ladder.commands.js';
import { join } from './commands/join.command.js';
import { addMember, closeCase, leave, removeMember } from './commands/member.commands.js';
import { me, people } from './commands/people.commands.js';
import { note } from './commands/note.command.js';
import { openCase } from './commands/open-case.command.js';
import { owed } from './commands/owed.command.js';
import { post } from './commands/post.command.js';
import { read } from './commands/read.command.js';
import { rules } from './commands/rules.commands.js';
import { scale } from './commands/scale.command.js';
import { safetyNumber, verify } from './commands/verify.commands.js';
import { EXIT, failureOf, type ExitCode } from './failure.js';
import { clean, type Shell } from './screen.js';
import type { Register } from './session.js';

const COMMANDS: readonly Register[] = [
  join,
  me,
  people,
  openCase,
  cases,
  owed,
  read,
  standing,
  gate,
  clock,
  scale,
  rules,
  exportCase,
  availability,
  coverage,
  ladder,
  overdue,
  note,
  post,
  events,
  acknowledge,
  answer,
  wait,
  handOver,
  closeObligation,
  withdraw,
  reopen,
  follow,
  verify,
  safetyNumber,
  drafts,
  contact,
  deliveries,
  drill,
  addMember,
  removeMember,
  leave,
  closeCase,
  admin,
];

const AFTER_HELP = `
Exit codes: 0 done · 1 refused, with a code · 2 the command line or an input cannot be used · 3 something does not
verify · 4 the service cannot be reached · 5 the key file is in use · 6 no key file or wrong passphrase ·
70 a defect · 130 interrupted.

Times are shown, and read where they name no zone, by the clock of this computer; --json carries UTC.

Environment: TRIALOGUE_URL, TRIALOGUE_PROFILE, TRIALOGUE_KEY_FILE, TRIALOGUE_PASSPHRASE, DATA_DIR, PORT, NO_COLOR.`;

/** The whole terminal client, as commander sees it. */
function buildProgram(shell: Shell): Command {
  const program = new Command('trialogue')
    .description('Sealed case threads between therapist, prescriber and client, with answers that are due.')
    .option('--json', 'print one line of JSON instead of text')
    .option('--url <address>', 'the service (default: the one of last time)')
    .option('--profile <name>', 'whose keys: DATA_DIR/keys/<name>.keys')
    .option('--key-file <path>', 'whose keys: this file')
    .option('--passphrase-file <path>', 'file that holds the passphrase of the key file')
    .option('--offline', 'only what the key file holds already')
    .addHelpText('after', AFTER_HELP)
    .exitOverride()
    .showHelpAfterError('(--help lists what can be written)')
    .configureOutput({
      writeOut: (text) => void shell.stdout.write(text),
      writeErr: (text) => void shell.stderr.write(text),
    });
  for (const register of COMMANDS) register(program, shell);
  return program;
}

/**
 * Runs one command line (without node and script) and answers its exit code. Never throws: failures are told on
 * stderr or, with --json, as `{"error": {code, message, exitCode}}` on stdout.
 */
export async function run(args: readonly string[], shell: Shell): Promise<ExitCode> {
  try {
    await buildProgram(shell).parseAsync([...args], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    return tell(error, args.includes('--json'), shell);
  }
}

function tell(error: unknown, json: boolean, shell: Shell): ExitCode {
  const failure = failureOf(error);
  if (failure.exitCode === EXIT.ok) return failure.exitCode;
  if (json) shell.stdout.write(`${JSON.stringify({ error: failure })}\n`);
  else if (!isToldAlready(error)) shell.stderr.write(`${clean(failure.message, 'lines')}\n`);
  return failure.exitCode;
}

/** Commander prints its own complaints about the command line. */
function isToldAlready(error: unknown): boolean {
  return error instanceof Error && error.name === 'CommanderError';
}
