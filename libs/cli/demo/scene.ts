import type { Sent } from '#client';
import type { LaneName } from '#protocol';
import type { Company } from './company.js';
import { Deviation, type Narrator } from './narrator.js';
import { Refusal, type Player } from './player.js';
import { PARTS, type Part } from './script.js';
import type { Asking, CaseFacts, Seen } from './verbs.js';

/** Everything the steps share. `acked` grows with whatever the service said it had accepted. */
export interface Stage {
  readonly company: Company;
  readonly narrator: Narrator;
  readonly dataDir: string;
  readonly facts: CaseFacts;
  readonly acked: Acked[];
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
  const { company, narrator, facts, acked } = stage;
  narrator.does(part, text);
  const sent = await write(company.players[part]);
  acked.push({ part, sent });
  const lane = facts.lanes.find(({ threadId }) => threadId === sent.threadId)?.lane;
  if (lane === undefined) throw new Deviation('an entry stands in a thread nobody knows');
  const others = READERS[lane].filter((one) => one !== part);
  const seen = await Promise.all(others.map((one) => company.players[one].call('see', { sent })));
  for (const [index, one] of others.entries()) narrator.sees(one, readable(seen[index]));
  return sent;
}

function readable(seen: Seen | undefined): Seen {
  if (seen === undefined || seen.kind === 'invalid' || seen.kind === 'unreadable') {
    throw new Deviation(`an entry was shown as ${seen?.kind ?? 'nothing'}: ${seen?.text ?? ''}`);
  }
  return seen;
}

/** Whoever asked says that the answer is enough. */
export async function close(stage: Stage, part: Part, ref: string): Promise<void> {
  await tell(stage, part, 'closes it: the answer is enough', (player) => player.call('close', { ref }));
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
