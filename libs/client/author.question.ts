import { OP, ROLE, THREAD } from '#protocol';
import type { HeldThread, ThreadFact } from './held.chain.js';
import type { AuthorQuestion } from './sending.contract.js';
import type { QueueItem } from './queue.js';
import type { Reader } from './reader.js';

/** Decisions a message must not silently cross; `hold` too, once events of that name can be read. */
const DECISIONS: readonly string[] = [
  'eligibility_decision',
  'dose_order',
  'dose_adjustment',
  'hold',
  'hold_release',
];

export interface Between {
  readonly reasons: AuthorQuestion['reasons'];
  readonly facts: readonly ThreadFact[];
}

/** What came in since the author last looked, as far as it is his to know before his message goes out. */
export function whatCameBetween(
  reader: Reader,
  held: HeldThread,
  { item, me }: { readonly item: QueueItem; readonly me: string },
): Between {
  const facts = held.facts.slice(item.seenSeq).filter((fact) => fact.authorUser !== me);
  const checks = [
    ['reader_added', addsReader],
    ['same_obligation', (fact: ThreadFact) => touchesSame(fact, item)],
    ['hold_or_decision', (fact: ThreadFact) => isDecision(reader, held, fact)],
  ] as const;
  const reasons = checks.filter(([, holds]) => facts.some(holds)).map(([reason]) => reason);
  return { reasons, facts };
}

function addsReader(fact: ThreadFact): boolean {
  if (fact.type !== THREAD.rotate) return false;
  const before = new Set(fact.rowsBefore.map(({ userId }) => userId));
  return fact.rows.some(({ userId }) => !before.has(userId));
}

function touchesSame(fact: ThreadFact, { work }: QueueItem): boolean {
  if (work.kind !== 'message') return false;
  const mine = new Set(work.ops.filter(({ op }) => op !== OP.open).map(({ obligation }) => obligation));
  return fact.changes.some(({ after }) => mine.has(after.id));
}

/** What I cannot read counts as a decision when a prescriber wrote it: better asked once too often. */
function isDecision(reader: Reader, held: HeldThread, fact: ThreadFact): boolean {
  const { shown } = reader.open(held, fact);
  if (shown.kind === 'event') return DECISIONS.includes(shown.event.event);
  return shown.kind === 'unreadable' && fact.author?.role === ROLE.prescriber;
}
