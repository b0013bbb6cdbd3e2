import type { PersonKeys } from '#vault';
import { CONTENT, OP, URGENCY, toHex, type UserId } from '#protocol';
import { presentRowOf } from '#chain';
import { CaseFolds } from './case.folds.js';
import { CatchUp } from './catch-up.js';
import type { Connection } from './connection.js';
import { DemandedFlags } from './demanded.flags.js';
import type { HeldChain, HeldThread, ThreadFact } from './held.chain.js';
import { Hub } from './hub.js';
import { Ledger } from './ledger.js';
import type { Sent } from './sending.contract.js';
import { Names } from './names.js';
import { Presenter } from './presenter.js';
import { profileContent, type Profile } from './profile.js';
import { Queue, newItemId, type QueueItem, type Work } from './queue.js';
import { Reader } from './reader.js';
import { Sender, type AskAuthor } from './sender.js';
import type { KeyStore, StoreChange } from './store.contract.js';

export interface WorkspaceParts {
  readonly store: KeyStore;
  readonly connection: Connection;
  readonly person: PersonKeys;
  readonly profile: Profile;
}

/** Opening is done in slices, so that a long chain does not stop a screen from moving. */
const SLICE = 32;
/** A question that was answered invalidly stands again for at least this long. */
const REOPEN_MS = 3_600_000;

/** One person's verified chains and everything that reads them and writes into them. */
export class Workspace {
  readonly me: UserId;
  readonly ledger = new Ledger();
  readonly queue = new Queue();
  readonly names = new Names();
  readonly hub = new Hub();
  readonly reader: Reader;
  readonly presenter: Presenter;
  readonly folds: CaseFolds;
  readonly catchUp: CatchUp;
  readonly sender: Sender;
  readonly flags: DemandedFlags;
  private readonly introduced = new Set<string>();
  private absorbing: Promise<void> = Promise.resolve();

  private constructor(readonly parts: WorkspaceParts) {
    const { person, connection } = parts;
    this.me = toHex(person.userId) as UserId;
    const { ledger, queue, names } = this;
    const write = (changes: readonly StoreChange[]): Promise<void> => this.write(changes);
    this.reader = new Reader({
      person,
      ledger,
      onBadSignature: (held, bad) => {
        this.later(() => this.catchUp.freezeAtSignature(held, bad));
      },
    });
    this.presenter = new Presenter({ ledger, reader: this.reader, names, me: this.me });
    this.folds = new CaseFolds(this.reader);
    this.catchUp = new CatchUp({ connection, ledger, write, listener: this.listener() });
    this.sender = new Sender({
      person,
      ledger,
      secrets: this.reader.secrets,
      connection,
      catchUp: this.catchUp,
      queue,
      reader: this.reader,
      presenter: this.presenter,
      write,
    });
    const { me, reader, sender } = this;
    const enqueue = (held: HeldThread, work: Work): Promise<void> => this.enqueue(held, work);
    this.flags = new DemandedFlags({ me, ledger, reader, queue, sender, write, enqueue });
  }

  /** Warm start: everything from the store, nothing from the service. */
  static async open(parts: WorkspaceParts): Promise<Workspace> {
    const workspace = new Workspace(parts);
    const stored = await parts.store.load();
    const useless = workspace.ledger.rehydrate(stored);
    workspace.queue.rehydrate(stored);
    workspace.names.rehydrate(stored);
    workspace.flags.rehydrate(stored);
    for (const key of stored.keys()) if (key.startsWith('introduced/')) workspace.introduced.add(key);
    if (useless.length > 0) await parts.store.write(useless);
    return workspace;
  }

  write(changes: readonly StoreChange[]): Promise<void> {
    return changes.length === 0 ? Promise.resolve() : this.parts.store.write(changes);
  }

  /** Queues work of this person for one thread and sees it through. */
  async submit(held: HeldThread, work: Work, ask?: AskAuthor): Promise<Sent> {
    const item = this.itemOf(held, work, false);
    await this.write([this.queue.put(item)]);
    return this.sender.deliver(held, item.id, ask);
  }

  /** The same for an alarm: nothing that came in between holds it back, and what demands it brings it again. */
  async submitAlarm(held: HeldThread, work: Work): Promise<Sent> {
    const item = this.itemOf(held, work, true);
    await this.write([this.queue.put(item)]);
    return this.sender.deliver(held, item.id);
  }

  private itemOf(held: HeldThread, work: Work, automatic: boolean): QueueItem {
    const createdAtMs = Date.now();
    return {
      id: newItemId(createdAtMs),
      threadId: held.chainId,
      createdAtMs,
      seenSeq: held.state?.seq ?? 0,
      automatic,
      work,
      state: 'queued',
      problem: undefined,
    };
  }

  /** Attestations and identities as the service has them now, before a roster is built on them. */
  async refreshPeople(userIds: readonly string[]): Promise<void> {
    const { ledger, catchUp } = this;
    const organisations = ledger.organisations().map(({ chainId }) => ledger.find(toHex(chainId)));
    await catchUp.refresh(organisations.filter((held) => held !== undefined));
    await catchUp.pull(userIds.map((userId) => ledger.ensure('identity', userId)));
  }

  /** Waits until everything that was applied so far has been opened and told. */
  async settled(): Promise<void> {
    let before: Promise<void> | undefined;
    while (before !== this.absorbing) {
      before = this.absorbing;
      await before;
    }
  }

  private later(task: () => Promise<void>): void {
    this.absorbing = this.absorbing.catch(() => undefined).then(task);
    // Whoever waits for `settled` hears of a failing store; nobody else can do anything about it here.
    this.absorbing.catch(() => undefined);
  }

  private listener() {
    return {
      applied: (held: HeldChain, facts: readonly ThreadFact[]): void => {
        if (held.kind === 'thread' && facts.length > 0) this.later(() => this.absorb(held, facts));
      },
      health: (held: HeldChain): void => {
        this.hub.tell({ kind: 'health', chainId: held.chainId, health: held.health });
      },
      forkAlarm: (held: HeldChain, seq: number, signed: boolean): void => {
        this.hub.tell({ kind: 'fork_alarm', chainId: held.chainId, seq, signed });
      },
    };
  }

  /** The background pass of a cold start, then opening: names are learned, listeners told. */
  private async absorb(held: HeldThread, facts: readonly ThreadFact[]): Promise<void> {
    for (let at = 0; at < facts.length; at += SLICE) {
      const slice = facts.slice(at, at + SLICE);
      const bad = this.ledger.checkSignatures(
        held,
        slice.map(({ seq }) => seq),
      );
      if (bad !== undefined) {
        await this.catchUp.freezeAtSignature(held, bad);
        return;
      }
      for (const fact of slice) await this.tell(held, fact);
      if (facts.length > SLICE) await nextTurn();
    }
  }

  /** A GENESIS alone has nobody in it yet, its author neither: there is nothing to tell before the first roster. */
  private async tell(held: HeldThread, fact: ThreadFact): Promise<void> {
    if ((held.state?.epoch ?? 0) === 0) return;
    const { profile } = this.reader.open(held, fact);
    if (profile !== undefined) await this.learnName(held, fact, profile);
    this.hub.tell({ kind: 'entry', entry: this.presenter.entry(held, fact) });
    for (const { after } of fact.changes) {
      const obligation = this.presenter.obligation(held, after, Date.now());
      this.hub.tell({ kind: 'obligation', obligation });
    }
  }

  private async learnName(held: HeldThread, fact: ThreadFact, profile: Profile): Promise<void> {
    const changes = [...this.names.learn(fact.authorUser, profile)];
    if (fact.authorUser === this.me) {
      this.introduced.add(introducedKey(held));
      changes.push({ key: introducedKey(held), value: Uint8Array.of(1) });
    }
    await this.write(changes);
  }

  /** What the SDK writes by itself: my name where I am new, and questions whose answer did not count. */
  async chores(): Promise<void> {
    for (const held of this.ledger.threads()) {
      if (!this.mayWrite(held)) continue;
      await this.healBadWrap(held);
      await this.introduceMyself(held);
      await this.reopenUnanswered(held);
    }
    await this.sender.flush();
    for (const held of this.ledger.threads()) {
      if (this.mayWrite(held)) await this.flags.catchUp(held);
    }
  }

  /** Work of the SDK itself: it asks nobody, and goes out with the next flush. */
  private enqueue(held: HeldThread, work: Work): Promise<void> {
    return this.write([this.queue.put(this.itemOf(held, work, true))]);
  }

  private mayWrite({ state, health }: HeldThread): boolean {
    if (state === undefined || state.closed || health.state !== 'current') return false;
    const row = presentRowOf(state, this.me);
    return row !== undefined && row.expiresMs > this.sender.nowMs();
  }

  /** Somebody gave me another epoch secret than the one he committed to: I make an epoch that everybody can read. */
  private async healBadWrap(held: HeldThread): Promise<void> {
    const epoch = this.reader.secrets.of(held, held.state?.epoch ?? 0);
    const bad = epoch?.ok === false && (epoch.fault === 'wrap' || epoch.fault === 'commit');
    const healing = this.queue
      .all()
      .some(
        ({ threadId, work, automatic }) => threadId === held.chainId && automatic && work.kind === 'roster',
      );
    if (!bad || healing) return;
    await this.enqueue(held, { kind: 'roster', put: [], drop: [] });
  }

  private async introduceMyself(held: HeldThread): Promise<void> {
    if (this.introduced.has(introducedKey(held)) || this.isIntroducing(held)) return;
    const content = profileContent(this.parts.profile);
    await this.enqueue(held, messageWork({ contentType: CONTENT.profile, content }));
  }

  private isIntroducing(held: HeldThread): boolean {
    return this.queue
      .all()
      .some(
        ({ threadId, work }) =>
          threadId === held.chainId && work.kind === 'message' && work.contentType === CONTENT.profile,
      );
  }

  /** A wrong pair of event and op is shown invalid, and the opener's client asks again. */
  private async reopenUnanswered(held: HeldThread): Promise<void> {
    const nowMs = this.sender.nowMs();
    for (const folded of held.state?.obligations.values() ?? []) {
      if (folded.opener !== this.me || !this.presenter.answeredInvalidly(held, folded)) continue;
      if (this.isReopening(held, folded.id)) continue;
      const dueMs = Math.max(folded.dueMs, nowMs + REOPEN_MS);
      const op = { op: OP.reopen, obligation: folded.id, responder: new Uint8Array(16), dueMs };
      const text = 'Asked again: what was sent as an answer does not count as one.';
      const content = { event: 'note', schema: 1, about: null, text };
      const work = messageWork({ contentType: CONTENT.note, content, ops: [op], urgency: folded.urgency });
      await this.enqueue(held, work);
    }
  }

  private isReopening(held: HeldThread, obligation: number): boolean {
    return this.queue
      .all()
      .some(
        ({ threadId, work }) =>
          threadId === held.chainId &&
          work.kind === 'message' &&
          work.ops.some((op) => op.op === OP.reopen && op.obligation === obligation),
      );
  }
}

function messageWork(
  message: Pick<Extract<Work, { kind: 'message' }>, 'contentType' | 'content'> &
    Partial<Extract<Work, { kind: 'message' }>>,
): Work {
  return { urgency: URGENCY.routine, ops: [], ...message, kind: 'message' };
}

function introducedKey(held: HeldThread): string {
  return `introduced/${held.chainId}`;
}

async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}
