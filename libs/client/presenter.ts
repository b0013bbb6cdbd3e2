import { accountableOf, isOwed, type Obligation as FoldedObligation, type RosterRow } from '#chain';
import {
  LANE,
  OP,
  ROLE,
  THREAD,
  isZero,
  obligationId,
  parseEntry,
  parseMessage,
  toBase64Url,
  toHex,
  type CaseId,
  type OrganisationId,
  type ObligationOp,
  type RoleName,
  type ThreadId,
  type UserId,
} from '#protocol';
import type { HeldThread, ThreadFact } from './held.chain.js';
import type { Ledger } from './ledger.js';
import type { Names } from './names.js';
import { roleName, urgencyName, wordOf, type Reader } from './reader.js';
import type {
  Author,
  Obligation,
  RosterEntry,
  ShownOp,
  TimelineEntry,
  UnreadableReason,
} from './timeline.contract.js';

interface PresenterParts {
  readonly ledger: Ledger;
  readonly reader: Reader;
  readonly names: Names;
  readonly me: UserId;
}

/** Reasons that lie with me, not with the author. */
const INNOCENT: readonly UnreadableReason[] = ['no_epoch_secret'];

/** What people are shown of the verified chains. Pure reading: nothing here changes anything. */
export class Presenter {
  constructor(private readonly parts: PresenterParts) {}

  timeline(held: HeldThread): readonly TimelineEntry[] {
    if ((held.state?.epoch ?? 0) === 0) return [];
    return held.facts.map((fact) => this.entry(held, fact));
  }

  entry(held: HeldThread, fact: ThreadFact): TimelineEntry {
    const { shown } = this.parts.reader.open(held, fact);
    const message = fact.type === THREAD.message ? parseMessage(parseEntry(fact.bytes).body) : undefined;
    return {
      ...placeOf(held),
      seq: fact.seq,
      entryHash: toHex(fact.entryHash),
      ref: toBase64Url(fact.entryHash),
      at: new Date(fact.tsMs),
      author: this.author(held, fact),
      urgency: message && urgencyName(message.urgency),
      shown,
      ops: message?.ops.map((op, index) => shownOp(held, fact, { op, index })) ?? [],
    };
  }

  private author(held: HeldThread, fact: ThreadFact): Author {
    const userId = fact.authorUser as UserId;
    return {
      userId,
      role: authorRole(held, fact),
      displayName: this.parts.names.of(userId),
      me: userId === this.parts.me,
    };
  }

  roster(held: HeldThread): readonly RosterEntry[] {
    return held.state?.rows.map((row) => this.rosterEntry(row)) ?? [];
  }

  private rosterEntry(row: RosterRow): RosterEntry {
    const { ledger, names, me } = this.parts;
    const organisation = ledger.organisation(row.organisation);
    return {
      userId: row.userId,
      role: wordOf(ROLE, row.role),
      organisationId: toHex(organisation?.chainId ?? new Uint8Array()) as OrganisationId,
      displayName: names.of(row.userId),
      expiresAt: new Date(row.expiresMs),
      left: row.left,
      me: row.userId === me,
    };
  }

  obligations(held: HeldThread, nowMs: number): readonly Obligation[] {
    return [...(held.state?.obligations.values() ?? [])].map((folded) =>
      this.obligation(held, folded, nowMs),
    );
  }

  obligation(held: HeldThread, folded: FoldedObligation, nowMs: number): Obligation {
    const place = placeOf(held);
    const question = held.facts[folded.openedSeq - 1];
    const rows = held.state?.rows ?? [];
    return {
      ...place,
      ref: obligationRef(place.threadId, folded.id),
      id: folded.id,
      urgency: urgencyName(folded.urgency),
      state: folded.state,
      opener: folded.opener,
      responder: folded.responder,
      responderRole: wordOf(ROLE, folded.responderRole),
      owner: folded.owner,
      handOverTo: folded.pendingHandOver,
      openedAt: new Date(folded.openedTsMs),
      dueAt: new Date(folded.dueMs),
      waitingUntil: folded.waitUntilMs === undefined ? undefined : new Date(folded.waitUntilMs),
      overdue: isOwed(folded) && folded.dueMs <= nowMs,
      nobodyAccountable: isOwed(folded) && accountableOf({ rows }, folded) === undefined,
      answeredInvalidly: this.answeredInvalidly(held, folded),
      question: question && this.entry(held, question),
    };
  }

  /** Who answers for it now; undefined: nobody. */
  accountable(held: HeldThread, folded: FoldedObligation): UserId | undefined {
    return accountableOf({ rows: held.state?.rows ?? [] }, folded);
  }

  /**
   * The last op of an answered obligation is its answer. What I have no key to says nothing against it; what I can
   * open and not read has told me nothing, so the question still stands for me.
   */
  answeredInvalidly(held: HeldThread, folded: FoldedObligation): boolean {
    if (folded.state !== 'answered') return false;
    const fact = held.facts[folded.changedSeq - 1];
    const shown = fact && this.parts.reader.open(held, fact).shown;
    if (shown?.kind === 'unreadable') return !INNOCENT.includes(shown.reason);
    return shown?.kind === 'invalid';
  }
}

/** The author of the GENESIS is the author of ROTATE 1: one device wrote both. */
export function authorRole(held: HeldThread, fact: ThreadFact): RoleName {
  return roleName(fact.author ?? held.facts[1]?.author);
}

export function obligationRef(threadId: string, id: number): string {
  return `${threadId}/${id}`;
}

export function placeOf(held: HeldThread): Pick<TimelineEntry, 'caseId' | 'threadId' | 'lane'> {
  const { state } = held;
  return {
    caseId: state?.caseId ?? ('' as CaseId),
    threadId: state?.threadId ?? (held.chainId as ThreadId),
    lane: wordOf(LANE, state?.lane ?? LANE.care_team),
  };
}

export function shownOp(
  held: HeldThread,
  fact: ThreadFact,
  { op, index }: { readonly op: ObligationOp; readonly index: number },
): ShownOp {
  const id = op.op === OP.open ? obligationId(fact.seq, index) : op.obligation;
  return {
    op: wordOf(OP, op.op),
    obligation: obligationRef(held.chainId, id),
    responder: isZero(op.responder) ? undefined : (toHex(op.responder) as UserId),
    dueAt: op.dueMs === 0 ? undefined : new Date(op.dueMs),
    refused: fact.refusedOps.find((refused) => refused.index === index)?.rule,
  };
}
