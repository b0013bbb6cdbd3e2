import { CommanderError } from 'commander';
import { ClientProblem, type ClientProblemCode } from '#client';
import { PROBLEMS, Problem, type ProblemCode } from '#protocol';

/** What every command ends with; the README of this room prints the same table. */
export const EXIT = {
  ok: 0,
  /** The service or the SDK refused it, with a code. */
  refused: 1,
  /** The command line, an input file or an answer is not usable. */
  usage: 2,
  /** Something does not verify: a frozen chain, a wrong pin, a damaged key file. Trust nothing before it is explained. */
  verification: 3,
  unreachable: 4,
  /** Another process uses the key file. */
  locked: 5,
  /** No key file, or the passphrase does not open it. */
  keyFile: 6,
  unexpected: 70,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The person's input cannot be used; the message says what to write instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** `verify`, or a rehearsal of rules, has shown what does not hold; nothing is left to say. */
export class VerificationFailure extends Error {
  override readonly name = 'VerificationFailure';
}

/** `drill` has shown that no way worked; nothing is left to say. */
export class DrillFailure extends Error {
  override readonly name = 'DrillFailure';
}

export interface Failure {
  readonly exitCode: ExitCode;
  /** Stable for programs. */
  readonly code: string;
  /** Sentences for people. */
  readonly message: string;
  readonly repair?: unknown;
}

const EXIT_OF_PREFIX: Readonly<Record<string, ExitCode>> = {
  connection: EXIT.unreachable,
  store: EXIT.keyFile,
};
const EXIT_OF_CODE: Partial<Record<ClientProblemCode | ProblemCode, ExitCode>> = {
  'service.unavailable': EXIT.unreachable,
  'connection.unexpected_reply': EXIT.verification,
  'store.locked': EXIT.locked,
  'store.corrupt': EXIT.verification,
  'store.not_empty': EXIT.refused,
  'link.pin_mismatch': EXIT.verification,
  'lane.frozen': EXIT.verification,
  'chain.frozen': EXIT.verification,
};

/** What a person can do about what the SDK refuses; the server's problems bring their own sentence. */
const MEND: Partial<Record<ClientProblemCode, string>> = {
  'connection.unreachable': 'Is the service running there? --url and TRIALOGUE_URL say where to look.',
  'connection.timeout': 'Try again; what was sealed already is sent again unchanged.',
  'link.malformed': 'Copy the whole link, with everything after the #, and put it in quotes.',
  'link.foreign': 'Use the address the link names, or ask for a link to this service.',
  'link.pin_mismatch': 'Do not use it: ask the person who invited you, by another way, for a new link.',
  'link.not_invited': 'Ask the person who invited you for a new link.',
  'link.used': 'Ask the person who invited you for a new link.',
  'link.expired': 'Ask the person who invited you for a new link.',
  'link.revoked': 'Ask the person who invited you for a new link.',
  'obligation.wait_too_long':
    'Wait until an earlier time, hand it over, or say openly that the answer will be late.',
  'store.not_empty': 'Choose another --profile or --key-file for the new person.',
  'store.empty': 'Join with an invitation link first: trialogue join <link>',
  'store.not_found':
    'Join with an invitation link first (trialogue join <link>), or name the --profile you joined with.',
  'store.other_kind':
    'An administrator’s key file belongs to "trialogue admin …", a person’s to the other commands.',
  'store.wrong_passphrase':
    'Nobody can reset it: without the passphrase the keys in the file cannot be used.',
  'store.corrupt': 'Put back a copy of the file; do not go on with this one.',
  'lane.frozen':
    'What was verified stays readable. Run "trialogue verify" and tell the others by another way.',
  'lane.ambiguous':
    'Somebody who may add people closes the wrong one ("trialogue close-case <case> --thread <id> --reason opened-in-error"), or everybody leaves it ("trialogue leave <case> --thread <id>"); "trialogue cases" shows both. What was written there has to be said again, or spoken about, in the one that is meant: "trialogue gate" names it.',
  'event.not_read_back':
    'Name the dose decision in force by its entry ("trialogue read --json" prints entryRef) and re-enter its total.',
  'send.author_needed':
    'Read what came in between, then "trialogue drafts resend", or send again with --anyway.',
  'event.invalid': '"trialogue events <type> --schema" lists the fields.',
  'event.wrong_pair':
    '"trialogue events" lists which events may ask for answers, from whom and how urgently.',
};

/** Judges whatever a command threw. */
export function failureOf(error: unknown): Failure {
  if (error instanceof UsageError) return { exitCode: EXIT.usage, code: 'usage', message: error.message };
  if (error instanceof VerificationFailure) {
    return { exitCode: EXIT.verification, code: 'verification', message: 'Verification failed.' };
  }
  if (error instanceof DrillFailure) {
    return {
      exitCode: EXIT.refused,
      code: 'drill.not_reached',
      message: 'Set a way with "contact", or mend the one that failed.',
    };
  }
  if (error instanceof CommanderError) {
    return { exitCode: error.exitCode === 0 ? EXIT.ok : EXIT.usage, code: 'usage', message: error.message };
  }
  if (error instanceof Problem) return problemFailure(error);
  if (error instanceof ClientProblem) return clientFailure(error);
  if (error instanceof Error && (error.name === 'ExitPromptError' || error.name === 'AbortPromptError')) {
    return { exitCode: EXIT.interrupted, code: 'interrupted', message: 'Stopped.' };
  }
  return { exitCode: EXIT.unexpected, code: 'unexpected', message: unexpectedText(error) };
}

function problemFailure({ code, repair }: Problem): Failure {
  const { title, mend } = PROBLEMS[code];
  const rule = repair?.rule === undefined ? [] : [`rule ${repair.rule}`];
  const named = [...rule, ...(repair?.fields ?? [])].join(', ');
  return {
    exitCode: EXIT_OF_CODE[code] ?? EXIT.refused,
    code,
    message: `${title}${named === '' ? '' : ` (${named})`}. ${mend}`,
    ...(repair === undefined ? {} : { repair }),
  };
}

function clientFailure({ code, message, detail }: ClientProblem): Failure {
  const details = [...(detail.fields ?? []), ...(detail.rule === undefined ? [] : [detail.rule])];
  const sentence = details.length === 0 ? `${message}.` : `${message}: ${details.join(', ')}.`;
  return {
    exitCode: EXIT_OF_CODE[code] ?? EXIT_OF_PREFIX[code.split('.')[0] ?? ''] ?? EXIT.refused,
    code,
    message: [sentence, MEND[code]].filter((part) => part !== undefined).join(' '),
    ...(Object.keys(detail).length === 0 ? {} : { repair: detail }),
  };
}

function unexpectedText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
