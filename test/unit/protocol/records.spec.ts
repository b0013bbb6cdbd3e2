import fc from 'fast-check';
import {
  ALL_ROLES_MASK,
  LENGTH,
  OP,
  REVOKE_REASON,
  WireError,
  encodeAdmins,
  encodeAttest,
  encodeClaim,
  encodeHeader,
  encodeIdentityGenesis,
  encodeMessage,
  encodeOrganisationGenesis,
  encodeReason,
  encodeRevoke,
  encodeRotate,
  encodeSignedPart,
  encodeSuspend,
  encodeThreadGenesis,
  encodeUserKey,
  concatBytes,
  LEAVE_REASON,
  parseAdmins,
  parseAttest,
  parseClaim,
  parseEntry,
  parseIdentityGenesis,
  parseMessage,
  parseOrganisationGenesis,
  parseReason,
  parseRevoke,
  parseRotate,
  parseSuspend,
  parseThreadGenesis,
  parseUserKey,
  compareBytes,
  type ObligationOp,
} from '#protocol';

const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const nonZero = (length: number): fc.Arbitrary<Uint8Array> =>
  bytes(length).filter((value) => value.some((byte) => byte !== 0));
const ascending = <T>(items: T[], key: (item: T) => Uint8Array): T[] =>
  [...items]
    .sort((a, b) => compareBytes(key(a), key(b)))
    .filter((item, index, all) => index === 0 || compareBytes(key(all[index - 1] ?? item), key(item)) < 0);
const mask = fc.constantFrom(0b10, 0b110, ALL_ROLES_MASK);
const role = fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const, 5 as const, 6 as const);
const wrap = fc.record({ ciphertext: bytes(LENGTH.kemCiphertext), box: bytes(LENGTH.box) });

const op: fc.Arbitrary<ObligationOp> = fc.constantFrom(...Object.values(OP)).chain((number) =>
  fc.record({
    op: fc.constant(number),
    obligation: number === OP.open ? fc.constant(0) : fc.integer({ min: 1, max: 2 ** 40 }),
    responder: ([OP.open, OP.ack, OP.hand_over] as number[]).includes(number)
      ? nonZero(16)
      : fc.constant(new Uint8Array(16)),
    dueMs: ([OP.open, OP.wait, OP.reopen] as number[]).includes(number)
      ? fc.integer({ min: 1, max: 2 ** 45 })
      : fc.constant(0),
  }),
);

const row = fc.record({
  holderKind: fc.constant(1 as const),
  holderId: bytes(16),
  role,
  basis: bytes(32),
  headSeq: fc.maxSafeNat(),
  headHash: bytes(32),
  generation: fc.nat(),
  keyHash: bytes(32),
  expiresMs: fc.maxSafeNat(),
});

/** name → [arbitrary record, encode, parse]: the same promises hold for every layout. */
const layouts = {
  'identity GENESIS': [
    fc.record({
      deviceSigningKey: bytes(32),
      deviceKemKey: bytes(1216),
      recoverySigningKey: bytes(32),
      archiveKey: bytes(1216),
      displayCommitment: bytes(32),
      archiveNonce: bytes(24),
      archiveBox: bytes(48),
    }),
    encodeIdentityGenesis,
    parseIdentityGenesis,
  ],
  USER_KEY: [
    fc.record({
      generation: fc.nat(),
      publicKey: bytes(1216),
      commitment: bytes(32),
      devices: fc
        .array(fc.record({ deviceId: bytes(16), ciphertext: bytes(1120), box: bytes(48) }), {
          minLength: 1,
          maxLength: 3,
        })
        .map((list) => ascending(list, (item) => item.deviceId)),
      archive: wrap,
    }),
    encodeUserKey,
    parseUserKey,
  ],
  'organisation GENESIS': [
    fc.record({ rootKey: bytes(32), name: fc.string({ minLength: 1, maxLength: 40 }) }),
    encodeOrganisationGenesis,
    parseOrganisationGenesis,
  ],
  ADMINS: [
    fc.record({
      admins: fc
        .array(fc.record({ publicKey: bytes(32), mayAttest: mask }), { minLength: 1, maxLength: 4 })
        .map((list) => ascending(list, (item) => item.publicKey)),
    }),
    encodeAdmins,
    parseAdmins,
  ],
  ATTEST: [
    fc.record({
      subjectKind: fc.constant(2 as const),
      subject: bytes(32),
      role,
      pool: fc.constant(new Uint8Array(16)),
      validToMs: fc.maxSafeNat(),
      claimByMs: fc.integer({ min: 1, max: 2 ** 45 }),
    }),
    encodeAttest,
    parseAttest,
  ],
  CLAIM: [fc.record({ attestHash: bytes(32), genesisHash: bytes(32) }), encodeClaim, parseClaim],
  REVOKE: [
    fc.record({ attestHash: bytes(32), reason: fc.constantFrom(...Object.values(REVOKE_REASON)) }),
    encodeRevoke,
    parseRevoke,
  ],
  SUSPEND: [fc.record({ attestHash: bytes(32), suspended: fc.boolean() }), encodeSuspend, parseSuspend],
  'thread GENESIS': [
    fc.record({
      random: bytes(16),
      caseId: bytes(16),
      lane: fc.constantFrom(1 as const, 2 as const),
      allowedRoles: mask,
      adderRoles: mask,
      clientApproval: fc.boolean(),
      retentionDays: fc.nat(),
      predecessorGenesis: nonZero(32),
      predecessorHead: nonZero(32),
      clientGenesis: bytes(32),
    }),
    encodeThreadGenesis,
    parseThreadGenesis,
  ],
  ROTATE: [
    fc
      .record({
        epoch: fc.nat(),
        reason: fc.constantFrom(1, 2, 3, 4),
        organisations: fc
          .array(fc.record({ genesisHash: bytes(32), headSeq: fc.maxSafeNat(), headHash: bytes(32) }), {
            minLength: 1,
            maxLength: 3,
          })
          .map((list) => ascending(list, (item) => item.genesisHash)),
        rows: fc
          .array(row, { minLength: 1, maxLength: 3 })
          .map((list) => ascending(list, (item) => item.holderId)),
        logAnchor: fc.record({ size: fc.nat(), root: bytes(32) }),
        esCommit: bytes(32),
        one: wrap,
      })
      .map(({ one, ...rest }) => ({ ...rest, wraps: rest.rows.map(() => one) })),
    encodeRotate,
    parseRotate,
  ],
  MESSAGE: [
    fc.record({
      epoch: fc.nat(),
      urgency: fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const),
      ops: fc.array(op, { maxLength: 8 }),
      nonce: bytes(24),
      commit: bytes(32),
      ciphertext: fc.uint8Array({ maxLength: 600 }),
    }),
    encodeMessage,
    parseMessage,
  ],
} as unknown as Readonly<
  Record<string, [fc.Arbitrary<object>, (record: object) => Uint8Array, (body: Uint8Array) => object]>
>;

describe.each(Object.entries(layouts))('%s', (_name, [arbitrary, encode, parse]) => {
  it('reads back what was written, and nothing else', () => {
    fc.assert(
      fc.property(arbitrary, (record) => {
        expect(parse(encode(record))).toMatchObject(record);
      }),
      { numRuns: 30 },
    );
  });

  it('refuses every truncation and every extension', () => {
    fc.assert(
      fc.property(arbitrary, fc.nat(), (record, cut) => {
        const encoded = encode(record);
        expect(() => parse(encoded.slice(0, cut % encoded.length))).toThrow(WireError);
        expect(() => parse(concatBytes(encoded, Uint8Array.of(0)))).toThrow(WireError);
      }),
      { numRuns: 30 },
    );
  });

  it('answers random bytes with a WireError and nothing else', () => {
    fc.assert(
      fc.property(arbitrary, fc.nat(), fc.integer({ min: 1, max: 255 }), (record, at, flip) => {
        const encoded = encode(record);
        const index = at % encoded.length;
        encoded[index] = (encoded[index] ?? 0) ^ flip;
        let reread: object;
        try {
          reread = parse(encoded);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
          return;
        }
        // A byte that still parses must mean something else: no two encodings of one record.
        expect(reread).not.toEqual(parse(encode(record)));
      }),
      { numRuns: 200 },
    );
  });
});

describe('LEAVE and CLOSE', () => {
  it('carry one known reason byte', () => {
    expect(parseReason(encodeReason(LEAVE_REASON.care_ended), LEAVE_REASON)).toBe(LEAVE_REASON.care_ended);
    expect(() => parseReason(encodeReason(9), LEAVE_REASON)).toThrow(new WireError('wire.unknown_reason'));
    expect(() => parseReason(new Uint8Array(0), LEAVE_REASON)).toThrow(new WireError('wire.truncated'));
  });
});

describe('an entry', () => {
  const header = {
    kind: 3 as const,
    type: 3,
    chainId: new Uint8Array(16).fill(1),
    seq: 7,
    prevHash: new Uint8Array(32).fill(2),
    authorUser: new Uint8Array(16).fill(3),
    authorDevice: new Uint8Array(16).fill(4),
    tsMs: 1_790_000_000_000,
  };
  const whole = concatBytes(
    encodeSignedPart(encodeHeader(header), Uint8Array.of(9, 9)),
    new Uint8Array(64).fill(5),
  );

  it('has a header of 104 bytes and keeps the received bytes', () => {
    const entry = parseEntry(whole);
    expect(entry.headerBytes).toHaveLength(LENGTH.header);
    expect(entry.header).toEqual(header);
    expect(entry.bytes).toBe(whole);
    expect(entry.signedBytes).toEqual(whole.slice(0, whole.length - 64));
  });

  it.each([
    ['another magic', 0, 'wire.unknown_magic'],
    ['another suite', 3, 'wire.unknown_magic'],
    ['a kind not given', 4, 'wire.unknown_kind'],
    ['flags', 6, 'wire.reserved_not_zero'],
  ])('with %s is refused', (_name, offset, code) => {
    const changed = whole.slice();
    changed[offset] = 0x7f;
    expect(() => parseEntry(changed)).toThrow(new WireError(code as 'wire.x'));
  });

  it('is a GENESIS exactly at seq 1 of no chain', () => {
    for (const wrong of [
      { type: 1 },
      { seq: 1 },
      { chainId: new Uint8Array(16) },
      { prevHash: new Uint8Array(32) },
      { authorUser: new Uint8Array(16) },
    ]) {
      const bytesOfWrong = concatBytes(
        encodeSignedPart(encodeHeader({ ...header, ...wrong }), new Uint8Array(0)),
        new Uint8Array(64),
      );
      expect(() => parseEntry(bytesOfWrong)).toThrow(new WireError('wire.misplaced_genesis'));
    }
  });

  it('over the body limit is refused before it is read', () => {
    const huge = new Uint8Array(104 + 4 + 98_305 + 64);
    huge.set(encodeHeader(header));
    new DataView(huge.buffer).setUint32(104, 98_305);
    expect(() => parseEntry(huge)).toThrow(new WireError('wire.too_long'));
  });
});
