import type { Verdict } from '#chain';
import {
  KIND,
  LENGTH,
  PAGE,
  THREAD,
  WireError,
  equalBytes,
  fromBase64Url,
  parseEntry,
  parseRotate,
  toHex,
  type MeReply,
  type SyncReply,
} from '#protocol';
import type { Connection } from './connection.js';
import type { HeldChain, ThreadFact } from './held.chain.js';
import { seqOf, type Acceptance, type BadSignature, type Ledger } from './ledger.js';
import type { ChainHealth } from './member.contract.js';
import type { StoreChange } from './store.contract.js';

/** What the rest of a session hears of, after it has been stored. */
export interface CatchUpListener {
  applied(held: HeldChain, facts: readonly ThreadFact[]): void;
  health(held: HeldChain): void;
  forkAlarm(held: HeldChain, seq: number, signed: boolean): void;
}

interface CatchUpParts {
  readonly connection: Connection;
  readonly ledger: Ledger;
  readonly write: (changes: readonly StoreChange[]) => Promise<void>;
  readonly listener: CatchUpListener;
}

type Page = SyncReply['chains'][number];
type Refusal = Extract<Acceptance, { result: 'refused' }>;

/** People are stated by id, organisations by their longer genesis hash. */
const USER_ID_DIGITS = 2 * LENGTH.id;

/** Fetching a stated head may name another one; beyond this many rounds for one entry nobody is honest. */
const MISSING_ROUNDS = 8;

/**
 * Gets what is missing from the service and lets the ledger judge it. Bytes that break a rule are fetched once more;
 * the same again freezes the chain.
 */
export class CatchUp {
  /** What the entry states for whose sake a thread waits. */
  private readonly waitingFor = new WeakMap<HeldChain, readonly Stated[]>();

  constructor(private readonly parts: CatchUpParts) {}

  /** Who I am there, and every chain that concerns me, up to its head. */
  async everything(): Promise<MeReply> {
    const { connection, ledger } = this.parts;
    const me = await connection.call('getMe');
    for (const { organisationId } of me.organisations) ledger.ensure('organisation', organisationId);
    for (const { threadId } of me.threads) ledger.ensure('thread', threadId);
    for (const { userId } of me.people) ledger.ensure('identity', userId);
    const rank = { identity: 0, organisation: 1, thread: 2 } as const;
    await this.pull([...ledger.all()].sort((left, right) => rank[left.kind] - rank[right.kind]));
    return me;
  }

  /** Everything the service has of these chains beyond what I hold. */
  async pull(chains: readonly HeldChain[]): Promise<void> {
    let open = chains.filter((held) => !isSignedFork(held.health));
    while (open.length > 0) {
      const asked = open.slice(0, PAGE.chains);
      const pages = await this.parts.connection.sync(asked.map(cursorOf));
      const unfinished: HeldChain[] = [];
      for (const held of asked) {
        const page = pages.find(({ chainId }) => chainId === held.chainId);
        if (await this.takePage(held, page)) unfinished.push(held);
      }
      open = [...unfinished, ...open.slice(PAGE.chains)];
    }
  }

  /** Chains whose head the service states beyond or beside mine. */
  async refresh(chains: readonly HeldChain[]): Promise<void> {
    const heads = await this.parts.connection.heads(chains.map(({ chainId }) => chainId));
    const moved = chains.filter((held) => {
      const stated = heads.find(({ chainId }) => chainId === held.chainId)?.head;
      return stated === undefined || this.differs(held, stated);
    });
    await this.pull(moved);
  }

  private differs(held: HeldChain, stated: { readonly seq: number; readonly hash: string }): boolean {
    if (held.health.state !== 'current' || held.state === undefined) return true;
    const mine = held.state.hashes.at(stated.seq);
    return mine === undefined || !equalBytes(mine, fromBase64Url(stated.hash));
  }

  /**
   * A pushed entry: the next one is applied, a later one says that something is missing, an earlier one is the same
   * or an alarm.
   */
  async offer(held: HeldChain, bytes: Uint8Array): Promise<void> {
    await this.offerAll(held, [bytes]);
  }

  /** The same for entries that follow each other: judged, stored and told at once. */
  async offerAll(held: HeldChain, entries: readonly Uint8Array[]): Promise<void> {
    const [first] = entries;
    if (first === undefined) return;
    const seq = seqOf(first);
    const mySeq = held.state?.seq ?? 0;
    if (seq === undefined || seq > mySeq + 1 || held.health.state !== 'current') {
      await this.pull([held]);
      return;
    }
    await this.takeEntries(held, entries);
  }

  /** An entry of my own that the service acked. */
  async own(held: HeldChain, bytes: Uint8Array): Promise<void> {
    await this.takeEntries(held, [bytes]);
  }

  /** True when there is more to fetch. */
  private async takePage(held: HeldChain, page: Page | undefined): Promise<boolean> {
    if (page === undefined) {
      this.notServed(held);
      return false;
    }
    const before = held.state?.seq ?? 0;
    const fine = await this.takeEntries(held, page.entries.map(fromBase64Url));
    if (!fine) return false;
    if (held.health.state === 'not_served') this.become(held, { state: 'current' });
    if (page.more) return (held.state?.seq ?? 0) > before;
    await this.checkHead(held, page.head);
    if (page.entries.length > 0) return false;
    // What a thread waited for was taken back together with the entry that needed it.
    if (held.health.state === 'waiting') this.become(held, { state: 'current' });
    await this.thawIfTakenBack(held, page.head);
    return false;
  }

  /**
   * What froze the chain was nobody's signature and is served no longer: the service's chain ends where mine does.
   * Otherwise everybody would wait for somebody else to write the next entry.
   */
  private async thawIfTakenBack(held: HeldChain, head: Page['head']): Promise<void> {
    const { health, state } = held;
    if (health.state !== 'frozen' || health.signedFork || state === undefined) return;
    const ends = head.seq === state.seq && equalBytes(fromBase64Url(head.hash), state.head);
    if (!ends || health.atSeq <= state.seq) return;
    await this.parts.write([this.parts.ledger.thaw(held)]);
    this.parts.listener.health(held);
  }

  private notServed(held: HeldChain): void {
    if (held.state === undefined) this.parts.ledger.forgetEmpty(held);
    else if (held.health.state !== 'frozen') this.become(held, { state: 'not_served' });
  }

  /** False when something was refused and the chain now waits or is frozen. */
  private async takeEntries(held: HeldChain, entries: readonly Uint8Array[]): Promise<boolean> {
    const refused = await this.apply(held, entries);
    if (refused === undefined) return true;
    if (refused.verdict.kind === 'missing') {
      this.wait(held, refused.verdict, entryAt(entries, refused.atSeq));
      return false;
    }
    return this.secondLook(held, refused);
  }

  /** Applies in order, stores once, tells once; answers the first refusal. */
  private async apply(held: HeldChain, entries: readonly Uint8Array[]): Promise<Refusal | undefined> {
    const { ledger, write, listener } = this.parts;
    const changes: StoreChange[] = [];
    const facts: ThreadFact[] = [];
    let rest = entries;
    let refused: Refusal | undefined;
    for (let rounds = 0; ; rounds += 1) {
      const batch = ledger.acceptAll(held, rest);
      changes.push(...batch.changes);
      facts.push(...batch.facts);
      if (this.thaws(held, rest.slice(0, batch.taken))) {
        changes.push(ledger.thaw(held));
        listener.health(held);
      }
      refused = batch.refused;
      rest = rest.slice(batch.taken);
      const wanted = rest[0];
      if (refused?.verdict.kind !== 'missing' || wanted === undefined) break;
      if (batch.taken > 0) rounds = 0;
      if (rounds >= MISSING_ROUNDS) break;
      await this.fetchStated(refused.verdict, wanted);
    }
    if (changes.length > 0) {
      await write(changes);
      if (held.health.state === 'waiting') this.become(held, { state: 'current' });
      listener.applied(held, facts);
    }
    return refused;
  }

  /** The service serves bytes that verify where the chain froze: it may go on. */
  private thaws(held: HeldChain, verified: readonly Uint8Array[]): boolean {
    const { health } = held;
    if (health.state !== 'frozen' || health.signedFork) return false;
    return verified.some((bytes) => seqOf(bytes) === health.atSeq);
  }

  /** The missing chain, and with it every other one the same ROTATE states beyond what I hold. */
  private async fetchStated(
    verdict: Extract<Verdict, { kind: 'missing' }>,
    bytes: Uint8Array,
  ): Promise<void> {
    const { connection, ledger } = this.parts;
    if (verdict.genesisHash !== undefined) {
      const me = await connection.call('getMe');
      const named = me.organisations.map(({ organisationId }) => organisationId);
      await this.pull(named.map((organisationId) => ledger.ensure('organisation', organisationId)));
      return;
    }
    const wanted = new Set(
      statedChains(bytes)
        .filter(({ id, headSeq }) => id.length === USER_ID_DIGITS && this.isBehind(id, headSeq))
        .map(({ id }) => id),
    );
    if (verdict.chainId !== undefined) wanted.add(verdict.chainId);
    await this.pull([...wanted].map((chainId) => ledger.ensure('identity', chainId)));
  }

  private isBehind(userId: string, seq: number): boolean {
    return (this.parts.ledger.identity(userId)?.seq ?? 0) < seq;
  }

  private wait(
    held: HeldChain,
    verdict: Extract<Verdict, { kind: 'missing' }>,
    bytes: Uint8Array | undefined,
  ): void {
    const chainId = verdict.chainId ?? verdict.genesisHash ?? '';
    if (held.health.state === 'frozen') return;
    this.waitingFor.set(held, bytes === undefined ? [] : statedChains(bytes));
    this.become(held, { state: 'waiting', chainId, seq: verdict.seq });
  }

  /**
   * Somebody states, in any thread that waits, an entry of this person or organisation that the service has not served
   * me: what I would seal for them now might be for a key or a standing that is over.
   */
  isStatedBeyond(held: HeldChain): boolean {
    const { state } = held;
    if (state === undefined || held.kind === 'thread') return false;
    const id = held.kind === 'identity' ? held.chainId : toHex(state.genesisHash);
    return this.parts.ledger.threads().some((thread) => {
      const stated = thread.health.state === 'waiting' ? this.waitingFor.get(thread) : undefined;
      return stated?.some((chain) => chain.id === id && chain.headSeq > state.seq) === true;
    });
  }

  /** Once more from the service; the same refusal again freezes. */
  private async secondLook(held: HeldChain, first: Refusal): Promise<boolean> {
    const afterSeq = Math.min(held.state?.seq ?? 0, first.atSeq - 1);
    const [page] = await this.parts.connection.sync([{ chainId: held.chainId, afterSeq }]);
    if (page === undefined || page.entries.length === 0) return this.dismiss(held, first);
    const entries = page.entries.map(fromBase64Url);
    const refused = await this.apply(held, entries);
    if (refused === undefined) return this.dismiss(held, first);
    if (refused.verdict.kind === 'missing') {
      this.wait(held, refused.verdict, entryAt(entries, refused.atSeq));
      return false;
    }
    await this.freeze(held, await this.explain(held, refused), firstEntry(page));
    return false;
  }

  /** What was refused is not what the service serves: it was noise, or an alarm about another view. */
  private dismiss(held: HeldChain, first: Refusal): boolean {
    if (first.verdict.kind === 'fork' && first.verdict.chainId === held.chainId) {
      this.parts.listener.forkAlarm(held, first.verdict.seq, first.verdict.signed);
    }
    return true;
  }

  /** A broken link may be the end of a fork that began earlier: look for the first place where views differ. */
  private async explain(held: HeldChain, refused: Refusal): Promise<Refusal> {
    const broken = refused.verdict.kind === 'invalid' && refused.verdict.rule === 'prev_hash_mismatch';
    if (!broken) return refused;
    let afterSeq = 0;
    for (;;) {
      const [page] = await this.parts.connection.sync([{ chainId: held.chainId, afterSeq }]);
      for (const bytes of page?.entries.map(fromBase64Url) ?? []) {
        const acceptance = this.parts.ledger.accept(held, bytes);
        if (acceptance.result === 'refused') return acceptance;
        afterSeq = seqOf(bytes) ?? afterSeq;
      }
      if (page?.more !== true || page.entries.length === 0) return refused;
    }
  }

  /** A signature that a cold start left for later does not hold: the prefix before it stays. */
  async freezeAtSignature(held: HeldChain, { seq: atSeq, bytes }: BadSignature): Promise<void> {
    await this.freeze(
      held,
      { result: 'refused', verdict: { kind: 'invalid', rule: 'signature' }, atSeq },
      bytes,
    );
  }

  private async freeze(held: HeldChain, refused: Refusal, bytes: Uint8Array): Promise<void> {
    const { ledger, write, listener } = this.parts;
    const { verdict, atSeq } = refused;
    const fork = verdict.kind === 'fork';
    const rule = 'rule' in verdict ? verdict.rule : verdict.kind;
    const change = ledger.freeze(held, { atSeq, rule, signedFork: fork && verdict.signed }, bytes);
    await write([change]);
    if (fork) listener.forkAlarm(held, verdict.seq, verdict.signed);
    listener.health(held);
  }

  /** A head beside mine is a fork as soon as the service serves its entry. */
  private async checkHead(held: HeldChain, head: Page['head']): Promise<void> {
    const mine = held.state?.hashes.at(head.seq);
    if (mine === undefined || equalBytes(mine, fromBase64Url(head.hash))) return;
    const [page] = await this.parts.connection.sync([{ chainId: held.chainId, afterSeq: head.seq - 1 }]);
    if (page !== undefined) await this.takeEntries(held, page.entries.map(fromBase64Url));
  }

  private become(held: HeldChain, health: ChainHealth): void {
    if (JSON.stringify(held.health) === JSON.stringify(health)) return;
    held.health = health;
    this.parts.listener.health(held);
  }
}

function isSignedFork(health: ChainHealth): boolean {
  return health.state === 'frozen' && health.signedFork;
}

/** After my head; for a frozen chain, from where it froze. */
function cursorOf(held: HeldChain): { chainId: string; afterSeq: number } {
  const seq = held.state?.seq ?? 0;
  const afterSeq = held.health.state === 'frozen' ? Math.min(seq, held.health.atSeq - 1) : seq;
  return { chainId: held.chainId, afterSeq };
}

function firstEntry(page: Page): Uint8Array {
  return fromBase64Url(page.entries[0] ?? '');
}

function entryAt(entries: readonly Uint8Array[], seq: number): Uint8Array | undefined {
  return entries.find((bytes) => seqOf(bytes) === seq);
}

interface Stated {
  /** Hex: a user id, or the genesis hash of an organisation. */
  readonly id: string;
  readonly headSeq: number;
}

/** The people and organisations a ROTATE states; nobody for anything else. */
function statedChains(bytes: Uint8Array): readonly Stated[] {
  try {
    const { header, body } = parseEntry(bytes);
    if (header.kind !== KIND.thread || header.type !== THREAD.rotate) return [];
    const { rows, organisations } = parseRotate(body);
    return [
      ...rows.map(({ holderId, headSeq }) => ({ id: toHex(holderId), headSeq })),
      ...organisations.map(({ genesisHash, headSeq }) => ({ id: toHex(genesisHash), headSeq })),
    ];
  } catch (error) {
    if (error instanceof WireError) return [];
    throw error;
  }
}
