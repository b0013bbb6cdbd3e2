import { Injectable } from '@nestjs/common';
import { Problem, equalBytes, type AppendReply, type ChainId, type Principal } from '#protocol';
import {
  AccessRepository,
  ChainsService,
  EntryRepository,
  type Verification,
  type WritableHead,
} from '../chains/index.js';
import { Draining } from './draining.js';
import { EntryCommit } from './entry-commit.service.js';
import {
  parseIncoming,
  problemOf,
  refuse,
  requireAppendable,
  requireAuthor,
  requireChain,
  requireTimely,
  type Incoming,
} from './entry-intake.policy.js';
import { SlotReservations } from './slot-reservations.js';
import { headToWire, toText } from './wire.js';

/** One append on its way. */
export interface AppendCommand {
  readonly chainId: string;
  /** base64url, as received. */
  readonly entry: string;
  readonly caller: Principal;
  /** The socket it came by, if any. */
  readonly socketId?: string;
}

interface Waiting extends Incoming {
  readonly command: AppendCommand;
  readonly resolve: (reply: AppendReply) => void;
  readonly reject: (error: unknown) => void;
}

/** A batch holds the event loop for as long as its signatures take: about 0.2 ms each. */
const MAX_BATCH = 256;
const BREATHE_EVERY = 32;

/**
 * Verify, commit, fan out. Appends that arrive while one batch is being committed become the next batch: one
 * transaction for all of them.
 */
@Injectable()
export class AppendService {
  private waiting: Waiting[] = [];
  private running: Promise<void> | undefined;
  private readonly slots = new SlotReservations();

  constructor(
    private readonly access: AccessRepository,
    private readonly chains: ChainsService,
    private readonly entries: EntryRepository,
    private readonly commits: EntryCommit,
    private readonly draining: Draining,
  ) {}

  /** What was taken is still committed, answered and told. */
  async drain(): Promise<void> {
    this.slots.clear();
    while (this.running !== undefined) await this.running;
    await this.commits.drain();
  }

  /**
   * Appends one entry. The same bytes again get the same answer.
   * @throws Problem chain.not_found, chain.stale_head (with what was missed), chain.clock_skew, entry.*
   */
  async append(command: AppendCommand): Promise<AppendReply> {
    if (this.draining.begun) throw new Problem('service.unavailable');
    const incoming = parseIncoming(command.entry);
    requireChain(incoming.entry, command.chainId);
    requireAppendable(incoming.entry);
    requireAuthor(incoming.entry, command.caller);
    await this.slots.turn(command.chainId, command.caller.keyId);
    return new Promise((resolve, reject) => {
      this.waiting.push({ ...incoming, command, resolve, reject });
      this.running ??= this.run();
    });
  }

  private async run(): Promise<void> {
    // One turn of the loop lets everything that has arrived by now join.
    await this.chains.breathe();
    while (this.waiting.length > 0) {
      await this.settle(this.waiting.splice(0, MAX_BATCH));
    }
    this.running = undefined;
  }

  /** An entry that makes the whole transaction fail must not take the others with it. */
  private async settle(batch: readonly Waiting[]): Promise<void> {
    try {
      await this.process(batch);
    } catch (error) {
      if (batch.length === 1 || (error instanceof Problem && error.code === 'service.unavailable')) {
        for (const each of batch) each.reject(error);
        return;
      }
      for (const each of batch) await this.settle([each]);
    }
  }

  private async process(batch: readonly Waiting[]): Promise<void> {
    const round = await this.verify(batch);
    const originOf = new Map(round.accepted.map((each) => [toText(each.hash), each.command.socketId]));
    const won = await this.commits.commit(round.verification.applied, {
      originOf: ({ entryHash }) => originOf.get(toText(entryHash)),
    });
    const lost: Waiting[] = [];
    for (const each of round.accepted) {
      if (won.has(each.command.chainId as ChainId)) this.acknowledge(each);
      else lost.push(each);
    }
    for (const each of round.repeated) this.acknowledge(each);
    await Promise.all([...round.stale, ...lost].map((each) => this.explainConflict(each)));
  }

  private async verify(batch: readonly Waiting[]): Promise<Round> {
    const heads = await this.access.findWritable(batch.map(({ command }) => command));
    const verification = await this.chains.begin([
      ...new Map([...heads.values()].map((head) => [head.chainId, head])).values(),
    ]);
    const round: Round = { verification, accepted: [], repeated: [], stale: [] };
    for (const [place, each] of batch.entries()) {
      if (place % BREATHE_EVERY === BREATHE_EVERY - 1) await this.chains.breathe();
      await this.judge(each, heads.get(place), round);
    }
    return round;
  }

  /** Sorts one entry into the round; what is refused is answered at once. */
  private async judge(each: Waiting, head: WritableHead | undefined, round: Round): Promise<void> {
    try {
      const at = round.verification.headOf(each.command.chainId);
      if (head === undefined || at === undefined) throw new Problem('chain.not_found');
      const { seq, prevHash } = each.entry.header;
      const standing = at.hashes.at(seq);
      if (standing !== undefined && equalBytes(standing, each.hash)) {
        (seq > head.seq ? round.accepted : round.repeated).push(each);
      } else if (seq !== at.seq + 1 || !equalBytes(prevHash, at.head)) {
        round.stale.push(each);
      } else {
        requireTimely(each.entry, head.nowMs);
        await this.apply(each, round.verification);
        round.accepted.push(each);
      }
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      each.reject(error);
    }
  }

  private async apply(each: Waiting, verification: Verification): Promise<void> {
    const world = await this.chains.worldFor(each.command.caller, each.entry);
    const checked = verification.check(each.entry, world);
    if (!checked.ok) throw problemOf(checked);
    if (!(await this.chains.hasLiveRows(each.entry))) throw refuse('row_not_live');
    verification.take(checked);
  }

  private acknowledge({ command, entry, hash, resolve }: Waiting): void {
    this.slots.used(command.chainId, command.caller.keyId);
    resolve({ seq: entry.header.seq, entryHash: toText(hash) });
  }

  /** The answer carries what was missed, and keeps the next place for this device for a moment. */
  private async explainConflict({ command, entry, hash, resolve, reject }: Waiting): Promise<void> {
    try {
      const { chainId, caller } = command;
      const standing = await this.entries.findHashAt(chainId, entry.header.seq);
      if (standing !== null && equalBytes(standing, hash)) {
        resolve({ seq: entry.header.seq, entryHash: toText(hash) });
        return;
      }
      const [page] = await this.access.readPage(caller, [{ chainId, afterSeq: entry.header.seq - 1 }]);
      if (page === undefined) throw new Problem('chain.not_found');
      this.slots.used(chainId, caller.keyId);
      const reservedForMs = this.slots.reserve(chainId, caller.keyId);
      throw new Problem('chain.stale_head', {
        head: headToWire(page.head),
        missed: page.entries.map(toText),
        ...(reservedForMs === 0 ? {} : { reservedForMs }),
      });
    } catch (error) {
      reject(error);
    }
  }
}

interface Round {
  readonly verification: Verification;
  /** Verified in this batch (or the same bytes as one that was): acknowledged if the chain is won. */
  readonly accepted: Waiting[];
  /** Stand in the chain already. */
  readonly repeated: Waiting[];
  readonly stale: Waiting[];
}
