import type { Sent } from '#client';
import type { LaneName } from '#protocol';
import type { Company } from './company.js';
import { Deviation, type Narrator } from './narrator.js';
import { Refusal, type Player } from './player.js';
import { PARTS, type Part } from './script.js';
import type { StoryDays } from './story.days.js';
import type { Asking, CaseFacts, Seen } from './verbs.js';

/** Everything the steps share. `acked` grows with whatever the service said it had accepted. */
export interface Stage {
  readonly company: Company;
  readonly narrator: Narrator;
  readonly dataDir: string;
  readonly facts: CaseFacts;
  readonly acked: Acked[];
  readonly days: StoryDays;
  /** Every kind of event that was opened by somebody else than its author. */
  readonly kinds: Set<string>;
}

export interface Acked {
  readonly part: Part;
  readonly sent: Sent;
}

const HOUR_MS = 3_600_000;
const READERS: Readonly<Record<LaneName, readonly Part[]>> = {
  care_team: PARTS,
  clinicians: ['therapist', 'prescriber'],
};

/** An answer due from a role in so many hours. */
export function within(hours: number, role: Asking['role']): Asking {
  return { role, dueInMs: hours * HOUR_MS };
}

/**
 * One person writes; everybody else in the lane has to see the very same entry, opened, before the play goes on.
 */
export async function tell(
  stage: Stage,
  part: Part,
  text: string,
  write: (player: Player) => Promise<Sent>,
): Promise<Sent> {
  stage.narrator.does(part, text);
  const { sent, readers, seen } = await deliver(stage, part, write);
  stage.narrator.sees(readers, seen);
  return sent;
}

/** Whoever asked says that the answer is enough. */
export async function close(stage: Stage, part: Part, ...refs: readonly string[]): Promise<void> {
  for (const ref of refs) await deliver(stage, part, (player) => player.call('close', { ref }));
  stage.narrator.does(part, refs.length === 1 ? 'closes it: the answer is enough' : 'closes both: enough');
}

interface Written {
  readonly sent: Sent;
  readonly readers: readonly Part[];
  readonly seen: Seen;
}

async function deliver(stage: Stage, part: Part, write: (player: Player) => Promise<Sent>): Promise<Written> {
  const { company, facts, acked, kinds } = stage;
  const sent = await write(company.players[part]);
  acked.push({ part, sent });
  const lane = facts.lanes.find(({ threadId }) => threadId === sent.threadId)?.lane;
  if (lane === undefined) throw new Deviation('an entry stands in a thread nobody knows');
  const readers = READERS[lane].filter((one) => one !== part);
  const all = await Promise.all(readers.map((one) => company.players[one].call('see', { sent })));
  const [seen] = all.map(readable);
  if (seen === undefined) throw new Deviation('an entry was read by nobody');
  if (new Set(all.map((one) => JSON.stringify(one))).size > 1)
    throw new Deviation('two read different words');
  kinds.add(seen.kind);
  return { sent, readers, seen };
}

function readable(seen: Seen): Seen {
  if (seen.kind === 'invalid' || seen.kind === 'unreadable') {
    throw new Deviation(`an entry was shown as ${seen.kind}: ${seen.text}`);
  }
  return seen;
}

/** The code something is refused with. Errors: Deviation when it is not refused. */
export async function codeOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  throw new Deviation('something that has to be refused was accepted');
}

/** The one obligation an entry opened. */
export function onlyRef(sent: Sent): string {
  const [ref, ...others] = sent.opened;
  if (ref === undefined || others.length > 0)
    throw new Deviation('an entry did not open exactly one obligation');
  return ref;
}
