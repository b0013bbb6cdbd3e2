import { applyIdentity, applyOrganisation, applyThread } from '#chain';
import {
  ByteWriter,
  IDENTITY,
  KIND,
  LENGTH,
  LIMITS,
  OP,
  ORGANISATION,
  ROLE,
  THREAD,
  URGENCY,
  concatBytes,
  encodeAttest,
  encodeOrganisationGenesis,
  type ObligationOp,
} from '#protocol';
import {
  T0,
  YEAR,
  continueChain,
  newCase,
  newFoundingCase,
  newOrganisation,
  newPerson,
  op,
} from '../../../support/chain.factories.js';
import { newKey, randomBytes } from '../../../support/chain.signer.js';
import type { RuleCase, RuleCases } from './case.js';

const ZERO_ID = new Uint8Array(LENGTH.id);

/** Bytes with some of them replaced; the signature is then wrong as well, but the parser comes first. */
function patched(bytes: Uint8Array, offset: number, ...values: readonly number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, offset);
  return copy;
}

const identityTwins = (bend: (bytes: Uint8Array) => Uint8Array) => (): RuleCase => {
  const person = newPerson();
  const bytes = person.userKey();
  return { control: applyIdentity(person.state, bytes), broken: applyIdentity(person.state, bend(bytes)) };
};

/** Bodies of an organisation's record, both signed: only the layout differs. */
const organisationTwins =
  (type: number, good: () => Uint8Array, bend: (body: Uint8Array) => Uint8Array) => (): RuleCase => {
    const organisation = newOrganisation();
    const body = good();
    const judge = (bytes: Uint8Array): ReturnType<typeof applyOrganisation> =>
      applyOrganisation(organisation.state, organisation.write(type, bytes, organisation.admin));
    return { control: judge(body), broken: judge(bend(body)) };
  };

const attestBody = (): Uint8Array =>
  encodeAttest({
    subjectKind: 1,
    subject: randomBytes(LENGTH.hash),
    role: ROLE.therapist,
    pool: ZERO_ID,
    validToMs: T0 + YEAR,
    claimByMs: 0,
  });

const genesisTwins = (name: Uint8Array) => (): RuleCase => {
  const root = newKey();
  const found = (body: Uint8Array): ReturnType<typeof applyOrganisation> =>
    applyOrganisation(
      undefined,
      continueChain(undefined, {
        kind: KIND.organisation,
        type: ORGANISATION.genesis,
        body,
        author: { user: ZERO_ID, device: root.keyId, key: root },
        tsMs: T0,
      }),
    );
  const bent = new ByteWriter().bytes(root.publicKey, LENGTH.signingKey).lp16(name).finish();
  return {
    control: found(encodeOrganisationGenesis({ rootKey: root.publicKey, name: 'Practice' })),
    broken: found(bent),
  };
};

const threadGenesisTwins =
  (offset: number, ...values: readonly number[]) =>
  (): RuleCase => {
    const { thread } = newFoundingCase();
    const judge = (bytes: Uint8Array): RuleCase['control'] => applyThread(undefined, bytes, thread.world);
    const bytes = thread.genesis();
    return { control: judge(bytes), broken: judge(patched(bytes, LENGTH.header + 4 + offset, ...values)) };
  };

/** A MESSAGE that opens an obligation, with body bytes replaced. */
const messageTwins =
  (offset: number, ...values: readonly number[]) =>
  (): RuleCase => {
    const { thread, client, prescriber } = newCase();
    const ops: ObligationOp[] = [op(OP.open, { responder: prescriber.state.chainId, dueMs: T0 + YEAR })];
    const bytes = thread.message(client, { ops, urgency: URGENCY.soon });
    return {
      control: thread.apply(bytes),
      broken: thread.apply(patched(bytes, LENGTH.header + 4 + offset, ...values)),
    };
  };

const rotateTwins =
  (offset: number, ...values: readonly number[]) =>
  (): RuleCase => {
    const { thread, therapist } = newCase();
    const bytes = thread.rotate(therapist);
    return {
      control: thread.apply(bytes),
      broken: thread.apply(patched(bytes, LENGTH.header + 4 + offset, ...values)),
    };
  };

const ORGANISATIONS_AT = 6;
const ROWS_AT = ORGANISATIONS_AT + 72;

export const WIRE_CASES = {
  'wire.truncated': identityTwins((bytes) => bytes.slice(0, -1)),
  'wire.trailing_bytes': identityTwins((bytes) => concatBytes(bytes, Uint8Array.of(0))),
  'wire.number_too_large': identityTwins((bytes) => patched(bytes, 96, 0x80)),
  'wire.too_long': identityTwins((bytes) =>
    patched(bytes, LENGTH.header, ...new ByteWriter().u32(LIMITS.body + 1).finish()),
  ),
  'wire.unknown_magic': identityTwins((bytes) => patched(bytes, 3, 2)),
  'wire.unknown_kind': identityTwins((bytes) => patched(bytes, 4, 9)),
  'wire.reserved_not_zero': identityTwins((bytes) => patched(bytes, 7, 1)),
  'wire.misplaced_genesis': identityTwins((bytes) => patched(bytes, 5, IDENTITY.genesis)),
  'wire.count_out_of_range': identityTwins((bytes) =>
    patched(bytes, LENGTH.header + 4 + 4 + LENGTH.kemKey + LENGTH.hash, 0),
  ),
  'wire.not_ascending': () => {
    const organisation = newOrganisation();
    const second = newKey();
    const good = organisation.admins([organisation.admin, second]);
    const entry = 34;
    const at = LENGTH.header + 4 + 1;
    const swapped = patched(
      patched(good, at, ...good.slice(at + entry, at + 2 * entry)),
      at + entry,
      ...good.slice(at, at + entry),
    );
    return {
      control: applyOrganisation(organisation.state, good),
      broken: applyOrganisation(organisation.state, swapped),
    };
  },
  'wire.not_utf8': genesisTwins(Uint8Array.of(0xc3, 0x28)),
  'wire.empty_name': genesisTwins(new Uint8Array(0)),
  'wire.unknown_subject': organisationTwins(ORGANISATION.attest, attestBody, (body) => patched(body, 0, 3)),
  'wire.claim_by_misplaced': organisationTwins(ORGANISATION.attest, attestBody, (body) =>
    patched(body, 65, 1),
  ),
  'wire.unknown_role': organisationTwins(ORGANISATION.attest, attestBody, (body) => patched(body, 33, 7)),
  'wire.unknown_reason': () => {
    const { thread, client } = newCase();
    return {
      control: thread.apply(thread.leave(client)),
      broken: thread.apply(thread.write(client, THREAD.leave, Uint8Array.of(9))),
    };
  },
  'wire.unknown_lane': threadGenesisTwins(32, 3),
  'wire.predecessor_half_named': threadGenesisTwins(42, 1),
  'wire.reserved_holder': rotateTwins(ROWS_AT + 1, 2),
  'wire.unknown_urgency': messageTwins(4, 5),
  'wire.unknown_op': messageTwins(6, 9),
  'wire.op_fields': messageTwins(6, OP.answer),
} satisfies RuleCases;
