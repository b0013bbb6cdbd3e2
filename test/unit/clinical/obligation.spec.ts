import {
  AUTHORS,
  EVENT_TYPES,
  OBLIGATION_OPS,
  OBLIGATION_TABLE,
  ROLES,
  URGENCIES,
  answersTo,
  checkObligationPair,
  exampleOf,
  expectedOpens,
  openingOf,
  type ClinicalEvent,
  type EventType,
  type ObligationOpWord,
  type ObligationPair,
  type RoleWord,
  type UrgencyWord,
} from '#clinical';
import { OTHER_REF, REF, heldAdjustment, seriousOutcome } from './samples.js';

/** The table written out a second time, so that a change of it is a decision and not a slip. */
const OPS: Readonly<Record<EventType, readonly ObligationOpWord[]>> = {
  note: OBLIGATION_OPS,
  referral: ['open', 'answer', 'withdraw'],
  information_request: ['open', 'wait', 'answer', 'withdraw'],
  eligibility_decision: ['open', 'answer', 'withdraw'],
  consent_recorded: ['open', 'answer', 'withdraw'],
  preparation_ready: ['open', 'answer', 'withdraw'],
  dose_order: ['open', 'answer', 'withdraw'],
  dose_adjustment_request: ['open', 'withdraw'],
  dose_adjustment: ['open', 'answer', 'withdraw'],
  dose_read_back: ['answer'],
  hold: ['open', 'answer'],
  hold_release: ['open', 'answer'],
  session_start_check: ['open', 'answer', 'withdraw'],
  vitals_alert: ['open', 'withdraw'],
  session_outcome: ['open', 'answer', 'withdraw'],
  adverse_event: ['open', 'answer', 'withdraw'],
  integration_done: ['open', 'answer', 'withdraw'],
  scale_result: ['open', 'answer', 'withdraw'],
  safety_flag: ['open', 'withdraw'],
  medication_change: ['open', 'answer', 'withdraw'],
  follow_up_summary: ['open', 'answer', 'withdraw'],
  maintenance_plan: ['open', 'answer', 'withdraw'],
  coverage_handover: ['open', 'withdraw'],
  discharge: ['open', 'answer', 'withdraw'],
  addendum: ['answer'],
};
/** Whom the example of each event may ask, and how urgently at least; empty where it asks nothing. */
const ASKED: Readonly<Record<EventType, readonly RoleWord[]>> = {
  note: ROLES,
  referral: ['prescriber'],
  information_request: ['therapist'],
  eligibility_decision: ['therapist', 'client'],
  consent_recorded: [],
  preparation_ready: ['prescriber'],
  dose_order: ['therapist', 'client'],
  dose_adjustment_request: ['prescriber'],
  dose_adjustment: ['therapist', 'client'],
  dose_read_back: [],
  hold: ['therapist', 'prescriber'],
  hold_release: ['therapist', 'client'],
  session_start_check: ['client'],
  vitals_alert: ['prescriber'],
  session_outcome: ['prescriber'],
  adverse_event: ['prescriber'],
  integration_done: ['prescriber'],
  scale_result: ['therapist', 'prescriber'],
  safety_flag: ['therapist', 'prescriber'],
  medication_change: ['prescriber'],
  follow_up_summary: ['therapist', 'prescriber'],
  maintenance_plan: ['client', 'therapist'],
  coverage_handover: ['therapist'],
  discharge: ['client', 'therapist'],
  addendum: [],
};
const LOWEST: Partial<Record<EventType, UrgencyWord>> = {
  session_start_check: 'soon',
  vitals_alert: 'emergent',
  adverse_event: 'soon',
  scale_result: 'urgent',
  safety_flag: 'urgent',
};

function author(event: ClinicalEvent): RoleWord {
  return AUTHORS[event.event][0] ?? 'client';
}

function judge(event: ClinicalEvent, pair: Partial<ObligationPair> & Pick<ObligationPair, 'op'>): string {
  const whole: ObligationPair = { urgency: 'routine', responderRole: null, ...pair };
  const verdict = checkObligationPair(event, author(event), whole);
  return verdict.ok ? 'ok' : verdict.code;
}

const PAIRS = EVENT_TYPES.flatMap((type) => OBLIGATION_OPS.map((op) => [type, op] as const));

describe('the table', () => {
  it.each(PAIRS)('%s × %s', (type, op) => {
    const responderRole = ['open', 'ack', 'hand_over'].includes(op) ? (ASKED[type][0] ?? 'therapist') : null;
    const urgency = LOWEST[type] ?? 'routine';
    const permitted = op === 'open' && ASKED[type].length === 0 ? 'pair.nothing_asked' : 'ok';
    expect(judge(exampleOf(type), { op, responderRole, urgency })).toBe(
      OPS[type].includes(op) ? permitted : 'pair.op_not_permitted',
    );
  });

  it.each(EVENT_TYPES)('an open with %s asks only the roles that can answer it', (type) => {
    for (const responderRole of ROLES) {
      const expected = !OPS[type].includes('open')
        ? 'pair.op_not_permitted'
        : ASKED[type].length === 0
          ? 'pair.nothing_asked'
          : ASKED[type].includes(responderRole)
            ? 'ok'
            : 'pair.responder_not_permitted';
      const urgency = LOWEST[type] ?? 'routine';
      expect(judge(exampleOf(type), { op: 'open', responderRole, urgency })).toBe(expected);
    }
  });

  it('asks the author first: a pair never excuses a wrong role', () => {
    const verdict = checkObligationPair(exampleOf('dose_order'), 'therapist', {
      op: 'open',
      urgency: 'routine',
      responderRole: 'client',
    });
    expect(verdict).toMatchObject({ ok: false, code: 'authority.role_not_permitted' });
  });

  it('an op that needs a role does not go without', () => {
    for (const op of ['open', 'ack', 'hand_over'] as const) {
      expect(judge(exampleOf('note'), { op })).toBe('pair.responder_missing');
    }
  });

  it('every event that opens names somebody, and every row names a known urgency', () => {
    for (const row of Object.values(OBLIGATION_TABLE)) {
      expect(row.responders.length > 0).toBe(row.ops.includes('open'));
      expect(URGENCIES).toContain(row.lowestUrgency);
    }
  });
});

describe('urgency', () => {
  it('an urgent session outcome is opened urgently or not at all', () => {
    const answers = URGENCIES.map((urgency) =>
      judge(seriousOutcome, { op: 'open', urgency, responderRole: 'prescriber' }),
    );
    expect(answers).toEqual(['pair.urgency_too_low', 'pair.urgency_too_low', 'ok', 'ok']);
  });

  it('an outcome that asks nothing opens nothing', () => {
    for (const ask of ['none', 'fyi'] as const) {
      const event = { ...exampleOf('session_outcome'), ask };
      expect(judge(event, { op: 'open', responderRole: 'prescriber' })).toBe('pair.nothing_asked');
      expect(expectedOpens(event)).toEqual([]);
      expect(openingOf(event)).toBeNull();
    }
  });

  it('asking again is no less urgent than asking was', () => {
    const opened = { ref: REF, event: seriousOutcome };
    expect(judge(exampleOf('note'), { op: 'reopen', opened })).toBe('pair.urgency_too_low');
    expect(judge(exampleOf('note'), { op: 'reopen', opened, urgency: 'urgent' })).toBe('ok');
    expect(judge(exampleOf('note'), { op: 'reopen' })).toBe('ok');
  });
});

describe('answers', () => {
  const order = { ref: REF, event: exampleOf('dose_order') };
  const readBack = { ...exampleOf('dose_read_back'), decision: REF };

  it('a dose order is answered by the read-back of that order and that total, by nothing else', () => {
    expect(judge(readBack, { op: 'answer', opened: order })).toBe('ok');
    expect(judge({ ...readBack, total_ug: 150_001 }, { op: 'answer', opened: order })).toBe(
      'read_back.total_differs',
    );
    expect(judge({ ...readBack, decision: OTHER_REF }, { op: 'answer', opened: order })).toBe(
      'read_back.other_decision',
    );
    expect(judge(exampleOf('note'), { op: 'answer', opened: order })).toBe('pair.not_an_answer');
  });

  it('a held treatment is answered in words, because there is no total', () => {
    const opened = { ref: REF, event: heldAdjustment };
    expect(judge(exampleOf('note'), { op: 'answer', opened })).toBe('ok');
    expect(judge(readBack, { op: 'answer', opened })).toBe('pair.not_an_answer');
  });

  it('a request is answered by an adjustment or by a note that says why not', () => {
    const opened = { ref: REF, event: exampleOf('dose_adjustment_request') };
    expect(judge(exampleOf('dose_adjustment'), { op: 'answer', opened })).toBe('ok');
    expect(judge(exampleOf('note'), { op: 'answer', opened })).toBe('ok');
    expect(judge(exampleOf('dose_order'), { op: 'answer', opened })).toBe('pair.not_an_answer');
  });

  it('a referral is answered by an eligibility decision or by asking back', () => {
    const opened = { ref: REF, event: exampleOf('referral') };
    expect(judge(exampleOf('eligibility_decision'), { op: 'answer', opened })).toBe('ok');
    expect(judge(exampleOf('note'), { op: 'answer', opened })).toBe('ok');
    expect(judge(exampleOf('session_outcome'), { op: 'answer', opened })).toBe('pair.not_an_answer');
  });

  it.each(EVENT_TYPES)(
    'whatever answers a %s may answer by the table, and somebody asked may sign it',
    (type) => {
      const opened = exampleOf(type);
      const asked = OBLIGATION_TABLE[type].responders;
      for (const answer of answersTo(opened)) {
        expect(OBLIGATION_TABLE[answer].ops).toContain('answer');
        expect(AUTHORS[answer].some((role) => asked.includes(role))).toBe(true);
      }
      for (const role of asked) {
        expect(answersTo(opened).some((answer) => AUTHORS[answer].includes(role))).toBe(true);
      }
      expect(answersTo(opened).length > 0).toBe(OBLIGATION_TABLE[type].ops.includes('open'));
    },
  );

  it('what one role owes is not handed to a role that cannot give it', () => {
    const opened = { ref: REF, event: exampleOf('referral') };
    const handOver = (responderRole: RoleWord) =>
      judge(exampleOf('note'), { op: 'hand_over', responderRole, opened });
    expect(handOver('prescriber')).toBe('ok');
    expect(handOver('client')).toBe('pair.responder_not_permitted');
    expect(judge(exampleOf('note'), { op: 'hand_over', responderRole: 'coordinator' })).toBe('ok');
  });
});

describe('expectedOpens', () => {
  it.each(EVENT_TYPES)('of a %s are the ones the table asks, at its urgency', (type) => {
    const expected = expectedOpens(exampleOf(type));
    const roles = type === 'note' ? [] : ASKED[type];
    expect(expected.map(({ responderRole }) => responderRole)).toEqual(roles);
    for (const { responderRole, lowestUrgency } of expected) {
      expect(lowestUrgency).toBe(LOWEST[type] ?? 'routine');
      expect(judge(exampleOf(type), { op: 'open', responderRole, urgency: lowestUrgency })).toBe('ok');
    }
  });

  it('an urgent outcome is offered as urgent', () => {
    expect(expectedOpens(seriousOutcome)).toEqual([{ responderRole: 'prescriber', lowestUrgency: 'urgent' }]);
  });
});
