import {
  AUTHORS,
  EVENT_TYPES,
  LANES,
  ROLES,
  VERDICT_WORDS,
  checkAuthority,
  checkAuthorship,
  checkLane,
  exampleOf,
  judgeEvent,
  parseEvent,
  type Circumstances,
  type ClinicalEvent,
  type EventType,
  type RoleWord,
} from '#clinical';
import { heldAdjustment, seriousOutcome } from './samples.js';

/** Written out a second time, so that a change of the table is a decision and not a slip. */
const ANYBODY: readonly EventType[] = ['note', 'hold', 'safety_flag', 'addendum'];
const CLINICIAN: readonly EventType[] = [
  'information_request',
  'consent_recorded',
  'session_start_check',
  'session_outcome',
  'vitals_alert',
  'adverse_event',
  'integration_done',
  'scale_result',
  'medication_change',
  'follow_up_summary',
  'maintenance_plan',
  'coverage_handover',
  'discharge',
];
const MAY_SIGN: Readonly<Record<RoleWord, readonly EventType[]>> = {
  therapist: [
    ...ANYBODY,
    ...CLINICIAN,
    'referral',
    'preparation_ready',
    'dose_adjustment_request',
    'dose_read_back',
  ],
  prescriber: [
    ...ANYBODY,
    ...CLINICIAN,
    'eligibility_decision',
    'dose_order',
    'dose_adjustment',
    'hold_release',
  ],
  client: [
    ...ANYBODY,
    'consent_recorded',
    'preparation_ready',
    'dose_read_back',
    'vitals_alert',
    'adverse_event',
    'scale_result',
    'medication_change',
  ],
  coordinator: ANYBODY,
  director: ANYBODY,
  records_officer: ANYBODY,
};
const MATRIX = ROLES.flatMap((role) => EVENT_TYPES.map((type) => [role, type] as const));

describe('authority', () => {
  it.each(MATRIX)('a %s and a %s', (role, type) => {
    const verdict = checkAuthority(type, role);
    expect(verdict.ok).toBe(MAY_SIGN[role].includes(type));
    if (!verdict.ok) expect(verdict.code).toBe('authority.role_not_permitted');
  });

  it('gives decisions about eligibility and dose, and the end of a hold, to a prescriber and to nobody else', () => {
    for (const type of ['eligibility_decision', 'dose_order', 'dose_adjustment', 'hold_release'] as const) {
      expect(AUTHORS[type]).toEqual(['prescriber']);
    }
  });
});

describe('authorship', () => {
  const signedHere = { ...exampleOf('consent_recorded'), method: 'signed_here' as const };

  it("nobody gives another's signature: signed_here is the client's alone", () => {
    expect(checkAuthorship(signedHere, 'client')).toEqual({ ok: true });
    for (const role of ['therapist', 'prescriber'] as const) {
      expect(checkAuthorship(signedHere, role)).toMatchObject({ code: 'authority.word_of_another' });
      expect(checkAuthorship(exampleOf('consent_recorded'), role)).toEqual({ ok: true });
    }
  });

  it.each(['maintenance_plan', 'discharge'] as const)(
    "a %s holds one assent by signature at most: its author's own",
    (type) => {
      const plan = exampleOf(type);
      expect(checkAuthorship(plan, 'prescriber')).toEqual({ ok: true });
      expect(checkAuthorship(plan, 'therapist')).toMatchObject({ code: 'authority.word_of_another' });
      const inTheNameOfTheClient = { ...plan, assents: { ...plan.assents, client: plan.assents.prescriber } };
      expect(checkAuthorship(inTheNameOfTheClient, 'prescriber')).toMatchObject({
        code: 'authority.word_of_another',
      });
    },
  );

  it('a duty is handed over by somebody whose duty it is', () => {
    const cover = exampleOf('coverage_handover');
    expect(checkAuthorship(cover, 'therapist')).toEqual({ ok: true });
    expect(checkAuthorship(cover, 'prescriber')).toMatchObject({ code: 'authority.duty_of_another' });
    expect(checkAuthorship({ ...cover, role: 'prescriber' }, 'prescriber')).toEqual({ ok: true });
  });

  it('asks the table first', () => {
    expect(checkAuthorship(exampleOf('coverage_handover'), 'client')).toMatchObject({
      code: 'authority.role_not_permitted',
    });
  });

  it('counts in the judgement of an entry, so that such an entry decides nothing', () => {
    const usual = { authorRole: 'therapist', lane: 'care_team', urgency: 'routine', ops: [] } as const;
    expect(judgeEvent(signedHere, usual)).toMatchObject({
      kind: 'refused',
      code: 'authority.word_of_another',
    });
  });
});

describe('lanes', () => {
  const ONLY_CARE_TEAM: readonly EventType[] = [
    'eligibility_decision',
    'dose_order',
    'dose_adjustment',
    'dose_read_back',
    'consent_recorded',
    'preparation_ready',
    'hold',
    'hold_release',
    'session_start_check',
    'maintenance_plan',
    'discharge',
  ];

  it.each(EVENT_TYPES)('a %s stands where the client can see it if the client must act on it', (type) => {
    const event = exampleOf(type);
    const [author = 'therapist'] = AUTHORS[type];
    expect(checkLane(event, author, 'care_team')).toEqual({ ok: true });
    const verdict = checkLane(event, author, 'clinicians');
    expect(verdict.ok).toBe(!ONLY_CARE_TEAM.includes(type));
    if (!verdict.ok) expect(verdict.code).toBe('lane.client_must_see');
  });

  const CAN_DO_WITHOUT: readonly EventType[] = ['hold', 'vitals_alert', 'adverse_event', 'safety_flag'];
  const WITH_WORDS = EVENT_TYPES.filter((type) => {
    const event = exampleOf(type);
    return 'client_text' in event && parseEvent({ ...event, client_text: null }).kind === 'event';
  });

  it.each(WITH_WORDS.filter((type) => !CAN_DO_WITHOUT.includes(type)))(
    'a %s without words for the client does not stand in the care-team lane',
    (type) => {
      const event = { ...exampleOf(type), client_text: null } as ClinicalEvent;
      expect(checkLane(event, 'therapist', 'care_team')).toMatchObject({ code: 'lane.client_text_missing' });
    },
  );

  it.each(CAN_DO_WITHOUT)(
    'a %s counts without words for the client: no alarm is refused for want of a sentence',
    (type) => {
      expect(WITH_WORDS).toContain(type);
      const event = { ...exampleOf(type), client_text: null } as ClinicalEvent;
      expect(checkLane(event, 'therapist', 'care_team')).toEqual({ ok: true });
    },
  );

  it('a client owes himself no words', () => {
    const own = { ...exampleOf('scale_result'), client_text: null };
    expect(checkLane(own, 'client', 'care_team')).toEqual({ ok: true });
    expect(checkLane(own, 'therapist', 'care_team')).toMatchObject({ code: 'lane.client_text_missing' });
  });

  it('who asks the client asks where the client reads', () => {
    const asked = { ...exampleOf('information_request'), asked_of: 'client' as const };
    expect(checkLane(asked, 'prescriber', 'care_team')).toEqual({ ok: true });
    expect(checkLane(asked, 'prescriber', 'clinicians')).toMatchObject({ code: 'lane.client_must_see' });
  });

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
    expect(judgeEvent({ event: 'unheard_of', schema: 1 }, usual)).toMatchObject({ kind: 'unreadable' });
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
