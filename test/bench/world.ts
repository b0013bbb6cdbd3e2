import {
  applyIdentity,
  applyOrganisation,
  chainIdOf,
  entryHashOf,
  keyHashOf,
  type IdentityState,
  type OrganisationState,
  type World,
} from '#chain';
import {
  ALL_ROLES_MASK,
  KIND,
  LANE,
  LENGTH,
  ORGANISATION,
  ROLE,
  ROTATE_REASON,
  SUBJECT,
  THREAD,
  compareBytes,
  encodeAttest,
  encodeThreadGenesis,
  parseUserKey,
  toHex,
  type Entry,
  type Role,
  type Row,
} from '#protocol';
import { createIdentity, createOrganisation, sealRotate, type EpochSecret, type PersonKeys } from '#vault';

/** People, an organisation that attests them, and one thread: what every measurement of the protocol starts from. */
export interface BenchPerson {
  readonly keys: PersonKeys;
  readonly userKey: Uint8Array;
  readonly state: IdentityState;
  readonly role: Role;
  readonly basis: Uint8Array;
}

export interface BenchThread {
  readonly world: World;
  readonly people: readonly BenchPerson[];
  readonly organisation: OrganisationState;
  readonly genesis: Entry;
  readonly rotate: Entry;
  readonly genesisHash: Uint8Array;
  readonly threadId: Uint8Array;
  readonly epoch: EpochSecret;
}

const YEAR_MS = 365 * 24 * 3_600_000;
const ROLES: readonly Role[] = [ROLE.therapist, ROLE.prescriber, ROLE.client];

function accepted<State>(
  outcome: { readonly ok: true; readonly state: State } | { readonly ok: false },
): State {
  if (!outcome.ok) throw new Error('the bench made an entry that its own rules refuse');
  return outcome.state;
}

export function benchThread(count: number, tsMs = 1_790_000_000_000): BenchThread {
  const founded = createOrganisation({ name: 'Bench', tsMs });
  let organisation = accepted(
    applyOrganisation(accepted(applyOrganisation(undefined, founded.genesis.bytes)), founded.admins.bytes),
  );
  const { organisationId, admin } = founded.keys;
  const people = Array.from({ length: count }, (_, index): BenchPerson => {
    const made = createIdentity({ displayName: `Person ${index}`, tsMs });
    const role = ROLES[index % ROLES.length] ?? ROLE.therapist;
    const attest = admin.signEntry(
      {
        kind: KIND.organisation,
        type: ORGANISATION.attest,
        chainId: organisationId,
        seq: organisation.seq + 1,
        prevHash: organisation.head,
        authorUser: organisationId,
        tsMs,
      },
      encodeAttest({
        subjectKind: SUBJECT.user,
        subject: made.person.genesisHash,
        role,
        pool: new Uint8Array(LENGTH.id),
        validToMs: tsMs + YEAR_MS,
        claimByMs: 0,
      }),
    );
    organisation = accepted(applyOrganisation(organisation, attest.bytes));
    const state = accepted(
      applyIdentity(accepted(applyIdentity(undefined, made.genesis.bytes)), made.userKey.bytes),
    );
    return {
      keys: made.person,
      userKey: parseUserKey(made.userKey.body).publicKey,
      state,
      role,
      basis: entryHashOf(attest),
    };
  });
  const world: World = {
    identity: (userId) => people.find((person) => toHex(person.keys.userId) === userId)?.state,
    organisation: () => organisation,
  };
  return { world, people, organisation, ...foundThread(people, organisation, tsMs) };
}

export function foundThread(people: readonly BenchPerson[], organisation: OrganisationState, tsMs: number) {
  const author = people[0];
  if (author === undefined) throw new Error('a thread needs people');
  const { device, userId } = author.keys;
  const genesis = device.signEntry(
    {
      kind: KIND.thread,
      type: THREAD.genesis,
      chainId: new Uint8Array(LENGTH.id),
      seq: 1,
      prevHash: new Uint8Array(LENGTH.hash),
      authorUser: userId,
      tsMs,
    },
    encodeThreadGenesis({
      random: crypto.getRandomValues(new Uint8Array(LENGTH.id)),
      caseId: crypto.getRandomValues(new Uint8Array(LENGTH.id)),
      lane: LANE.care_team,
      allowedRoles: ALL_ROLES_MASK,
      adderRoles: ALL_ROLES_MASK,
      clientApproval: false,
      retentionDays: 3650,
      predecessorGenesis: new Uint8Array(LENGTH.hash),
      predecessorHead: new Uint8Array(LENGTH.hash),
      clientGenesis: new Uint8Array(LENGTH.hash),
    }),
  );
  const genesisHash = entryHashOf(genesis);
  const threadId = chainIdOf(genesis);
  const sealed = rotation(people, {
    organisation,
    genesisHash,
    threadId,
    seq: 2,
    prevHash: genesisHash,
    epoch: 1,
    tsMs,
  });
  return { genesis, rotate: sealed.entry, genesisHash, threadId, epoch: sealed.epoch };
}

export interface RotationPlace {
  readonly organisation: OrganisationState;
  readonly genesisHash: Uint8Array;
  readonly threadId: Uint8Array;
  readonly seq: number;
  readonly prevHash: Uint8Array;
  readonly epoch: number;
  readonly tsMs: number;
}

/** A ROTATE by the first of `people` for all of them. */
export function rotation(
  people: readonly BenchPerson[],
  place: RotationPlace,
): { entry: Entry; epoch: EpochSecret } {
  const author = people[0];
  if (author === undefined) throw new Error('a thread needs people');
  const ordered = [...people].sort((a, b) => compareBytes(a.keys.userId, b.keys.userId));
  const rows = ordered.map((person): Row => ({
    holderKind: 1,
    holderId: person.keys.userId,
    role: person.role,
    basis: person.basis,
    headSeq: person.state.seq,
    headHash: person.state.head,
    generation: 1,
    keyHash: keyHashOf(person.userKey),
    expiresMs: place.tsMs + YEAR_MS / 2,
  }));
  const { organisation } = place;
  return sealRotate({
    signer: author.keys.device,
    threadGenesisHash: place.genesisHash,
    place: {
      chainId: place.threadId,
      seq: place.seq,
      prevHash: place.prevHash,
      authorUser: author.keys.userId,
      tsMs: place.tsMs,
    },
    roster: {
      epoch: place.epoch,
      reason: place.epoch === 1 ? ROTATE_REASON.founding : ROTATE_REASON.refresh,
      organisations: [
        { genesisHash: organisation.genesisHash, headSeq: organisation.seq, headHash: organisation.head },
      ],
      rows,
    },
    userKeys: ordered.map((person) => person.userKey),
  });
}
