import {
  applyIdentity,
  applyOrganisation,
  applyThread,
  type IdentityState,
  type OrganisationState,
  type ThreadOutcome,
  type ThreadState,
  type World,
} from '#chain';
import { toHex, type Entry } from '#protocol';

type Applied = Extract<ThreadOutcome, { readonly ok: true }>;

/** The verified identity of these entries; any refusal is an error that names the entry and the verdict. */
export function verifiedIdentity(entries: readonly Uint8Array[]): IdentityState {
  let state: IdentityState | undefined;
  for (const bytes of entries) {
    const outcome = applyIdentity(state, bytes);
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.verdict));
    state = outcome.state;
  }
  if (state === undefined) throw new Error('no entries');
  return state;
}

export function verifiedOrganisation(entries: readonly Uint8Array[]): OrganisationState {
  let state: OrganisationState | undefined;
  for (const bytes of entries) {
    const outcome = applyOrganisation(state, bytes);
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.verdict));
    state = outcome.state;
  }
  if (state === undefined) throw new Error('no entries');
  return state;
}

export function worldOf(
  identities: readonly IdentityState[],
  organisations: readonly OrganisationState[],
): World {
  const people = new Map(identities.map((state) => [toHex(state.chainId), state]));
  const bodies = new Map(organisations.map((state) => [toHex(state.genesisHash), state]));
  return { identity: (id) => people.get(id), organisation: (genesis) => bodies.get(genesis) };
}

/** Applies a thread from its GENESIS; throws with seq and verdict at the first entry refused. */
export function verifiedThread(entries: readonly Uint8Array[], world: World): readonly Applied[] {
  const applied: Applied[] = [];
  let state: ThreadState | undefined;
  for (const bytes of entries) {
    const outcome = applyThread(state, bytes, world);
    if (!outcome.ok) throw new Error(`seq ${applied.length + 1}: ${JSON.stringify(outcome.verdict)}`);
    applied.push(outcome);
    state = outcome.state;
  }
  return applied;
}

export function bytesOf(entries: readonly Entry[]): readonly Uint8Array[] {
  return entries.map((entry) => entry.bytes);
}
