import {
  OP,
  inRoleMask,
  obligationId,
  toHex,
  type Message,
  type ObligationId,
  type ObligationOp,
  type Op,
  type Role,
  type Urgency,
  type UserId,
} from '#protocol';
import { LayeredMap } from './layered.map.js';
import type { OpRule } from './rules.js';
import { presentRowOf, type Roster, type RosterRow } from './roster.row.js';

export type ObligationStateName = 'open' | 'acknowledged' | 'waiting' | 'answered' | 'closed' | 'withdrawn';

/** An answer that is due, as the signed ops made it. Times are Unix milliseconds, people are user ids (hex). */
export interface Obligation {
  readonly id: ObligationId;
  readonly opener: UserId;
  /** The row that owes the answer, and its role when it was named. */
  readonly responder: UserId;
  readonly responderRole: Role;
  /** Who said it is his, by an ack; undefined until then and after a reopen. */
  readonly owner: UserId | undefined;
  readonly urgency: Urgency;
  readonly state: ObligationStateName;
  readonly openedSeq: number;
  readonly openedTsMs: number;
  readonly dueMs: number;
  /** While waiting: until when; it never moves the due time. */
  readonly waitUntilMs: number | undefined;
  /** Handed over to this row, effective when it acks. */
  readonly pendingHandOver: UserId | undefined;
  /** Seq of the last op that changed it. */
  readonly changedSeq: number;
}

export interface ObligationChange {
  /** Place of the op in its MESSAGE. */
  readonly index: number;
  readonly op: Op;
  readonly before: Obligation | undefined;
  readonly after: Obligation;
}

export interface RefusedOp {
  /** Place of the op in its MESSAGE. */
  readonly index: number;
  readonly rule: OpRule;
}

/** An answer is still owed in these states. */
const OWED: readonly ObligationStateName[] = ['open', 'acknowledged', 'waiting'];

export function isOwed(obligation: Obligation): boolean {
  return OWED.includes(obligation.state);
}

/** The roster and the author by which the ops of one MESSAGE are judged. */
export interface FoldContext extends Roster {
  readonly adderRoles: number;
  readonly author: RosterRow;
  readonly seq: number;
  readonly tsMs: number;
  readonly urgency: Urgency;
}

export interface Fold {
  readonly obligations: LayeredMap<ObligationId, Obligation>;
  readonly changes: readonly ObligationChange[];
  readonly refusedOps: readonly RefusedOp[];
}

/** Folds the ops of one MESSAGE, in order, over the obligations so far. Visible fields only: the server agrees. */
export function foldOps(
  obligations: LayeredMap<ObligationId, Obligation>,
  ops: Message['ops'],
  context: FoldContext,
): Fold {
  let current = obligations;
  const changes: ObligationChange[] = [];
  const refusedOps: RefusedOp[] = [];
  ops.forEach((op, index) => {
    const id = op.op === OP.open ? obligationId(context.seq, index) : (op.obligation as ObligationId);
    const before = current.get(id);
    const result = op.op === OP.open ? openOne(id, op, context) : changeOne(before, op, context);
    if (typeof result === 'string') {
      refusedOps.push({ index, rule: result });
      return;
    }
    const after = { ...result, changedSeq: context.seq };
    current = current.with(id, after);
    changes.push({ index, op: op.op, before, after });
  });
  return { obligations: current, changes, refusedOps };
}

function openOne(id: ObligationId, op: ObligationOp, context: FoldContext): Obligation | OpRule {
  const responder = presentRowOf(context, toHex(op.responder));
  if (responder === undefined) return 'op_responder';
  if (op.dueMs <= context.tsMs) return 'op_not_later';
  return {
    id,
    opener: context.author.userId,
    responder: responder.userId,
    responderRole: responder.role,
    owner: undefined,
    urgency: context.urgency,
    state: 'open',
    openedSeq: context.seq,
    openedTsMs: context.tsMs,
    dueMs: op.dueMs,
    waitUntilMs: undefined,
    pendingHandOver: undefined,
    changedSeq: context.seq,
  };
}

type OpJudge = (obligation: Obligation, op: ObligationOp, context: FoldContext) => Obligation | OpRule;

interface OpPolicy {
  readonly from: readonly ObligationStateName[];
  readonly apply: OpJudge;
}

const POLICIES: Readonly<Record<Exclude<Op, typeof OP.open>, OpPolicy>> = {
  [OP.ack]: { from: OWED, apply: acknowledge },
  [OP.wait]: { from: OWED, apply: waitFor },
  [OP.answer]: { from: OWED, apply: answer },
  [OP.hand_over]: { from: OWED, apply: handOver },
  [OP.close]: {
    from: ['answered'],
    apply: (obligation, _op, context) => settle(obligation, context, 'closed'),
  },
  [OP.withdraw]: {
    from: OWED,
    apply: (obligation, _op, context) => settle(obligation, context, 'withdrawn'),
  },
  [OP.reopen]: { from: ['answered', 'closed'], apply: reopen },
};

function changeOne(
  obligation: Obligation | undefined,
  op: ObligationOp,
  context: FoldContext,
): Obligation | OpRule {
  if (op.op === OP.open || obligation === undefined) return 'op_unknown_obligation';
  const policy = POLICIES[op.op];
  if (!policy.from.includes(obligation.state)) return 'op_wrong_state';
  return policy.apply(obligation, op, context);
}

/** The responder's row or any row of the same role: a colleague may cover. */
function mayRespond(obligation: Obligation, { author }: FoldContext): boolean {
  return author.userId === obligation.responder || author.role === obligation.responderRole;
}

/** The opener, or an adder once the opener's row is gone. */
function mayGovern(obligation: Obligation, context: FoldContext): boolean {
  const opener = presentRowOf(context, obligation.opener);
  if (opener !== undefined) return context.author.userId === opener.userId;
  return inRoleMask(context.adderRoles, context.author.role);
}

/** Names the owner; the clock runs on. Written by the row it was handed to, it completes the hand-over. */
function acknowledge(obligation: Obligation, op: ObligationOp, context: FoldContext): Obligation | OpRule {
  const owner = presentRowOf(context, toHex(op.responder));
  const { author } = context;
  const acknowledged = { ...obligation, state: 'acknowledged' as const, waitUntilMs: undefined };
  if (author.userId === obligation.pendingHandOver && owner?.userId === author.userId) {
    return {
      ...acknowledged,
      responder: author.userId,
      responderRole: author.role,
      owner: author.userId,
      pendingHandOver: undefined,
    };
  }
  if (!mayRespond(obligation, context)) return 'op_not_permitted';
  if (owner?.role !== obligation.responderRole) return 'op_owner';
  return { ...acknowledged, owner: owner.userId };
}

function waitFor(obligation: Obligation, op: ObligationOp, context: FoldContext): Obligation | OpRule {
  if (!mayRespond(obligation, context)) return 'op_not_permitted';
  if (op.dueMs <= context.tsMs) return 'op_not_later';
  return { ...obligation, state: 'waiting', waitUntilMs: op.dueMs };
}

function answer(obligation: Obligation, _op: ObligationOp, context: FoldContext): Obligation | OpRule {
  if (!mayRespond(obligation, context)) return 'op_not_permitted';
  return { ...obligation, state: 'answered', waitUntilMs: undefined, pendingHandOver: undefined };
}

/** Changes nobody's duty yet: it completes only when the new row acks. */
function handOver(obligation: Obligation, op: ObligationOp, context: FoldContext): Obligation | OpRule {
  const { author } = context;
  const permitted =
    author.userId === obligation.owner ||
    author.userId === obligation.opener ||
    inRoleMask(context.adderRoles, author.role);
  if (!permitted) return 'op_not_permitted';
  const target = presentRowOf(context, toHex(op.responder));
  return target === undefined ? 'op_responder' : { ...obligation, pendingHandOver: target.userId };
}

function settle(
  obligation: Obligation,
  context: FoldContext,
  state: 'closed' | 'withdrawn',
): Obligation | OpRule {
  if (!mayGovern(obligation, context)) return 'op_not_permitted';
  return { ...obligation, state, waitUntilMs: undefined, pendingHandOver: undefined };
}

/** The question stands again, with a new due time; whoever acks it owns it anew. */
function reopen(obligation: Obligation, op: ObligationOp, context: FoldContext): Obligation | OpRule {
  if (!mayGovern(obligation, context)) return 'op_not_permitted';
  if (op.dueMs <= context.tsMs) return 'op_not_later';
  return {
    ...obligation,
    state: 'open',
    owner: undefined,
    dueMs: op.dueMs,
    waitUntilMs: undefined,
    pendingHandOver: undefined,
  };
}

/**
 * The one person accountable now: the owner, else the responder, as long as he has a row. Undefined while an
 * answer is owed means nobody is accountable, which is an alarm.
 */
export function accountableOf(thread: Roster, obligation: Obligation): UserId | undefined {
  const owner = obligation.owner && presentRowOf(thread, obligation.owner)?.userId;
  return owner ?? presentRowOf(thread, obligation.responder)?.userId;
}
