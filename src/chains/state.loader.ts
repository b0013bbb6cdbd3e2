import { Injectable } from '@nestjs/common';
import { applyIdentity, applyOrganisation, applyThread, type World } from '#chain';
import { KIND, THREAD, parseEntry, parseRotate, toHex, type Entry, type Kind } from '#protocol';
import type { ChainHeadRow, StoredEntry } from './applied.js';
import { EntryRepository } from './entry.repository.js';
import { StateCache, isIdentity, isOrganisation, isThread, type ChainState } from './state.cache.js';

const LOAD_PAGE = 200;

/** Stored bytes that do not verify: the table was changed by another hand. Nothing is served or accepted on top. */
class StoredChainBroken extends Error {
  constructor(readonly chainId: string) {
    super('a stored chain does not verify');
    this.name = 'StoredChainBroken';
  }
}

/** Brings chain states up to given heads by replaying stored entries through the same rules as everybody's. */
@Injectable()
export class StateLoader {
  constructor(
    private readonly entries: EntryRepository,
    private readonly cache: StateCache,
  ) {}

  /** States at (at least) the given heads, by chain id. Threads come with the chains their entries state. */
  async load(heads: readonly ChainHeadRow[]): Promise<Map<string, ChainState>> {
    const loaded = new Map<string, ChainState>();
    const threads = heads.filter((head) => head.kind === KIND.thread);
    for (const head of heads) {
      if (head.kind !== KIND.thread) loaded.set(head.chainId, await this.loadOne(head, NOBODY));
    }
    for (const head of threads) loaded.set(head.chainId, await this.loadThread(head));
    return loaded;
  }

  /** Identities and organisations at their newest head, as a world for judging ROTATEs. */
  async loadWorld(heads: readonly ChainHeadRow[]): Promise<World> {
    return worldOf([...(await this.load(heads)).values()]);
  }

  private async loadThread(head: ChainHeadRow): Promise<ChainState> {
    return this.loadOne(head, async (stored) => {
      const stated = stored.map((each) => statedIn(parseEntry(each.bytes)));
      const identities = await this.entries.findHeads([...new Set(stated.flatMap((one) => one.userIds))]);
      const genesis = [...new Set(stated.flatMap((one) => one.organisations))];
      return this.loadWorld([...identities, ...(await this.entries.findHeadsByGenesis(genesis))]);
    });
  }

  private async loadOne(
    head: ChainHeadRow,
    worldFor: (stored: readonly StoredEntry[]) => Promise<World>,
  ): Promise<ChainState> {
    let state = this.cache.find(head.chainId);
    if (state !== undefined && isReplaced(state, head)) {
      this.cache.forget(head.chainId);
      state = undefined;
    }
    while (state === undefined || state.seq < head.seq) {
      const cursor = { chainId: head.chainId, afterSeq: state?.seq ?? 0 };
      const stored = await this.entries.findAfter([cursor], LOAD_PAGE);
      const world = await worldFor(stored);
      for (const { bytes } of stored) state = replay(head, state, { bytes, world });
      if (state === undefined || stored.length === 0) throw new StoredChainBroken(head.chainId);
      this.cache.keep(head.chainId, state);
    }
    return state;
  }
}

/** Same place, other hash: the database was restored to another past than the one this process verified. */
function isReplaced(state: ChainState, head: ChainHeadRow): boolean {
  const held = state.hashes.at(head.seq);
  return held !== undefined && toHex(held) !== toHex(head.hash);
}

function replay(
  head: ChainHeadRow,
  state: ChainState | undefined,
  { bytes, world }: { bytes: Uint8Array; world: World },
): ChainState {
  const outcome = applyTo(head.kind as Kind, state, { bytes, world });
  if (!outcome.ok) throw new StoredChainBroken(head.chainId);
  return outcome.state;
}

/** The rules of a chain's kind, whichever it is. */
export function applyTo(
  kind: Kind,
  state: ChainState | undefined,
  { bytes, world }: { readonly bytes: Uint8Array; readonly world: World },
) {
  switch (kind) {
    case KIND.identity:
      return applyIdentity(state !== undefined && isIdentity(state) ? state : undefined, bytes);
    case KIND.organisation:
      return applyOrganisation(state !== undefined && isOrganisation(state) ? state : undefined, bytes);
    case KIND.thread:
      return applyThread(state !== undefined && isThread(state) ? state : undefined, bytes, world);
  }
}

/** Whom and what a ROTATE states; nothing for any other entry. Ids and genesis hashes in hex. */
export function statedIn({ header, body }: Entry): {
  readonly userIds: readonly string[];
  readonly organisations: readonly string[];
  readonly bases: readonly Uint8Array[];
} {
  if (header.kind !== KIND.thread || header.type !== THREAD.rotate) {
    return { userIds: [], organisations: [], bases: [] };
  }
  const rotate = parseRotate(body);
  return {
    userIds: rotate.rows.map((row) => toHex(row.holderId)),
    organisations: rotate.organisations.map((stated) => toHex(stated.genesisHash)),
    bases: rotate.rows.map((row) => row.basis),
  };
}

export function worldOf(states: readonly ChainState[]): World {
  const identities = new Map(states.filter(isIdentity).map((state) => [state.userId as string, state]));
  const organisations = new Map(
    states.filter(isOrganisation).map((state) => [toHex(state.genesisHash), state]),
  );
  return {
    identity: (userId) => identities.get(userId),
    organisation: (genesisHash) => organisations.get(genesisHash),
  };
}

const EMPTY_WORLD = worldOf([]);
const NOBODY = (): Promise<World> => Promise.resolve(EMPTY_WORLD);
