import type { Command } from 'commander';
import type { AuthorQuestion, Lane, Obligation, SendOptions, Sent } from '#client';
import type { EventType } from '#clinical';
import { URGENCY, type RoleName, type UrgencyName } from '#protocol';
import { UsageError } from './failure.js';
import { comingMs, spanMs } from './instant.js';
import { findPerson } from './people.js';
import { pathwayDueMs } from './pathway.due.js';
import { shortRef } from './places.js';
import type { Context } from './session.js';
import { sentShape } from './shapes.js';
import { entryLines } from './timeline.text.js';

/** The flags of everything that is sent. */
export interface SendingFlags {
  readonly urgency?: string;
  readonly needsAnswerFrom?: readonly string[];
  readonly due?: string;
  readonly in?: string;
  readonly anyway?: boolean;
  /** What is posted, where it is a typed event: the pathway may say by when it is answered. */
  readonly event?: EventType;
}

export function addSendingFlags(command: Command): Command {
  return command
    .option('--urgency <level>', `${Object.keys(URGENCY).join(', ')} (default: routine)`)
    .option('--needs-answer-from <person...>', 'who owes an answer: a role, a name or an id')
    .option('--due <time>', 'when the answer is due, such as 2026-12-01T16:00Z')
    .option(
      '--in <time>',
      'when the answer is due from now, such as 8h (default: as the pathway has it, if in real hours)',
    )
    .option('--anyway', 'send even if something came in between (default: ask, or refuse in a script)');
}

/** The flags as the SDK takes them; people are looked up in the lane that is written to. */
export function sendOptionsOf(flags: SendingFlags, lane: Lane, context: Context): SendOptions {
  return {
    ...(flags.urgency === undefined ? {} : { urgency: urgencyOf(flags.urgency) }),
    ask: asksOf(flags, lane),
    ...questionOf(flags, context),
  };
}

function asksOf(flags: SendingFlags, lane: Lane): NonNullable<SendOptions['ask']> {
  const { needsAnswerFrom = [], due, in: span } = flags;
  if (due !== undefined && span !== undefined) throw new UsageError('--due or --in, not both.');
  if (needsAnswerFrom.length === 0 && (due ?? span) !== undefined) throw new UsageError(TIMELESS);
  const roster = lane.roster().filter((row) => !row.left);
  return needsAnswerFrom.map((query) => {
    const { userId, role } = findPerson(query, roster);
    return { responder: userId, dueAt: new Date(dueMs(flags, role)) };
  });
}

const TIMELESS = '--needs-answer-from goes with --due or --in: an answer is always due by a time.';

/** As named, else as the pathway has it for such an event. */
function dueMs({ due, in: span, event }: SendingFlags, role: RoleName): number {
  const nowMs = Date.now();
  if (span !== undefined) return nowMs + spanMs(span);
  if (due !== undefined) return comingMs(due, nowMs);
  const usual = event === undefined ? undefined : pathwayDueMs(event, role, nowMs);
  if (usual === undefined) throw new UsageError(TIMELESS);
  return usual;
}

function urgencyOf(text: string): UrgencyName {
  if (Object.hasOwn(URGENCY, text)) return text as UrgencyName;
  throw new UsageError(`"${text}" is no urgency: ${Object.keys(URGENCY).join(', ')}.`);
}

const REASON_WORDS: Readonly<Record<AuthorQuestion['reasons'][number], string>> = {
  reader_added: 'somebody new can read this lane now',
  same_obligation: 'somebody else acted on the same obligation',
  hold_or_decision: 'a hold or a decision was written',
};

/** Nothing is sent silently over what the author has not seen: asked in a terminal, refused in a script. */
export function questionOf(
  flags: { readonly anyway?: boolean },
  { screen, prompts }: Context,
): Pick<SendOptions, 'onQuestion'> {
  if (flags.anyway === true) return { onQuestion: () => true };
  if (!screen.interactive) return {};
  return {
    onQuestion: async (question) => {
      screen.hint(
        `Before this was sent, ${question.reasons.map((reason) => REASON_WORDS[reason]).join('; ')}:`,
      );
      for (const entry of question.between) screen.hint(entryLines(screen, entry).join('\n'));
      return prompts.yesNo('Send it all the same?', false);
    },
  };
}

export function showSent(context: Context, sent: Sent, what = 'Sent'): void {
  context.screen.show(sentShape(sent), () => [
    `${what}: entry ${sent.seq}.`,
    ...sent.opened.map((ref) => `  an answer is due: ${shortRef(ref)}`),
    ...flagLines(sent),
  ]);
}

/** That an answer raised an alarm is said to whoever wrote it. */
export function flagLines({ flag }: Sent): string[] {
  if (flag === undefined) return [];
  return [`An urgent safety flag was raised with it: entry ${flag.seq}, ${flag.opened.length} asked.`];
}

/** The lane an obligation stands in, so that acts on it find their people. */
export function laneOf(
  due: Obligation,
  member: { case(caseId: string): { lane(name: Obligation['lane']): Lane } },
): Lane {
  return member.case(due.caseId).lane(due.lane);
}
