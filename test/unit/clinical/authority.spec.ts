import {
  AUTHORS,
  EVENT_TYPES,
  LANES,
  ROLES,
  VERDICT_WORDS,
  checkAuthority,
  checkLane,
  exampleOf,
  judgeEvent,
  type Circumstances,
  type EventType,
  type RoleWord,
} from '#clinical';
import { heldAdjustment, seriousOutcome } from './samples.js';

/** Written out a second time, so that a change of the table is a decision and not a slip. */
const MAY_SIGN: Readonly<Record<RoleWord, readonly EventType[]>> = {
  therapist: ['note', 'referral', 'dose_adjustment_request', 'dose_read_back', 'session_outcome'],
  prescriber: ['note', 'eligibility_decision', 'dose_order', 'dose_adjustment', 'session_outcome'],
  client: ['note', 'dose_read_back'],
  coordinator: ['note'],
  director: ['note'],
  records_officer: ['note'],
};
const MATRIX = ROLES.flatMap((role) => EVENT_TYPES.map((type) => [role, type] as const));

describe('authority', () => {
  it.each(MATRIX)('a %s and a %s', (role, type) => {
    const verdict = checkAuthority(type, role);
    expect(verdict.ok).toBe(MAY_SIGN[role].includes(type));
    if (!verdict.ok) expect(verdict.code).toBe('authority.role_not_permitted');
  });

  it('gives decisions about eligibility and dose to a prescriber and to nobody else', () => {
    for (const type of ['eligibility_decision', 'dose_order', 'dose_adjustment'] as const) {
      expect(AUTHORS[type]).toEqual(['prescriber']);
    }
  });
});

describe('lanes', () => {
  const ONLY_CARE_TEAM: readonly EventType[] = [
    'eligibility_decision',
    'dose_order',
    'dose_adjustment',
    'dose_read_back',
  ];

  it.each(EVENT_TYPES)('a %s stands where the client can see it if the client must act on it', (type) => {
    const event = exampleOf(type);
    const [author = 'therapist'] = AUTHORS[type];
    expect(checkLane(event, author, 'care_team')).toEqual({ ok: true });
    const verdict = checkLane(event, author, 'clinicians');
    expect(verdict.ok).toBe(!ONLY_CARE_TEAM.includes(type));
    if (!verdict.ok) expect(verdict.code).toBe('lane.client_must_see');
  });

  it.each(['referral', 'dose_adjustment_request', 'session_outcome'] as const)(
    'a %s without words for the client stays in the clinicians lane',
    (type) => {
      const event = { ...exampleOf(type), client_text: null };
      expect(checkLane(event, 'therapist', 'clinicians').ok).toBe(true);
      expect(checkLane(event, 'therapist', 'care_team')).toMatchObject({ code: 'lane.client_text_missing' });
    },
  );

  it('a client writes nothing in the clinicians lane', () => {
    expect(checkLane(exampleOf('note'), 'client', 'clinicians')).toMatchObject({
      code: 'lane.client_excluded',
    });
    expect(checkLane(exampleOf('note'), 'client', 'care_team').ok).toBe(true);
  });
});

describe('judgeEvent', () => {
  const order = exampleOf('dose_order');
  const readBacks = [
    { op: 'open', responderRole: 'therapist' },
    { op: 'open', responderRole: 'client' },
  ] as const;
  const usual: Circumstances = {
    authorRole: 'prescriber',
    lane: 'care_team',
    urgency: 'routine',
    ops: readBacks,
  };

  it("lets a prescriber's dose order with both read-backs count", () => {
    expect(judgeEvent(order, usual)).toEqual({ kind: 'valid', event: order, unasked: [] });
  });

  it.each(ROLES.filter((role) => role !== 'prescriber'))(
    'never lets a decision signed by a %s count',
    (authorRole) => {
      for (const event of [order, exampleOf('dose_adjustment'), exampleOf('eligibility_decision')]) {
        expect(judgeEvent(event, { ...usual, authorRole })).toMatchObject({
          kind: 'refused',
          event,
          code: 'authority.role_not_permitted',
        });
      }
    },
  );

  it.each([
    ['in the lane the client cannot read', { lane: 'clinicians' }, 'lane.client_must_see'],
    [
      'asking a director to read back',
      { ops: [{ op: 'open', responderRole: 'director' }] },
      'pair.responder_not_permitted',
    ],
    [
      'acknowledging something',
      { ops: [...readBacks, { op: 'ack', responderRole: 'prescriber' }] },
      'pair.op_not_permitted',
    ],
  ] as const)('refuses a dose order %s', (_name, change, code) => {
    expect(judgeEvent(order, { ...usual, ...change })).toMatchObject({ kind: 'refused', code });
  });

  it('judges the urgency of the entry against the content of the event', () => {
    const asked = {
      authorRole: 'therapist',
      lane: 'care_team',
      ops: [{ op: 'open', responderRole: 'prescriber' }],
    } as const;
    expect(judgeEvent(seriousOutcome, { ...asked, urgency: 'soon' })).toMatchObject({
      code: 'pair.urgency_too_low',
    });
    expect(judgeEvent(seriousOutcome, { ...asked, urgency: 'urgent' }).kind).toBe('valid');
  });

  it('names the roles whose answer was not asked for', () => {
    expect(judgeEvent(order, { ...usual, ops: readBacks.slice(0, 1) })).toMatchObject({
      unasked: ['client'],
    });
    expect(judgeEvent(heldAdjustment, { ...usual, ops: [] })).toMatchObject({
      unasked: ['therapist', 'client'],
    });
    expect(judgeEvent(seriousOutcome, { ...usual, authorRole: 'therapist', ops: [] })).toMatchObject({
      kind: 'valid',
      unasked: ['prescriber'],
    });
    expect(judgeEvent(exampleOf('note'), { ...usual, ops: [] })).toMatchObject({ unasked: [] });
  });

  it('hands on what parseEvent says about anything that is no event', () => {
    expect(judgeEvent({ event: 'hold', schema: 1 }, usual)).toMatchObject({ kind: 'unreadable' });
    expect(judgeEvent({ ...order, regimen: null }, usual)).toMatchObject({
      kind: 'invalid',
      name: 'dose_order',
    });
    expect(judgeEvent('order', usual)).toMatchObject({ kind: 'invalid', name: null });
  });

  it('has one sentence for every code', () => {
    const sentences = Object.values(VERDICT_WORDS);
    expect(new Set(sentences).size).toBe(sentences.length);
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].{20,}\.$/u);
  });

  it('knows two lanes', () => {
    expect(LANES).toEqual(['care_team', 'clinicians']);
  });
});
