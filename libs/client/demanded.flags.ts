import { mustGo, presentRowOf, type RosterRow, type World } from '#chain';
import {
  expectedOpens,
  safetyFlagFor,
  type ClinicalEvent,
  type SafetyFlag,
  type UrgencyWord,
} from '#clinical';
import { ROLE, toBase64Url } from '#protocol';
import { composeMessage } from './composing.js';
import type { HeldThread, ThreadFact } from './held.chain.js';
import type { Queue, Work } from './queue.js';
import { roleName, type Reader } from './reader.js';
import type { Sender } from './sender.js';
import type { StoreChange } from './store.contract.js';

const MINUTE_MS = 60_000;

/** By when somebody answers a flag: the first steps of the pathway's ladder (product page). */
const ANSWER_WITHIN_MS: Readonly<Record<UrgencyWord, number>> = {
  emergent: 5 * MINUTE_MS,
  urgent: 15 * MINUTE_MS,
  soon: 60 * MINUTE_MS,
  routine: 60 * MINUTE_MS,
};

const NOTICE_KEY = /^flagging\/([0-9a-f]{32})$/u;

export interface FlagParts {
  readonly me: string;
  readonly ledger: World;
  readonly reader: Reader;
  readonly queue: Queue;
  readonly sender: Pick<Sender, 'nowMs' | 'flush'>;
  readonly write: (changes: readonly StoreChange[]) => Promise<void>;
  /** Puts work of the SDK itself into the queue: it asks nobody. */
  readonly enqueue: (held: HeldThread, work: Work) => Promise<void>;
}

/**
 * The safety_flags that answers on my forms demand. A notice is stored before such a form leaves, so that no lost
 * connection can come between a form and its flag for good: the next sync raises it.
 */
export class DemandedFlags {
  /** Thread → the entry after which my forms have to be looked at. */
  private readonly noticed = new Map<string, number>();

  constructor(private readonly parts: FlagParts) {}

  rehydrate(stored: ReadonlyMap<string, Uint8Array>): void {
    for (const [key, value] of stored) {
      const threadId = NOTICE_KEY.exec(key)?.[1];
      if (threadId !== undefined) this.noticed.set(threadId, Number(new TextDecoder().decode(value)));
    }
  }

  /** Before a form leaves. */
  notice({ chainId, state }: HeldThread): Promise<void> {
    const afterSeq = this.noticed.get(chainId) ?? state?.seq ?? 0;
    this.noticed.set(chainId, afterSeq);
    const value = new TextEncoder().encode(String(afterSeq));
    return this.parts.write([{ key: `flagging/${chainId}`, value }]);
  }

  /** The flags that my noticed forms demand and that stand neither in the chain nor in the queue. */
  owedIn(held: HeldThread): readonly Work[] {
    const afterSeq = this.noticed.get(held.chainId);
    if (afterSeq === undefined) return [];
    const flagged = new Set([...this.flagsIn(held), ...this.flagsQueued(held)]);
    return held.facts.slice(afterSeq).flatMap((fact) => {
      const flag = fact.authorUser === this.parts.me ? this.flagFor(held, fact) : null;
      return flag === null || flagged.has(flag.about) ? [] : [this.alarm(held, flag)];
    });
  }

  /** What a session that was cut off has left to do in this thread. */
  async catchUp(held: HeldThread): Promise<void> {
    if (!this.noticed.has(held.chainId)) return;
    const { enqueue, sender } = this.parts;
    const owed = this.owedIn(held);
    for (const flag of owed) await enqueue(held, flag);
    if (owed.length > 0) await sender.flush();
    await this.forgetDone(held);
  }

  /** The notice has done its work once no form waits and no flag is owed. */
  async forgetDone(held: HeldThread): Promise<void> {
    if (this.isWaiting(held) || this.owedIn(held).length > 0) return;
    this.noticed.delete(held.chainId);
    await this.parts.write([{ key: `flagging/${held.chainId}`, value: undefined }]);
  }

  /** A form or a flag of mine has not landed yet. */
  private isWaiting({ chainId }: HeldThread): boolean {
    return this.parts.queue
      .all()
      .some(
        ({ threadId, work }) =>
          threadId === chainId && ['scale_result', 'safety_flag'].includes(eventIn(work)?.event ?? ''),
      );
  }

  private flagFor(held: HeldThread, fact: ThreadFact): SafetyFlag | null {
    const { event } = this.parts.reader.open(held, fact);
    if (event === undefined) return null;
    const raisedAt = new Date(this.parts.sender.nowMs()).toISOString();
    return safetyFlagFor({ event, ref: toBase64Url(fact.entryHash), raisedAt });
  }

  private flagsIn(held: HeldThread): readonly (string | null)[] {
    return held.facts.flatMap((fact) => aboutOf(this.parts.reader.open(held, fact).event));
  }

  private flagsQueued({ chainId }: HeldThread): readonly (string | null)[] {
    const items = this.parts.queue.all();
    return items.flatMap(({ threadId, work }) => (threadId === chainId ? aboutOf(eventIn(work)) : []));
  }

  /**
   * Asks one holder of each role that owes an answer; where nobody holds one the flag stands all the same. He stands for
   * his role: whoever of it is on duty, which no client knows, is told by the service at the same moment.
   */
  private alarm(held: HeldThread, event: SafetyFlag): Work {
    const { me, sender } = this.parts;
    const row = held.state && presentRowOf(held.state, me);
    const opens = expectedOpens(event, row && roleName(row));
    const urgency = opens[0]?.lowestUrgency ?? 'urgent';
    const dueAt = new Date(sender.nowMs() + ANSWER_WITHIN_MS[urgency]);
    const ask = opens.flatMap(({ responderRole }) => {
      const holder = held.state?.rows.find(
        (one) => one.role === ROLE[responderRole] && one.userId !== me && this.stays(one),
      );
      return holder === undefined ? [] : [{ responder: holder.userId, dueAt }];
    });
    return composeMessage(this.parts, held, { event, options: { urgency, ask } });
  }

  /** The send gate would drop the others first, and a question to somebody who is not there asks nobody. */
  private stays(row: RosterRow): boolean {
    return mustGo(row, this.parts.ledger, this.parts.sender.nowMs()) === undefined;
  }
}

function aboutOf(event: ClinicalEvent | undefined): readonly (string | null)[] {
  return event?.event === 'safety_flag' ? [event.about] : [];
}

/** What I queued was judged before it was queued. */
function eventIn(work: Work): ClinicalEvent | undefined {
  return work.kind === 'message' ? (work.content as ClinicalEvent) : undefined;
}
