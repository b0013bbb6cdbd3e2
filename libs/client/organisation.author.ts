import { applyOrganisation, entryHashOf, type OrganisationState } from '#chain';
import type { OrganisationKeys } from '#vault';
import { APPEND, KIND, Problem, equalBytes, fromBase64Url, parseEntry, toHex } from '#protocol';
import type { CatchUp } from './catch-up.js';
import type { Connection } from './connection.js';
import type { HeldOrganisation } from './held.chain.js';
import type { Ledger } from './ledger.js';
import { ClientProblem } from './problem.js';
import { problemOf } from './sealing.js';
import { ServiceClock } from './service.clock.js';
import type { KeyStore } from './store.contract.js';

interface AuthorParts {
  readonly keys: OrganisationKeys;
  readonly connection: Connection;
  readonly ledger: Ledger;
  readonly catchUp: CatchUp;
  readonly store: KeyStore;
}

/** One record of an organisation's chain, before it has a place. */
export interface AdminRecord {
  readonly type: number;
  readonly body: Uint8Array;
}

const INFLIGHT_KEY = 'inflight/organisation';

/** Writes the organisation's chain with the administrator key: stored before it leaves, one entry at a time. */
export class OrganisationAuthor {
  private turn: Promise<unknown> = Promise.resolve();
  private readonly clock = new ServiceClock();

  constructor(private readonly parts: AuthorParts) {}

  get held(): HeldOrganisation {
    const held = this.parts.ledger.ensure('organisation', toHex(this.parts.keys.organisationId));
    if (held.kind !== 'organisation') throw new ClientProblem('chain.missing');
    return held;
  }

  get state(): OrganisationState {
    const { state } = this.held;
    if (state === undefined) throw new ClientProblem('chain.missing');
    return state;
  }

  /** Answers the hash of the entry as it stands in the chain. */
  append(record: AdminRecord): Promise<Uint8Array> {
    const mine = this.turn.then(() => this.write(record));
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  /** An entry that may or may not have arrived before a crash: sent again, unchanged. */
  async finishInterrupted(): Promise<void> {
    const bytes = (await this.parts.store.load()).get(INFLIGHT_KEY);
    if (bytes !== undefined) await this.settle(bytes);
  }

  private async write(record: AdminRecord): Promise<Uint8Array> {
    await this.finishInterrupted();
    for (let tries = 0; tries < APPEND.tries; tries += 1) {
      await this.parts.catchUp.pull([this.held]);
      if (this.held.health.state === 'frozen') throw new ClientProblem('chain.frozen');
      const bytes = this.sign(record);
      await this.parts.store.write([{ key: INFLIGHT_KEY, value: bytes }]);
      if (await this.settle(bytes)) return entryHashOf(parseEntry(bytes));
    }
    throw new ClientProblem('send.exhausted');
  }

  private sign({ type, body }: AdminRecord): Uint8Array {
    const { keys } = this.parts;
    const { chainId, seq, head } = this.state;
    const header = {
      kind: KIND.organisation,
      type,
      chainId,
      seq: seq + 1,
      prevHash: head,
      authorUser: chainId,
      tsMs: this.clock.nowMs(),
    };
    const { bytes } = keys.admin.signEntry(header, body);
    const outcome = applyOrganisation(this.state, bytes);
    if (!outcome.ok) throw problemOf(outcome.verdict);
    return bytes;
  }

  /** True when it stands in the verified chain; otherwise it has been overtaken and is forgotten. */
  private async settle(bytes: Uint8Array): Promise<boolean> {
    const { connection, catchUp, store } = this.parts;
    const { header } = parseEntry(bytes);
    try {
      await connection.append(this.held.chainId, bytes);
      await catchUp.own(this.held, bytes);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const skewed = error.code === 'chain.clock_skew' && this.clock.set(error.repair?.serverTimeMs);
      if (skewed) await catchUp.pull([this.held]);
      else if (error.code !== 'chain.stale_head') {
        await store.write([{ key: INFLIGHT_KEY, value: undefined }]);
        throw error;
      }
      await catchUp.offerAll(this.held, (error.repair?.missed ?? []).map(fromBase64Url));
    }
    const standing = this.state.hashes.at(header.seq);
    await store.write([{ key: INFLIGHT_KEY, value: undefined }]);
    return standing !== undefined && equalBytes(standing, entryHashOf(parseEntry(bytes)));
  }
}
