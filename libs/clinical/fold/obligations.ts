import { answersTo } from '../answer.table.js';
import type { EventType } from '../event.registry.js';
import type { LaneWord, RoleWord, UrgencyWord } from '../vocabulary.js';
import type { Filed, OpenedEntry, OpenedOp } from './opened.entry.js';
import { EMPTY_MAP, put, valueOf, without, type SortedMap } from './sorted.map.js';

/**
 * Who owes what, from the ops that rode with events that count. The chain's own fold says which ops are permitted
 * (`refused`); here they are joined with what was asked, and an answer counts only when its event is one that answers
 * the question. An entry that does not count neither asks nor answers here: what it asked for stays with the chain.
 */
export interface Obligations {
  readonly all: SortedMap<AnswerDue>;
  /** Those that still wait for an answer. */
  readonly owed: SortedMap<AnswerDue>;
  /** Entry of a question → names of the obligations it opened. */
  readonly byQuestion: SortedMap<readonly string[]>;
}

export interface AnswerDue {
  readonly id: string;
  readonly lane: LaneWord;
  readonly question: { readonly ref: string; readonly type: EventType };
  readonly urgency: UrgencyWord;
  readonly openedBy: string;
  readonly responder: string | null;
  readonly responderRole: RoleWord | null;
  /** Who acknowledged as the accountable person. */
  readonly owner: string | null;
  readonly handOverTo: { readonly userId: string | null; readonly role: RoleWord | null } | null;
  readonly dueAtMs: number | null;
  readonly state: 'open' | 'acknowledged' | 'waiting' | 'answered' | 'closed' | 'withdrawn';
  /** Entry that answered; null while none counts. */
  readonly answer: string | null;
  readonly reopened: boolean;
}

const OWED: readonly AnswerDue['state'][] = ['open', 'acknowledged', 'waiting'];

export const NO_OBLIGATIONS: Obligations = { all: EMPTY_MAP, owed: EMPTY_MAP, byQuestion: EMPTY_MAP };

export function isOwed(due: AnswerDue): boolean {
  return OWED.includes(due.state);
}

/** Applies the ops of one entry whose event counts; names the questions whose state they touched. */
export function applyOps(
  before: Obligations,
  entry: OpenedEntry,
  { filed, questionOf }: { readonly filed: Filed; readonly questionOf: (ref: string) => Filed | undefined },
): { readonly obligations: Obligations; readonly touched: readonly string[] } {
  let obligations = before;
  const touched: string[] = [];
  for (const op of entry.ops) {
    const after = op.refused ? undefined : step(obligations, { op, entry, filed, questionOf });
    if (after === undefined) continue;
    obligations = keep(obligations, after);
    touched.push(after.question.ref);
  }
  return { obligations, touched };
}

interface Step {
  readonly op: OpenedOp;
  readonly entry: OpenedEntry;
  readonly filed: Filed;
  readonly questionOf: (ref: string) => Filed | undefined;
}

/** The obligation after the op; undefined when the op changes nothing. */
function step(obligations: Obligations, { op, entry, filed, questionOf }: Step): AnswerDue | undefined {
  if (op.op === 'open') return opened(op, entry, filed);
  const due = valueOf(obligations.all, op.obligation);
  if (due === undefined) return undefined;
  switch (op.op) {
    case 'ack':
      return acknowledged(due, op, entry.author.userId);
    case 'wait':
      return { ...due, state: 'waiting' };
    case 'answer': {
      const question = questionOf(due.question.ref);
      const fits = question !== undefined && answersTo(question.event).includes(filed.event.event);
      return fits ? { ...due, state: 'answered', answer: filed.ref } : undefined;
    }
    case 'hand_over':
      return { ...due, handOverTo: { userId: op.responder, role: op.responderRole } };
    case 'close':
      return { ...due, state: 'closed' };
    case 'withdraw':
      return { ...due, state: 'withdrawn' };
    case 'reopen':
      return { ...due, state: 'open', answer: null, reopened: true, dueAtMs: op.dueAtMs ?? due.dueAtMs };
  }
}

function opened(op: OpenedOp, entry: OpenedEntry, filed: Filed): AnswerDue {
  return {
    id: op.obligation,
    lane: entry.lane,
    question: { ref: entry.ref, type: filed.event.event },
    urgency: entry.urgency ?? 'routine',
    openedBy: entry.author.userId,
    responder: op.responder,
    responderRole: op.responderRole,
    owner: null,
    handOverTo: null,
    dueAtMs: op.dueAtMs,
    state: 'open',
    answer: null,
    reopened: false,
  };
}

/** A hand-over completes only when the new person acknowledges. */
function acknowledged(due: AnswerDue, op: OpenedOp, author: string): AnswerDue {
  const { handOverTo } = due;
  if (handOverTo !== null && handOverTo.userId === author) {
    return {
      ...due,
      state: 'acknowledged',
      responder: author,
      responderRole: handOverTo.role,
      owner: author,
      handOverTo: null,
    };
  }
  return { ...due, state: 'acknowledged', owner: op.responder };
}

function keep(obligations: Obligations, due: AnswerDue): Obligations {
  const known = valueOf(obligations.byQuestion, due.question.ref) ?? [];
  return {
    all: put(obligations.all, due.id, due),
    owed: isOwed(due) ? put(obligations.owed, due.id, due) : without(obligations.owed, due.id),
    byQuestion: known.includes(due.id)
      ? obligations.byQuestion
      : put(obligations.byQuestion, due.question.ref, [...known, due.id]),
  };
}
