import type { Obligation, ObligationChange } from '#chain';
import { OP, THREAD, URGENCY, parseMessage, toHex, type Op, type Urgency } from '#protocol';
import type { AppliedThread as Accepted } from '../chains/index.js';
import type { OutboxRow } from '../platform/index.js';
import { REASON, noticeRow, type Reason } from './notice.js';

/** What this room looks at in a thread entry the server accepted. */
export type AppliedThread = Pick<Accepted, 'state' | 'entry' | 'changes'>;

/** "Something is new for you here", said at most once in a while; ids in hex. */
export interface Update {
  readonly threadId: string;
  readonly recipientId: string;
  readonly urgency: Urgency;
}

/**
 * Who is told of an obligation at once: whoever now owes (by open, reopen, hand-over, or being named owner by
 * somebody else), and whoever waited for the answer. Nobody is told of his own act.
 */
export function noticesOfEntry(applied: AppliedThread): OutboxRow[] {
  return applied.changes.flatMap((change) => [
    ...told(nowOwing(change), REASON.opened, { applied, change }),
    ...told(change.op === OP.answer ? [change.after.opener] : [], REASON.answered, { applied, change }),
  ]);
}

function nowOwing({ op, before, after }: ObligationChange): string[] {
  if (op === OP.open || op === OP.reopen) return [after.responder];
  if (op === OP.hand_over && after.pendingHandOver !== undefined) return [after.pendingHandOver];
  if (op === OP.ack && after.owner !== undefined && after.owner !== before?.owner) return [after.owner];
  return [];
}

function told(
  people: readonly string[],
  reason: Reason,
  { applied, change }: { applied: AppliedThread; change: ObligationChange },
): OutboxRow[] {
  const { header } = applied.entry;
  return people
    .filter((person) => person !== toHex(header.authorUser))
    .map((person) =>
      noticeRow(String(header.seq), {
        reason,
        recipient: 'person',
        recipientId: person,
        threadId: applied.state.threadId,
        urgency: change.after.urgency,
        obligation: change.after.id,
        ...(reason === REASON.answered ? {} : { openedSeq: change.after.openedSeq }),
        ...(change.after.urgency === URGENCY.emergent ? { allChannels: 1 } : {}),
      }),
    );
}

/** Ops nobody is told of otherwise: the other parties of the obligation learn that something moved. */
const QUIET_OPS: readonly Op[] = [OP.ack, OP.wait, OP.hand_over, OP.close, OP.withdraw];

/** A message without ops is an update for every other member; a quiet op for the obligation's parties. */
export function updatesOfEntry(applied: AppliedThread): Update[] {
  const { state, entry, changes } = applied;
  if (entry.header.type !== THREAD.message) return [];
  const author = toHex(entry.header.authorUser);
  const present = state.rows.filter((row) => !row.left).map((row) => row.userId as string);
  const message = parseMessage(entry.body);
  const concerned =
    message.ops.length === 0
      ? present
      : changes.filter(({ op }) => QUIET_OPS.includes(op)).flatMap(({ after }) => partiesOf(after));
  return [...new Set(concerned)]
    .filter((person) => person !== author && present.includes(person))
    .map((recipientId) => ({ threadId: state.threadId, recipientId, urgency: message.urgency }));
}

function partiesOf(obligation: Obligation): string[] {
  const { opener, responder, owner } = obligation;
  return [opener, responder, ...(owner === undefined ? [] : [owner])];
}

/** What a batch of messages leaves for each person and thread to be told, or seen. */
export interface News {
  readonly updates: readonly Update[];
  /** Whoever wrote last has seen what stood before it: nothing is left to tell him there. */
  readonly seen: readonly Omit<Update, 'urgency'>[];
}

/** One row per thread and person, in the order of the chain, with the greatest urgency: what one statement can write. */
export function newsOf(messages: readonly AppliedThread[]): News {
  const updates = new Map<string, Update>();
  const seen = new Map<string, Omit<Update, 'urgency'>>();
  for (const message of messages) {
    const author = authorshipOf(message);
    seen.set(keyOf(author), author);
    updates.delete(keyOf(author));
    for (const update of updatesOfEntry(message)) {
      const known = updates.get(keyOf(update));
      if (known === undefined || known.urgency < update.urgency) updates.set(keyOf(update), update);
      seen.delete(keyOf(update));
    }
  }
  return { updates: [...updates.values()], seen: [...seen.values()] };
}

const keyOf = ({ threadId, recipientId }: Omit<Update, 'urgency'>): string => `${threadId}/${recipientId}`;

function authorshipOf({ state, entry }: AppliedThread): Omit<Update, 'urgency'> {
  return { threadId: state.threadId, recipientId: toHex(entry.header.authorUser) };
}
