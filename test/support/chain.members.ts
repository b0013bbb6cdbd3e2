import {
  applyIdentity,
  applyOrganisation,
  deviceIdOf,
  type IdentityState,
  type OrganisationState,
  type World,
} from '#chain';
import {
  IDENTITY,
  KIND,
  LENGTH,
  ORGANISATION,
  REVOKE_REASON,
  ROLE,
  SUBJECT,
  encodeAdmins,
  encodeAttest,
  encodeClaim,
  encodeIdentityGenesis,
  encodeOrganisationGenesis,
  encodeRevoke,
  encodeSuspend,
  encodeUserKey,
  roleMask,
  toHex,
  type Attest,
  type Header,
  type Kind,
  type Role,
  type UserKey,
} from '#protocol';
import { newKey, randomBytes, signEntry, type TestKey } from './chain.signer.js';

/**
 * Valid chains for tests of the verifying half, with every field open to be broken. Nothing is sealed here: wraps and
 * ciphertexts are random, since the verifying half never opens them.
 */
export const T0 = 1_790_000_000_000;
export const HOUR = 3_600_000;
export const YEAR = 365 * 24 * HOUR;
const ZERO_ID = new Uint8Array(LENGTH.id);
const ZERO_HASH = new Uint8Array(LENGTH.hash);

type Accepted<State> = { readonly ok: true; readonly state: State; readonly entryHash: Uint8Array };

/** The state of an outcome that a factory relies on; a refusal is a broken test, told by its verdict. */
function accepted<State>(
  outcome: Accepted<State> | { readonly ok: false; readonly verdict: unknown },
): Accepted<State> {
  if (!outcome.ok)
    throw new Error(`a factory made an entry that is refused: ${JSON.stringify(outcome.verdict)}`);
  return outcome;
}

/** What a test may override in an entry: header fields, and the key that signs. */
export type Overrides = Partial<Header> & { readonly key?: TestKey };

interface Draft {
  readonly kind: Kind;
  readonly type: number;
  readonly body: Uint8Array;
  readonly author: { readonly user: Uint8Array; readonly device: Uint8Array; readonly key: TestKey };
  readonly tsMs: number;
}

/** An entry that continues `head` (or begins a chain), with overrides, signed at the end. */
export function continueChain(
  head: { readonly chainId: Uint8Array; readonly seq: number; readonly head: Uint8Array } | undefined,
  draft: Draft,
  { key, ...overrides }: Overrides = {},
): Uint8Array {
  const header: Header = {
    kind: draft.kind,
    type: draft.type,
    chainId: head?.chainId ?? ZERO_ID,
    seq: (head?.seq ?? 0) + 1,
    prevHash: head?.head ?? ZERO_HASH,
    authorUser: draft.author.user,
    authorDevice: draft.author.device,
    tsMs: draft.tsMs,
    ...overrides,
  };
  return signEntry(header, draft.body, key ?? draft.author.key);
}

/** A person with one device. `state` moves on as entries are accepted; `entries` are the bytes of the chain. */
export class TestPerson {
  readonly entries: Uint8Array[] = [];
  private current: IdentityState;

  constructor(
    readonly name: string,
    readonly key: TestKey = newKey(),
    readonly kemKey: Uint8Array = randomBytes(LENGTH.kemKey),
  ) {
    const genesis = this.genesis();
    this.current = accepted(applyIdentity(undefined, genesis)).state;
    this.entries.push(genesis);
  }

  get state(): IdentityState {
    return this.current;
  }

  get deviceId(): Uint8Array {
    return deviceIdOf(this.key.publicKey, this.kemKey);
  }

  get userId(): string {
    return this.state.userId;
  }

  genesis(overrides: Overrides = {}): Uint8Array {
    const body = encodeIdentityGenesis({
      deviceSigningKey: this.key.publicKey,
      deviceKemKey: this.kemKey,
      recoverySigningKey: randomBytes(LENGTH.signingKey),
      archiveKey: randomBytes(LENGTH.kemKey),
      displayCommitment: randomBytes(LENGTH.hash),
      archiveNonce: randomBytes(LENGTH.nonce),
      archiveBox: randomBytes(LENGTH.box),
    });
    const author = { user: ZERO_ID, device: this.deviceId, key: this.key };
    const draft = { kind: KIND.identity, type: IDENTITY.genesis, body, author, tsMs: T0 };
    return continueChain(undefined, draft, overrides);
  }

  write(type: number, body: Uint8Array, overrides: Overrides = {}): Uint8Array {
    const author = { user: this.state.chainId, device: this.deviceId, key: this.key };
    return continueChain(this.state, { kind: KIND.identity, type, body, author, tsMs: T0 }, overrides);
  }

  userKey(changes: Partial<UserKey> = {}, overrides: Overrides = {}): Uint8Array {
    const wrap = { ciphertext: randomBytes(LENGTH.kemCiphertext), box: randomBytes(LENGTH.box) };
    const record: UserKey = {
      generation: this.state.generations.length + 1,
      publicKey: randomBytes(LENGTH.kemKey),
      commitment: randomBytes(LENGTH.hash),
      devices: [{ deviceId: this.deviceId, ...wrap }],
      archive: wrap,
      ...changes,
    };
    return this.write(IDENTITY.userKey, encodeUserKey(record), overrides);
  }

  /** The same person and chain so far, free to continue differently: one side of a fork. */
  copy(): TestPerson {
    const copy = new TestPerson(this.name, this.key, this.kemKey);
    copy.current = this.current;
    copy.entries.splice(0, copy.entries.length, ...this.entries);
    return copy;
  }

  accept(bytes: Uint8Array): this {
    this.current = accepted(applyIdentity(this.current, bytes)).state;
    this.entries.push(bytes);
    return this;
  }
}

/** A person who can have a row: with USER_KEY 1. */
export function newPerson(name = 'someone'): TestPerson {
  const person = new TestPerson(name);
  return person.accept(person.userKey());
}

/** An organisation with a root and one administrator who may attest every role. */
export class TestOrganisation {
  readonly root = newKey();
  readonly admin = newKey();
  readonly entries: Uint8Array[] = [];
  private current: OrganisationState;

  constructor(readonly name = 'Practice') {
    const genesis = this.genesis();
    this.current = accepted(applyOrganisation(undefined, genesis)).state;
    this.entries.push(genesis);
  }

  get state(): OrganisationState {
    return this.current;
  }

  /** Hex, as the world and rosters name it. */
  get genesisHash(): string {
    return toHex(this.state.genesisHash);
  }

  genesis(overrides: Overrides = {}): Uint8Array {
    const body = encodeOrganisationGenesis({ rootKey: this.root.publicKey, name: this.name });
    const author = { user: ZERO_ID, device: this.root.keyId, key: this.root };
    const draft = { kind: KIND.organisation, type: ORGANISATION.genesis, body, author, tsMs: T0 };
    return continueChain(undefined, draft, overrides);
  }

  write(type: number, body: Uint8Array, by: TestKey, overrides: Overrides = {}): Uint8Array {
    const author = { user: this.state.chainId, device: by.keyId, key: by };
    return continueChain(this.state, { kind: KIND.organisation, type, body, author, tsMs: T0 }, overrides);
  }

  admins(
    keys: readonly TestKey[] = [this.admin],
    mayAttest = roleMask(Object.values(ROLE)),
    overrides: Overrides = {},
  ): Uint8Array {
    const sorted = [...keys].sort((a, b) => (toHex(a.publicKey) < toHex(b.publicKey) ? -1 : 1));
    const admins = sorted.map(({ publicKey }) => ({ publicKey, mayAttest }));
    return this.write(ORGANISATION.admins, encodeAdmins({ admins }), this.root, overrides);
  }

  attest(changes: Partial<Attest> & Pick<Attest, 'subject'>, overrides: Overrides = {}): Uint8Array {
    const record: Attest = {
      subjectKind: SUBJECT.user,
      role: ROLE.therapist,
      pool: ZERO_ID,
      validToMs: T0 + YEAR,
      claimByMs: 0,
      ...changes,
    };
    return this.write(ORGANISATION.attest, encodeAttest(record), this.admin, overrides);
  }

  invite(key: TestKey, changes: Partial<Attest> = {}): Uint8Array {
    const claimByMs = T0 + 24 * HOUR;
    return this.attest({ subjectKind: SUBJECT.invite, subject: key.publicKey, claimByMs, ...changes });
  }

  claim(
    attestHash: Uint8Array,
    claim: { readonly key: TestKey; readonly person: TestPerson },
    overrides: Overrides = {},
  ): Uint8Array {
    const body = encodeClaim({ attestHash, genesisHash: claim.person.state.genesisHash });
    return this.write(ORGANISATION.claim, body, claim.key, overrides);
  }

  revoke(attestHash: Uint8Array, overrides: Overrides = {}): Uint8Array {
    const body = encodeRevoke({ attestHash, reason: REVOKE_REASON.unspecified });
    return this.write(ORGANISATION.revoke, body, this.admin, overrides);
  }

  suspend(attestHash: Uint8Array, suspended: boolean, overrides: Overrides = {}): Uint8Array {
    return this.write(ORGANISATION.suspend, encodeSuspend({ attestHash, suspended }), this.admin, overrides);
  }

  /** The same organisation as it stands now, for somebody who has not seen what follows. */
  copy(): TestOrganisation {
    const copy = Object.create(this) as TestOrganisation;
    copy.current = this.current;
    return copy;
  }

  /** Applies and gives the entry hash: for an ATTEST of a known person or a CLAIM, the basis of a row. */
  accept(bytes: Uint8Array): Uint8Array {
    const outcome = accepted(applyOrganisation(this.current, bytes));
    this.current = outcome.state;
    this.entries.push(bytes);
    return outcome.entryHash;
  }

  /** Attests a known person and gives the basis for his row. */
  attested(person: TestPerson, role: Role, changes: Partial<Attest> = {}): Uint8Array {
    return this.accept(this.attest({ subject: person.state.genesisHash, role, ...changes }));
  }
}

export function newOrganisation(name?: string): TestOrganisation {
  const organisation = new TestOrganisation(name);
  organisation.accept(organisation.admins());
  return organisation;
}

/** The verified chains of everybody in a test; newer states show as they are accepted. */
export class TestWorld implements World {
  private readonly people = new Map<string, TestPerson>();
  private readonly organisations = new Map<string, TestOrganisation>();

  add(...members: readonly (TestPerson | TestOrganisation)[]): this {
    for (const member of members) {
      if (member instanceof TestPerson) this.people.set(member.userId, member);
      else this.organisations.set(member.genesisHash, member);
    }
    return this;
  }

  identity(userId: string): IdentityState | undefined {
    return this.people.get(userId)?.state;
  }

  organisation(genesisHash: string): OrganisationState | undefined {
    return this.organisations.get(genesisHash)?.state;
  }
}
