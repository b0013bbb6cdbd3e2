import * as fc from 'fast-check';
import { z } from 'zod';
import {
  NEWEST_SCHEMA,
  climb,
  encodeEvent,
  exampleOf,
  judgeEvent,
  newestOf,
  parseEvent,
  parseEventText,
  rung,
  type Ladder,
} from '#clinical';

const v1 = z.strictObject({ schema: z.literal(1), mg: z.int().min(1) });
const v2 = z.strictObject({ schema: z.literal(2), ug: z.int().min(1_000) });
const v3 = z.strictObject({ schema: z.literal(3), ug: z.int().min(1_000), route: z.string().nullable() });

/** A made-up event that has had three versions. */
const LADDER: Ladder<z.infer<typeof v3>> = {
  older: [
    rung(v1, ({ mg }) => ({ schema: 2, ug: mg * 1_000 })),
    rung(v2, (older) => ({ ...older, schema: 3, route: null })),
  ],
  newest: v3,
};

describe('an event that has had several versions', () => {
  it('is read as the newest, from whichever it was written in', () => {
    const newest = { ok: true, value: { schema: 3, ug: 150_000, route: null } };
    expect(climb(LADDER, 1, { schema: 1, mg: 150 })).toEqual(newest);
    expect(climb(LADDER, 2, { schema: 2, ug: 150_000 })).toEqual(newest);
    expect(climb(LADDER, 3, { schema: 3, ug: 150_000, route: null })).toEqual(newest);
    expect(newestOf(LADDER)).toBe(3);
  });

  it('is judged by the version it was written in: nothing excused, nothing foreseen', () => {
    expect(climb(LADDER, 1, { schema: 1, mg: 0 })).toMatchObject({ ok: false, issues: [{ path: ['mg'] }] });
    expect(climb(LADDER, 2, { schema: 2, mg: 150 })).toMatchObject({ ok: false });
    expect(climb(LADDER, 1, { schema: 1, mg: 150, route: 'oral' })).toMatchObject({
      ok: false,
      issues: [{ code: 'unrecognized_keys' }],
    });
    expect(climb(LADDER, 2, { schema: 1, mg: 150 })).toMatchObject({ ok: false });
  });

  it('an upgrade that would give something invalid is not trusted either', () => {
    const careless: Ladder<z.infer<typeof v2>> = {
      older: [rung(v1, ({ mg }) => ({ schema: 2, ug: mg }))],
      newest: v2,
    };
    expect(climb(careless, 1, { schema: 1, mg: 150 })).toMatchObject({
      ok: false,
      issues: [{ path: ['ug'] }],
    });
  });

  it('never throws, whatever the content', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 2, 3), fc.jsonValue(), (version, content) => {
        expect(climb(LADDER, version, content).ok).toBe(false);
      }),
    );
  });
});

describe('a referral of version 1', () => {
  const { sensitivity, ...fields } = exampleOf('referral');
  const old = { ...fields, schema: 1 };

  it('is read as version 2, in which nobody has said what is specially protected', () => {
    expect(sensitivity).not.toBeNull();
    expect(NEWEST_SCHEMA.referral).toBe(2);
    expect(parseEvent(old)).toEqual({
      kind: 'event',
      event: { ...fields, schema: 2, sensitivity: null },
      writtenIn: 1,
    });
  });

  it('says in which version it was written, and one of today does not', () => {
    const text = JSON.stringify(old);
    expect(parseEventText(text)).toMatchObject({ kind: 'event', writtenIn: 1 });
    expect(parseEvent(exampleOf('referral'))).not.toHaveProperty('writtenIn');
    const circumstances = {
      authorRole: 'therapist',
      lane: 'clinicians',
      urgency: 'routine',
      ops: [{ op: 'open', responderRole: 'prescriber' }],
    } as const;
    expect(judgeEvent(old, circumstances)).toMatchObject({ kind: 'valid', unasked: [], writtenIn: 1 });
    expect(judgeEvent(exampleOf('referral'), circumstances)).not.toHaveProperty('writtenIn');
  });

  it('is held to the rules it was written under', () => {
    expect(parseEvent({ ...old, indications: [] })).toMatchObject({
      kind: 'invalid',
      reasons: [{ path: 'indications' }],
    });
    expect(parseEvent({ ...old, assessed_on: '2026-11-25' })).toMatchObject({
      reasons: [{ path: 'assessed_on' }],
    });
    expect(parseEvent({ ...old, sensitivity: [] })).toMatchObject({
      kind: 'unreadable',
      because: 'unknown_fields',
    });
  });

  it('cannot be passed off as version 2, nor version 2 as version 1', () => {
    expect(parseEvent({ ...old, schema: 2 })).toMatchObject({
      kind: 'invalid',
      reasons: [{ path: 'sensitivity' }],
    });
    expect(parseEvent({ ...exampleOf('referral'), schema: 1 })).toMatchObject({ kind: 'unreadable' });
  });

  it('is written again only as version 2', () => {
    const read = parseEvent(old);
    if (read.kind !== 'event') throw new Error('not read');
    expect(JSON.parse(encodeEvent(read.event))).toMatchObject({ schema: 2 });
  });
});
