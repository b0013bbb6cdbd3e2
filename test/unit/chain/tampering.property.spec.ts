import fc from 'fast-check';
import { applyIdentity, applyOrganisation, applyThread, type Verdict } from '#chain';
import { OP, concatBytes } from '#protocol';
import { HOUR, T0, newCase, newPerson, op, type TestCase } from '../../support/chain.factories.js';
import { flipBit, newKey } from '../../support/chain.signer.js';

type Judged = { readonly ok: true } | { readonly ok: false; readonly verdict: Verdict };

/** One entry of every record there is, each with the judge that holds the state right before it. */
interface Sample {
  readonly record: string;
  readonly bytes: Uint8Array;
  readonly judge: (bytes: Uint8Array) => Judged;
}

function identitySamples(): readonly Sample[] {
  const person = newPerson();
  const [genesis = new Uint8Array(0)] = person.entries;
  return [
    { record: 'identity GENESIS', bytes: genesis, judge: (bytes) => applyIdentity(undefined, bytes) },
    { record: 'USER_KEY', bytes: person.userKey(), judge: (bytes) => applyIdentity(person.state, bytes) },
  ];
}

function organisationSamples({ organisation, bases }: TestCase): readonly Sample[] {
  const key = newKey();
  const attestHash = organisation.accept(organisation.invite(key));
  const { state } = organisation;
  const judge = (bytes: Uint8Array): Judged => applyOrganisation(state, bytes);
  return [
    {
      record: 'organisation GENESIS',
      bytes: organisation.genesis(),
      judge: (bytes) => applyOrganisation(undefined, bytes),
    },
    { record: 'ADMINS', bytes: organisation.admins(), judge },
    { record: 'ATTEST', bytes: organisation.attest({ subject: state.genesisHash }), judge },
    { record: 'CLAIM', bytes: organisation.claim(attestHash, { key, person: newPerson() }), judge },
    { record: 'REVOKE', bytes: organisation.revoke(bases.client), judge },
    { record: 'SUSPEND', bytes: organisation.suspend(bases.client, true), judge },
  ];
}

/** A thread GENESIS is judged with ROTATE 1, as the rule says: alone it is only well-formed. */
function foundingSample({ thread, world }: TestCase): Sample {
  const [genesis = new Uint8Array(0), rotate = new Uint8Array(0)] = thread.entries;
  return {
    record: 'thread GENESIS',
    bytes: genesis,
    judge: (bytes) => {
      const founded = applyThread(undefined, bytes, world);
      return founded.ok ? applyThread(founded.state, rotate, world) : founded;
    },
  };
}

function threadSamples(made: TestCase): readonly Sample[] {
  const { thread, therapist, prescriber, client } = made;
  const ops = [op(OP.open, { responder: prescriber.state.chainId, dueMs: T0 + HOUR })];
  const judge = (bytes: Uint8Array): Judged => thread.apply(bytes);
  return [
    foundingSample(made),
    { record: 'ROTATE', bytes: thread.rotate(therapist), judge },
    { record: 'MESSAGE', bytes: thread.message(client), judge },
    { record: 'MESSAGE with ops', bytes: thread.message(client, { ops }), judge },
    { record: 'LEAVE', bytes: thread.leave(client), judge },
    { record: 'CLOSE', bytes: thread.close(therapist), judge },
  ];
}

const made = newCase();
const SAMPLES = [...identitySamples(), ...threadSamples(made), ...organisationSamples(made)];
const NAMED = SAMPLES.map((sample) => [sample.record, sample] as const);

describe.each(NAMED)('%s', (_record, { bytes, judge }) => {
  it('is accepted as it is', () => {
    expect(judge(bytes)).toMatchObject({ ok: true });
  });

  it('is refused with any bit turned', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        expect(judge(flipBit(bytes, bit)).ok).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  it('is refused with every byte of its header, lengths and signature changed, one by one', () => {
    const places = [
      ...Array(108).keys(),
      ...Array.from({ length: 64 }, (_, back) => bytes.length - 1 - back),
    ];
    for (const place of places) expect(judge(flipBit(bytes, place * 8 + (place % 8))).ok).toBe(false);
  });

  it('is refused at every shorter length and with anything behind it', () => {
    const step = Math.max(1, Math.floor(bytes.length / 150));
    for (let length = 0; length < bytes.length; length += step) {
      expect(judge(bytes.slice(0, length))).toMatchObject({ ok: false, verdict: { kind: 'malformed' } });
    }
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (tail) => {
        expect(judge(concatBytes(bytes, tail)).ok).toBe(false);
      }),
      { numRuns: 30 },
    );
  });

  it('is refused, never a crash, when stretches of it are overwritten, cut out or doubled', () => {
    const edit = fc.record({
      kind: fc.constantFrom('overwrite', 'cut', 'double'),
      at: fc.nat(bytes.length - 1),
      junk: fc.uint8Array({ minLength: 1, maxLength: 24 }),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        const mutated = edits.reduce(applyEdit, bytes);
        fc.pre(!same(mutated, bytes));
        expect(judge(mutated).ok).toBe(false);
      }),
      { numRuns: 150 },
    );
  });
});

function applyEdit(
  bytes: Uint8Array,
  { kind, at, junk }: { readonly kind: string; readonly at: number; readonly junk: Uint8Array },
): Uint8Array {
  const [before, hit, after] = [
    bytes.slice(0, at),
    bytes.slice(at, at + junk.length),
    bytes.slice(at + junk.length),
  ];
  if (kind === 'overwrite') return concatBytes(before, junk, after);
  return kind === 'cut' ? concatBytes(before, after) : concatBytes(before, hit, hit, after);
}

function same(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}

describe('bytes from nowhere', () => {
  it('are a verdict in every chain, never a crash and never accepted', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.boolean(), (noise, dressed) => {
        const magic = Uint8Array.of(0x54, 0x52, 0x49, 0x01, 0x03);
        const bytes = dressed ? concatBytes(magic, noise) : noise;
        for (const { judge } of SAMPLES) {
          expect(judge(bytes)).toMatchObject({ ok: false, verdict: { kind: 'malformed' } });
        }
      }),
      { numRuns: 200 },
    );
  });

  it('may be a view into a larger buffer: only the view is read', () => {
    for (const { bytes, judge } of SAMPLES) {
      const padded = concatBytes(Uint8Array.of(1, 2, 3), bytes, Uint8Array.of(4, 5, 6));
      expect(judge(padded.subarray(3, 3 + bytes.length)).ok).toBe(true);
    }
  });
});
