import { importKeys, type ImportableKeys } from '#vault';
import { toBase64Url, fromBase64Url } from '#protocol';
import { z } from 'zod';
import { ClientProblem } from './problem.js';
import type { Profile } from './profile.js';
import type { StoreChange } from './store.contract.js';

/** Whose key store this is. */
const ownerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('member'), url: z.string(), displayName: z.string(), nonce: z.string() }),
  z.strictObject({ kind: z.literal('administrator'), url: z.string() }),
]);
type Owner = z.infer<typeof ownerSchema>;

const OWNER_KEY = 'owner';
const KEYS_KEY = 'keys';

type Stored = ReadonlyMap<string, Uint8Array>;

export function jsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

export function fromJsonBytes(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}

export function memberOwner(
  member: { readonly url: string; readonly profile: Profile },
  keys: Uint8Array,
): readonly StoreChange[] {
  const { displayName, nonce } = member.profile;
  const owner: Owner = { kind: 'member', url: member.url, displayName, nonce: toBase64Url(nonce) };
  return [
    { key: OWNER_KEY, value: jsonBytes(owner) },
    { key: KEYS_KEY, value: keys },
  ];
}

export function administratorOwner(url: string, keys: Uint8Array): readonly StoreChange[] {
  const owner: Owner = { kind: 'administrator', url };
  return [
    { key: OWNER_KEY, value: jsonBytes(owner) },
    { key: KEYS_KEY, value: keys },
  ];
}

export function hasOwner(stored: Stored): boolean {
  return stored.has(OWNER_KEY);
}

/** Errors: store.empty, store.other_kind, store.corrupt. */
export function readOwner<Kind extends Owner['kind']>(
  stored: Stored,
  kind: Kind,
): { readonly owner: Extract<Owner, { kind: Kind }>; readonly keys: Uint8Array } {
  const bytes = stored.get(OWNER_KEY);
  const keys = stored.get(KEYS_KEY);
  if (bytes === undefined || keys === undefined) throw new ClientProblem('store.empty');
  const parsed = ownerSchema.safeParse(fromJsonBytes(bytes));
  if (!parsed.success) throw new ClientProblem('store.corrupt');
  const owner = parsed.data;
  if (owner.kind !== kind) throw new ClientProblem('store.other_kind');
  return { owner: owner as Extract<Owner, { kind: Kind }>, keys };
}

export function profileOf(owner: Extract<Owner, { kind: 'member' }>): Profile {
  return { displayName: owner.displayName, nonce: fromBase64Url(owner.nonce) };
}

/** Errors: store.corrupt. */
export function readKeys<Kind extends keyof ImportableKeys>(
  kind: Kind,
  bytes: Uint8Array,
): ImportableKeys[Kind] {
  const keys = importKeys(kind, bytes);
  if (!keys.ok) throw new ClientProblem('store.corrupt');
  return keys.value;
}
