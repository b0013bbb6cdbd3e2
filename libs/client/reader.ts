import { judgeEvent, type Circumstances } from '#clinical';
import { openMessage, type PersonKeys } from '#vault';
import type { RosterRow } from '#chain';
import {
  CLOSE_REASON,
  CONTENT,
  LANE,
  LEAVE_REASON,
  OP,
  ROLE,
  ROTATE_REASON,
  THREAD,
  URGENCY,
  isZero,
  nameOf,
  parseEntry,
  parseMessage,
  parseReason,
  parseRotate,
  toBase64Url,
  toHex,
  type Entry,
  type LaneName,
  type Message,
  type ObligationOp,
  type Plaintext,
  type RoleName,
  type UrgencyName,
  type UserId,
} from '#protocol';
import { EpochSecrets } from './epoch.secrets.js';
import type { HeldThread, ThreadFact } from './held.chain.js';
import { earlierInLine } from './lane.line.js';
import type { BadSignature, Ledger } from './ledger.js';
import {
  FAULT_REASON,
  misshapen,
  notCounted,
  plain,
  profileFact,
  refused,
  unreadable,
  valid,
  type OpenedFact,
} from './opened.fact.js';
import { isCommitted, parseProfile } from './profile.js';
import type { Shown } from './timeline.contract.js';

export interface ReaderParts {
  readonly person: PersonKeys;
  readonly ledger: Ledger;
  /** A signature that a cold start left for later does not hold. */
  readonly onBadSignature: (held: HeldThread, bad: BadSignature) => void;
}

const SIGNATURES_AT_ONCE = 64;

/** Opens what verifies. What does not open or does not count is shown as such; nothing here ever throws on input. */
export class Reader {
  readonly secrets: EpochSecrets;
  private readonly opened = new WeakMap<ThreadFact, OpenedFact>();

  constructor(private readonly parts: ReaderParts) {
    this.secrets = new EpochSecrets(parts.person);
  }

  open(held: HeldThread, fact: ThreadFact): OpenedFact {
    const ready = this.opened.get(fact);
    if (ready !== undefined) return ready;
    const opened = this.read(held, fact);
    if (!mayStillCount(held, opened)) this.opened.set(fact, opened);
    return opened;
  }

  private read(held: HeldThread, fact: ThreadFact): OpenedFact {
    const entry = parseEntry(fact.bytes);
    switch (fact.type) {
      case THREAD.rotate:
        return plain(membersOf(fact, entry));
      case THREAD.message:
        return this.readMessage(held, fact, entry);
      case THREAD.leave:
        return plain({ kind: 'left', reason: wordOf(LEAVE_REASON, parseReason(entry.body, LEAVE_REASON)) });
      case THREAD.close:
        return plain({ kind: 'closed', reason: wordOf(CLOSE_REASON, parseReason(entry.body, CLOSE_REASON)) });
      default:
        return plain({ kind: 'founded' });
    }
  }

  private readMessage(held: HeldThread, fact: ThreadFact, entry: Entry): OpenedFact {
    if (!this.isSigned(held, fact)) return unreadable('bad_signature');
    const epoch = this.secrets.of(held, fact.epoch);
    if (epoch === undefined) return unreadable('no_epoch_secret');
    if (!epoch.ok) return unreadable(epoch.fault === 'commit' ? 'bad_wrap' : FAULT_REASON[epoch.fault]);
    const plaintext = openMessage(epoch.value, entry);
    if (!plaintext.ok) return unreadable(FAULT_REASON[plaintext.fault]);
    const message = parseMessage(entry.body);
    if (plaintext.value.contentType !== CONTENT.profile) {
      return this.judge(held, fact, { message, plaintext: plaintext.value });
    }
    // A name is no row of the table of pairs: nothing can be asked or answered with it.
    return message.ops.length === 0
      ? this.readProfile(fact, plaintext.value)
      : notCounted('pair.op_not_permitted', 'A name carries no obligations.');
  }

  private isSigned(held: HeldThread, { seq }: ThreadFact): boolean {
    const { ledger, onBadSignature } = this.parts;
    if (!ledger.hasWaitingSignature(held, seq)) return true;
    const bad = ledger.checkSignatures(held, nextFrom(seq));
    if (bad === undefined) return true;
    onBadSignature(held, bad);
    return bad.seq > seq;
  }

  private readProfile(fact: ThreadFact, { content }: Plaintext): OpenedFact {
    const profile = parseProfile(content);
    const identity = this.parts.ledger.identity(fact.authorUser);
    if (profile === undefined) return unreadable('update_needed');
    if (identity === undefined || !isCommitted(profile, identity)) {
      return notCounted('profile_mismatch', 'The name is not the one this person committed to.');
    }
    return profileFact(profile);
  }

  private judge(
    held: HeldThread,
    fact: ThreadFact,
    { message, plaintext }: { readonly message: Message; readonly plaintext: Plaintext },
  ): OpenedFact {
    const judgement = judgeEvent(plaintext.content, this.circumstances(held, fact, message));
    switch (judgement.kind) {
      case 'unreadable':
        return plain({ kind: 'unreadable', reason: 'update_needed', words: judgement.words }, judgement);
      case 'invalid':
        return misshapen(judgement);
      case 'refused':
        return refused(judgement);
      case 'valid':
        return valid(judgement, plaintext);
    }
  }

  /** The visible half of an entry, as the table of pairs wants to see it. */
  circumstances(
    held: HeldThread,
    written: Pick<ThreadFact, 'author' | 'rowsBefore' | 'seq'>,
    visible: Pick<Message, 'urgency' | 'ops'>,
  ): Circumstances {
    return {
      authorRole: roleName(written.author),
      lane: laneName(held),
      urgency: urgencyName(visible.urgency),
      ops: visible.ops.map((op) => ({
        op: wordOf(OP, op.op),
        responderRole: this.responderRole(written.rowsBefore, op),
        ...this.openingOf(held, op, written.seq),
      })),
      earlier: (ref) => this.earlier(held, ref, written.seq),
    };
  }

  private earlier(held: HeldThread, ref: string, beforeSeq: number) {
    const fact = held.facts.find(({ entryHash }) => toBase64Url(entryHash) === ref);
    if (fact !== undefined) return fact.seq >= beforeSeq ? undefined : this.open(held, fact).event;
    const earlier = earlierInLine(this.parts.ledger.threads(), held, ref);
    return earlier && this.open(earlier.held, earlier.fact).event;
  }

  private responderRole(rows: readonly RosterRow[], op: ObligationOp): RoleName | null {
    if (isZero(op.responder)) return null;
    const row = rows.find(({ userId }) => userId === toHex(op.responder));
    return row === undefined ? null : roleName(row);
  }

  /** The valid event that opened the obligation an op acts on, when it stands before the op and I can read it. */
  private openingOf(held: HeldThread, op: ObligationOp, beforeSeq: number) {
    const seq = Math.floor(op.obligation / 256);
    const fact = op.op === OP.open || seq >= beforeSeq ? undefined : held.facts[seq - 1];
    const event = fact && this.open(held, fact).event;
    return fact === undefined || event === undefined
      ? {}
      : { opened: { ref: toBase64Url(fact.entryHash), event } };
  }
}

/** What a read-back names may stand in an earlier thread that is not served yet: it is looked for again. */
function mayStillCount({ state }: HeldThread, { content }: OpenedFact): boolean {
  const goesOn = state !== undefined && !isZero(state.predecessorGenesis);
  return goesOn && content.kind === 'refused' && content.code === 'read_back.unknown_decision';
}

/** Whoever opens one entry mostly opens those after it: their waiting signatures are checked together. */
function nextFrom(seq: number): readonly number[] {
  return Array.from({ length: SIGNATURES_AT_ONCE }, (_, index) => seq + index);
}

function membersOf(fact: ThreadFact, entry: Entry): Shown {
  const before = new Map(fact.rowsBefore.map((row) => [row.userId, row]));
  const after = new Set(fact.rows.map(({ userId }) => userId));
  const named = (row: RosterRow) => ({ userId: row.userId, role: roleName(row) });
  return {
    kind: 'members',
    epoch: fact.epoch,
    reason: wordOf(ROTATE_REASON, parseRotate(entry.body).reason),
    joined: fact.rows.filter(({ userId }) => !before.has(userId)).map(named),
    gone: [...before.keys()].filter((userId): userId is UserId => !after.has(userId)),
    changed: fact.rows
      .filter((row) => before.has(row.userId) && before.get(row.userId)?.role !== row.role)
      .map(named),
  };
}

/** The word of a number that a strict parser has let through. */
export function wordOf<Table extends Readonly<Record<string, number>>>(
  table: Table,
  value: number,
): keyof Table & string {
  const word = nameOf(table, value);
  if (typeof word !== 'string') throw new RangeError('a number that no table gives');
  return word;
}

export function roleName(row: RosterRow | undefined): RoleName {
  if (row === undefined) throw new RangeError('an entry with an author has a row');
  return wordOf(ROLE, row.role);
}

function laneName(held: HeldThread): LaneName {
  return wordOf(LANE, held.state?.lane ?? 0);
}

export function urgencyName(urgency: number): UrgencyName {
  return wordOf(URGENCY, urgency);
}
