import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { IdentityState, OrganisationState, ThreadState } from '#chain';

/** The verified state of a chain of any kind, told apart by what only that kind has. */
export type ChainState = IdentityState | OrganisationState | ThreadState;

export function isIdentity(state: ChainState): state is IdentityState {
  return 'userId' in state;
}

export function isOrganisation(state: ChainState): state is OrganisationState {
  return 'organisationId' in state;
}

export function isThread(state: ChainState): state is ThreadState {
  return 'threadId' in state;
}

/** Roughly; enough to keep a process inside its memory however long its chains are. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * States this process verified, by chain id (hex), bounded by weight, least recently used first out. The cache may
 * be behind the database (another process appended) but never holds what was not committed.
 */
@Injectable()
export class StateCache {
  private readonly states = new LRUCache<string, ChainState>({
    maxSize: MAX_BYTES,
    maxEntrySize: MAX_BYTES,
    sizeCalculation: weigh,
  });

  find(chainId: string): ChainState | undefined {
    return this.states.get(chainId);
  }

  /** Keeps the newer of what is held and what is given. */
  keep(chainId: string, state: ChainState): void {
    const held = this.states.peek(chainId);
    if (held === undefined || held.seq < state.seq) this.states.set(chainId, state);
  }

  forget(chainId: string): void {
    this.states.delete(chainId);
  }
}

/** Bytes, estimated: hashes of all entries, and what the kind gathers. */
function weigh(state: ChainState): number {
  const hashes = 1_000 + state.seq * 40;
  if (isThread(state)) return hashes + state.rows.length * 800 + state.obligations.size * 400;
  if (isOrganisation(state)) return hashes + state.attestations.size * 900;
  return hashes + state.devices.length * 1_500 + state.generations.length * 1_500;
}
