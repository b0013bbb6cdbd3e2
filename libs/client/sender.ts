import { entryHashOf } from '#chain';
import {
  APPEND,
  CLOCK_SKEW_MS,
  Problem,
  URGENCY,
  equalBytes,
  fromBase64Url,
  obligationId,
  OP,
  parseEntry,
  toBase64Url,
  toHex,
  type ThreadId,
} from '#protocol';
import { whatCameBetween } from './author.question.js';
import type { CatchUp } from './catch-up.js';
import type { Connection } from './connection.js';
import type { HeldChain, HeldThread, ThreadFact } from './held.chain.js';
import { twinsOf } from './lane.twins.js';
import type { AuthorQuestion, Sent } from './sending.contract.js';
import { obligationRef, type Presenter } from './presenter.js';
import { ClientProblem } from './problem.js';
import type { Queue, QueueItem } from './queue.js';
import type { Reader } from './reader.js';
import { sealNext, type SealingParts } from './sealing.js';
import { ServiceClock } from './service.clock.js';
import type { StoreChange } from './store.contract.js';

export interface SenderParts extends SealingParts {
  readonly connection: Connection;
  readonly catchUp: CatchUp;
  readonly queue: Queue;
  readonly reader: Reader;
  readonly presenter: Presenter;
  readonly write: (changes: readonly StoreChange[]) => Promise<void>;
}

export type AskAuthor = (question: AuthorQuestion) => Promise<boolean> | boolean;

/**
 * Refusals after which the same bytes have no future; anything else may be sent again unchanged. That a chain is not
 * there for me, or not mine to write into, says nothing of bytes that may have been taken before: only a verified
 * head at their place does.
 */
const FINAL: ReadonlySet<string> = new Set([
  'entry.malformed',
  'entry.invalid',
  'entry.op_refused',
  'entry.kind_not_accepted',
  'chain.clock_skew',
  'request.malformed',
  'request.too_large',
]);

/** How many landed entries are remembered for those who are still on their way to deliver them. */
const REMEMBERED = 256;

/**
 * From a wish to an acked entry. Bytes are stored before they first leave and leave unchanged as long as the head is
 * still their predecessor, so one place in a chain never sees two entries of mine.
 */
export class Sender {
  private readonly turns = new Map<string, Promise<unknown>>();
  /** What landed last, by item: a sync in between may have sent what its author is still about to deliver. */
  private readonly landed = new Map<string, Sent>();
  private readonly clock = new ServiceClock();

  constructor(private readonly parts: SenderParts) {}

  nowMs(): number {
    return this.clock.nowMs();
  }

  /** The service said what time it is: entries are sealed by its clock from now on. False: not believed. */
  setClock(serverTimeMs: number | undefined): boolean {
    return this.clock.set(serverTimeMs);
  }

  /** A clock that is plainly off is corrected before a refusal has to say so. */
  noticeClock(serverTimeMs: number): void {
    if (Math.abs(serverTimeMs - this.nowMs()) > CLOCK_SKEW_MS / 2) this.setClock(serverTimeMs);
  }

  /** One at a time per thread, in the order of asking. */
  deliver(held: HeldThread, itemId: string, ask?: AskAuthor): Promise<Sent> {
    return this.inTurn(held.chainId, () => this.run(held, itemId, ask));
  }

  /** What a crash or a lost connection left behind: first what is in flight, then what waits, oldest first. */
  async flush(): Promise<void> {
    const { queue, ledger } = this.parts;
    for (const held of ledger.threads()) {
      if (queue.inflight(held.chainId) !== undefined) {
        await this.inTurn(held.chainId, () => this.settle(held)).catch(keepForLater);
      }
    }
    for (const item of queue.all()) {
      const held = ledger.thread(item.threadId);
      if (item.state !== 'queued' || held === undefined) continue;
      await this.deliver(held, item.id).catch(keepForLater);
    }
  }

  private inTurn<Value>(threadId: string, turn: () => Promise<Value>): Promise<Value> {
    const before = this.turns.get(threadId) ?? Promise.resolve();
    const mine = before.then(turn, turn);
    this.turns.set(
      threadId,
      mine.catch(() => undefined),
    );
    return mine;
  }

  private async run(held: HeldThread, itemId: string, ask: AskAuthor | undefined): Promise<Sent> {
    const urgent = isUrgent(this.parts.queue.find(itemId));
    for (let tries = 0; tries < (urgent ? APPEND.urgentTries : APPEND.tries); tries += 1) {
      await this.lookFor(held, itemId);
      const acked = await this.settle(held);
      if (acked?.itemId === itemId) return acked.sent;
      const item = this.parts.queue.find(itemId);
      if (item === undefined) return this.landedBefore(itemId);
      // What is in flight may still be taken: nothing else is signed for its place.
      if (this.parts.queue.inflight(held.chainId) !== undefined) continue;
      await this.askAuthor(held, item, ask);
      const own = await this.attempt(held, item);
      if (own !== undefined) return own;
    }
    return this.fail(itemId, new ClientProblem('send.exhausted', { draftId: itemId }));
  }

  /** Seals for the place after my head and sends; rotations the gate asks for go first. */
  private async attempt(held: HeldThread, item: QueueItem): Promise<Sent | undefined> {
    for (let rotations = 0; rotations < 3; rotations += 1) {
      const sealed = await this.seal(held, item);
      const inflight = { itemId: sealed.forItem ? item.id : undefined, bytes: sealed.bytes };
      await this.parts.write([this.parts.queue.launch(held.chainId, inflight)]);
      const acked = await this.settle(held);
      if (acked?.itemId === item.id) return acked.sent;
      if (acked === undefined) return undefined;
    }
    return undefined;
  }

  private async seal(held: HeldThread, item: QueueItem) {
    try {
      return sealNext(this.parts, held, { work: item.work, tsMs: this.nowMs() });
    } catch (error) {
      if (error instanceof ClientProblem) return this.fail(item.id, error);
      throw error;
    }
  }

  /** A lane that cannot be written into now keeps the draft for its author to send; a lost connection keeps it queued. */
  private async lookFor(held: HeldThread, itemId: string): Promise<void> {
    try {
      await this.look(held);
      this.requireOnlyLane(held, itemId);
    } catch (error) {
      const lost = !(error instanceof ClientProblem) || error.code.startsWith('connection.');
      if (lost) throw error;
      await this.fail(itemId, error);
    }
  }

  /** The newest heads the service states, of the thread and of everybody and every organisation in it. */
  private async look(held: HeldThread): Promise<void> {
    const { catchUp, ledger } = this.parts;
    await catchUp.refresh(this.concerned(held));
    await this.fetchStated(held);
    const bad = ledger.checkSignatures(held);
    if (bad !== undefined) await catchUp.freezeAtSignature(held, bad);
    requireSendable(held);
    for (const other of this.concerned(held)) {
      if (other.health.state === 'frozen') throw new ClientProblem('chain.frozen');
    }
  }

  /** Only messages: leaving or closing one of two lanes is how it becomes one again. */
  private requireOnlyLane(held: HeldThread, itemId: string): void {
    const { queue, ledger, person } = this.parts;
    if (queue.find(itemId)?.work.kind !== 'message') return;
    const twins = twinsOf(ledger.threads(), held, toHex(person.userId));
    if (twins.length === 0) return;
    const threads = [held, ...twins].map(({ chainId }) => chainId).sort();
    throw new ClientProblem('lane.ambiguous', { threads });
  }

  /** What other threads state of anybody in this one has to be here too, or nothing is sealed for them. */
  private async fetchStated(held: HeldThread): Promise<void> {
    const { catchUp } = this.parts;
    const behind = this.concerned(held).filter((chain) => catchUp.isStatedBeyond(chain));
    if (behind.length === 0) return;
    await catchUp.pull(behind);
    if (behind.some((chain) => catchUp.isStatedBeyond(chain))) throw new ClientProblem('lane.waiting');
  }

  private concerned(held: HeldThread): readonly HeldChain[] {
    const { ledger } = this.parts;
    const people = held.state?.rows.map(({ userId }) => ledger.find(userId)) ?? [];
    const organisations = held.state?.organisations.map(({ genesisHash }) =>
      ledger.organisationChain(toHex(genesisHash)),
    );
    return [held, ...people, ...(organisations ?? [])].filter((chain) => chain !== undefined);
  }

  private async askAuthor(held: HeldThread, item: QueueItem, ask: AskAuthor | undefined): Promise<void> {
    if (item.automatic || item.work.kind !== 'message') return;
    const { reader, presenter, queue, write, person } = this.parts;
    const { reasons, facts } = whatCameBetween(reader, held, { item, me: toHex(person.userId) });
    if (reasons.length === 0) return;
    const between = facts.map((fact) => presenter.entry(held, fact));
    const seenSeq = held.state?.seq ?? 0;
    const go = ask !== undefined && (await ask({ draftId: item.id, reasons, between }));
    if (go) {
      await write([queue.put({ ...item, seenSeq })]);
      return;
    }
    await write([queue.put({ ...item, seenSeq, state: 'author_needed', problem: 'send.author_needed' })]);
    throw new ClientProblem('send.author_needed', { draftId: item.id, fields: reasons });
  }

  /**
   * Lands the sealed entry in flight, if there is one: found in the chain, acked now, or overtaken (undefined: it has
   * to be rebuilt).
   */
  private async settle(
    held: HeldThread,
  ): Promise<{ readonly itemId: string | undefined; readonly sent: Sent } | undefined> {
    const inflight = this.parts.queue.inflight(held.chainId);
    if (inflight === undefined || held.state === undefined) return undefined;
    const entry = parseEntry(inflight.bytes);
    const hash = entryHashOf(entry);
    const { seq, prevHash } = entry.header;
    const { state } = held;
    const mayBeNext = state.seq + 1 === seq && equalBytes(prevHash, state.head);
    if (mayBeNext) await this.send(held, inflight);
    const standing = held.state.hashes.at(seq);
    if (mayBeNext && standing === undefined) return undefined;
    const acked = standing !== undefined && equalBytes(standing, hash);
    const { queue, write } = this.parts;
    const done = acked && inflight.itemId !== undefined ? [queue.remove(inflight.itemId)] : [];
    await write([queue.land(held.chainId), ...done]);
    const fact = acked ? held.facts[seq - 1] : undefined;
    if (fact === undefined) return undefined;
    const sent = sentOf(held, fact);
    if (inflight.itemId !== undefined) this.remember(inflight.itemId, sent);
    return { itemId: inflight.itemId, sent };
  }

  private remember(itemId: string, sent: Sent): void {
    this.landed.set(itemId, sent);
    const [oldest] = this.landed.keys();
    if (this.landed.size > REMEMBERED && oldest !== undefined) this.landed.delete(oldest);
  }

  private landedBefore(itemId: string): Sent {
    const sent = this.landed.get(itemId);
    if (sent === undefined) throw new ClientProblem('draft.unknown');
    return sent;
  }

  /** Sends the bytes as they are and takes in what the answer brings; network failures leave everything in place. */
  private async send(
    held: HeldThread,
    { bytes, itemId }: { readonly bytes: Uint8Array; readonly itemId: string | undefined },
  ): Promise<void> {
    const { connection, catchUp } = this.parts;
    try {
      const ack = await connection.append(held.chainId, bytes);
      const mine = entryHashOf(parseEntry(bytes));
      if (!equalBytes(fromBase64Url(ack.entryHash), mine)) {
        throw new ClientProblem('connection.unexpected_reply');
      }
      await catchUp.own(held, bytes);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      await this.takeRefusal(held, { problem: error, itemId });
    }
  }

  private async takeRefusal(
    held: HeldThread,
    { problem, itemId }: { readonly problem: Problem; readonly itemId: string | undefined },
  ): Promise<void> {
    const { catchUp, queue, write } = this.parts;
    if (problem.code === 'chain.stale_head') {
      await catchUp.offerAll(held, (problem.repair?.missed ?? []).map(fromBase64Url));
      return;
    }
    if (!FINAL.has(problem.code)) throw problem;
    await write([queue.land(held.chainId)]);
    if (problem.code === 'chain.clock_skew' && this.setClock(problem.repair?.serverTimeMs)) return;
    if (itemId !== undefined) await this.markFailed(itemId, problem.code);
    throw problem;
  }

  private async fail(itemId: string, problem: ClientProblem): Promise<never> {
    await this.markFailed(itemId, problem.code);
    const detail = { ...problem.detail, draftId: itemId };
    throw new ClientProblem(problem.code, detail, { cause: problem });
  }

  /** What the SDK wrote by itself is not kept as a draft: it comes again when its reason does. */
  private async markFailed(itemId: string, code: string): Promise<void> {
    const { queue, write } = this.parts;
    const item = queue.find(itemId);
    if (item === undefined) return;
    const kept = !item.automatic && item.work.kind === 'message';
    await write([kept ? queue.put({ ...item, state: 'failed', problem: code }) : queue.remove(itemId)]);
  }
}

function isUrgent(item: QueueItem | undefined): boolean {
  return item?.work.kind === 'message' && item.work.urgency >= URGENCY.urgent;
}

/** Whatever goes wrong while old work is sent stays with that work; a session must open all the same. */
function keepForLater(error: unknown): void {
  if (error instanceof ClientProblem || error instanceof Problem) return;
  throw error;
}

function requireSendable(held: HeldThread): void {
  switch (held.health.state) {
    case 'frozen':
      throw new ClientProblem('lane.frozen', { rule: held.health.rule });
    case 'waiting':
      throw new ClientProblem('lane.waiting');
    case 'not_served':
      throw new ClientProblem('lane.no_row');
    case 'current':
      return;
  }
}

/** What a caller learns of an entry that stands in the verified chain. */
function sentOf(held: HeldThread, fact: ThreadFact): Sent {
  return {
    threadId: held.chainId as ThreadId,
    seq: fact.seq,
    entryHash: toHex(fact.entryHash),
    ref: toBase64Url(fact.entryHash),
    opened: fact.changes
      .filter(({ op }) => op === OP.open)
      .map(({ index }) => obligationRef(held.chainId, obligationId(fact.seq, index))),
  };
}
