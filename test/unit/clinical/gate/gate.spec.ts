import {
  GATE_WORDS,
  askGate,
  conditionPart,
  draftStartCheck,
  exampleOf,
  parseEvent,
  type EventOf,
  type GateReasonCode,
  type GateRequest,
} from '#clinical';
import {
  CALM,
  Chronicle,
  PEOPLE,
  mistakenRelease,
  plan,
  readyCase,
  reasons,
  release,
  requestFor,
} from '../fold/chronicle.js';

type Ready = ReturnType<typeof readyCase>;

function sessionIn(chronicle: Chronicle, session: Partial<GateRequest['session']>): Partial<GateRequest> {
  return { session: { ...requestFor(chronicle, 1).session, ...session } };
}

/** A ready case, and then one thing. */
function after(happens: (chronicle: Ready) => void): Ready {
  const chronicle = readyCase();
  happens(chronicle);
  return chronicle;
}

const decide = (chronicle: Ready, fields: Partial<EventOf<'eligibility_decision'>>) =>
  chronicle.say('prescriber', 'eligibility_decision', {
    ...CALM.eligible,
    conditions: [],
    supersedes: chronicle.refs.eligibility,
    ...fields,
  });

/** A new plan that both have read back. */
const order = (chronicle: Ready, fields: Partial<EventOf<'dose_order'>['regimen']>) => {
  const ref = chronicle.say('prescriber', 'dose_adjustment', {
    supersedes: chronicle.refs.dose,
    axes_changed: ['dose', 'frequency', 'modality', 'in_session_booster'],
    regimen: { ...plan(chronicle), ...fields },
  });
  chronicle.say('therapist', 'dose_read_back', { decision: ref, total_ug: 150_000 });
  chronicle.say('client', 'dose_read_back', { decision: ref, total_ug: 150_000 });
  return ref;
};

describe('The gate', () => {
  it('is green when everything is on record', () => {
    expect(reasons(readyCase())).toEqual([]);
    const chronicle = readyCase();
    expect(askGate(chronicle.state(), requestFor(chronicle, 1)).verdict).toBe('go');
  });

  it('is red for a case of which nothing is known', () => {
    expect(askGate(new Chronicle().state(), requestFor(new Chronicle(), 1)).verdict).toBe('no_go');
  });

  const reds: readonly (readonly [GateReasonCode, Ready, Partial<GateRequest>?])[] = [
    [
      'eligibility_refused',
      after((c) => decide(c, { decision: 'withdrawn', permitted_modalities: [], session_cap: null })),
    ],
    ['eligibility_conflict', after((c) => decide(c, { supersedes: c.refs.dose }))],
    [
      'eligibility_expired',
      after((c) => {
        decide(c, { valid_until: c.later(1) });
        c.nowMs += 3 * 86_400_000;
      }),
    ],
    [
      'basis_ended',
      after((c) =>
        decide(c, {
          prescribing_basis: {
            kind: 'other',
            examined_on: null,
            rule: { name: 'SYNTHETIC EXAMPLE', dated_on: '2020-01-01', ends_on: '2026-03-01' },
          },
        }),
      ),
    ],
    ['cap_ended', after((c) => decide(c, { session_cap: { sessions: 6, until: '2026-03-01' } }))],
    ['modality_not_permitted', after((c) => decide(c, { permitted_modalities: ['in_clinic_group'] }))],
    [
      'condition_open',
      after((c) =>
        decide(c, {
          decision: 'eligible_with_conditions',
          conditions: [{ text: 'SYNTHETIC EXAMPLE', owner: 'client', due_on: '2027-01-01' }],
        }),
      ),
    ],
    ['dose_conflict', after((c) => c.say('prescriber', 'dose_order', { regimen: plan(c) }))],
    [
      'dose_held',
      after((c) =>
        c.say('prescriber', 'dose_adjustment', {
          supersedes: c.refs.dose,
          axes_changed: ['hold'],
          regimen: null,
        }),
      ),
    ],
    [
      'dose_stopped',
      after((c) =>
        c.say('prescriber', 'dose_adjustment', {
          supersedes: c.refs.dose,
          axes_changed: ['stop'],
          regimen: null,
        }),
      ),
    ],
    [
      'dose_expired',
      after((c) => {
        order(c, { expires_on: c.later(1) });
        c.nowMs += 3 * 86_400_000;
      }),
    ],
    ['dose_too_early', after((c) => order(c, { earliest_start: c.later(5) }))],
    ['dose_other_modality', after((c) => order(c, { modality: 'in_clinic_group' }))],
    ['dose_undeclared', after((c) => order(c, { route: 'buccal' }))],
    [
      'read_back_missing',
      after((c) => c.say('prescriber', 'dose_adjustment', { supersedes: c.refs.dose, regimen: plan(c) })),
    ],
    [
      'read_back_differs',
      after((c) => c.say('client', 'dose_read_back', { decision: c.refs.dose, total_ug: 15_000 })),
    ],
    [
      'consent_refused',
      after((c) =>
        c.say('client', 'consent_recorded', {
          ...CALM.consent,
          scopes: ['treatment_with_ketamine'],
          action: 'withdrawn',
          valid_until: null,
        }),
      ),
    ],
    [
      'consent_missing',
      after((c) =>
        c.say('client', 'consent_recorded', {
          ...CALM.consent,
          scopes: ['touch'],
          supersedes: c.refs.consent,
        }),
      ),
    ],
    [
      'consent_expired',
      after((c) =>
        c.say('client', 'consent_recorded', {
          ...CALM.consent,
          scopes: ['treatment_with_ketamine'],
          decided_at: '2026-03-01T00:00:00Z',
          valid_until: '2026-03-01',
        }),
      ),
    ],
    [
      'ride_missing',
      after((c) =>
        c.say('client', 'preparation_ready', { ...CALM.prepared, open_questions: [], ride_home: null }),
      ),
    ],
    [
      'preparation_differs',
      after((c) =>
        c.say('client', 'preparation_ready', {
          ...CALM.prepared,
          open_questions: [],
          location_region: 'US-NM',
        }),
      ),
    ],
    ['question_open', after((c) => c.say('client', 'preparation_ready', {}))],
    [
      'question_open',
      after((c) => c.say('prescriber', 'information_request', { waits_for_it: 'next_session' })),
    ],
    ['hold_standing', after((c) => c.say('client', 'hold', { about: null }))],
    [
      'disputed',
      after((c) => c.say('client', 'addendum', { amends: c.refs.consent, kind: 'entered_by_mistake' })),
    ],
    ['disputed', after((c) => mistakenRelease(c))],
    [
      'dated_ahead',
      after((c) => {
        const hold = c.say('client', 'hold', { about: null });
        release(c, hold, { released_at: '2026-05-01T00:00:00Z' });
      }),
    ],
    ['discharged', after((c) => c.say('prescriber', 'discharge', { scales: [] }))],
    [
      'death_reported',
      after((c) =>
        c.say('prescriber', 'adverse_event', {
          serious_because: ['death'],
          outcome: 'death',
          severity: 5,
          ended_at: null,
        }),
      ),
    ],
    [
      'flag_missing',
      after((c) => c.say('client', 'scale_result', { items: [1, 1, 1, 1, 1, 1, 1, 1, 1], total: 9 })),
    ],
    ['dated_ahead', after((c) => decide(c, { decided_at: '2026-05-01T00:00:00Z' }))],
    ['dose_maximum_unexplained', after((c) => order(c, { units_per_session: 1 }))],
    ['therapist_missing', readyCase(), { team: [PEOPLE.client, PEOPLE.prescriber] }],
    ['reader_left', readyCase(), { team: [PEOPLE.therapist] }],
    ['record_behind', readyCase(), { heads: { care_team: 'a newer entry', clinicians: null } }],
    ['region_changed', readyCase(), sessionIn(readyCase(), { region: 'US-NM' })],
    ['outcome_missing', readyCase(), sessionIn(readyCase(), { number: 2 })],
    [
      'chaperone_missing',
      readyCase(),
      {
        template: {
          before_session: { ride_home: false, chaperone: true },
          in_person_exam_valid_months: null,
        },
      },
    ],
    [
      'basis_ended',
      readyCase(),
      {
        template: { before_session: { ride_home: true, chaperone: false }, in_person_exam_valid_months: 1 },
        ...sessionIn(readyCase(), { startsAtMs: Date.UTC(2026, 4, 1) }),
      },
    ],
    ['consent_missing', readyCase(), { consentScopes: ['touch'] }],
  ];
  it.each(reds.map(([code, chronicle, request = {}]) => ({ code, chronicle, request })))(
    'is red: $code',
    ({ code, chronicle, request }) => {
      expect(reasons(chronicle, request)).toContain(code);
      expect(askGate(chronicle.state(), { ...requestFor(chronicle, 1), ...request }).verdict).toBe('no_go');
    },
  );

  it('does not take a "no" back in passing: consent must name the withdrawal before it', () => {
    const chronicle = readyCase();
    const given = { ...CALM.consent, scopes: ['treatment_with_ketamine' as const] };
    const no = chronicle.say('client', 'consent_recorded', {
      ...given,
      action: 'withdrawn',
      valid_until: null,
    });
    chronicle.say('client', 'consent_recorded', { ...given, supersedes: chronicle.refs.consent });
    expect(reasons(chronicle)).toEqual(['consent_contradicted']);
    chronicle.say('client', 'consent_recorded', { ...given });
    expect(reasons(chronicle)).toEqual(['consent_contradicted']);
    const again = readyCase();
    const withdrawn = again.say('client', 'consent_recorded', {
      ...given,
      action: 'withdrawn',
      valid_until: null,
    });
    expect(withdrawn).toBe(no);
    again.say('client', 'consent_recorded', { ...given, supersedes: withdrawn });
    expect(reasons(again)).toEqual([]);
  });

  it('counts sessions against what was authorised and permitted, and the days between them', () => {
    const chronicle = readyCase();
    const decision = order(chronicle, { sessions_authorised: 1, min_days_between: 3 });
    decide(chronicle, { session_cap: { sessions: 1, until: '2026-12-01' } });
    chronicle.nowMs += 5 * 3_600_000;
    chronicle.say('therapist', 'session_outcome', { ...CALM.outcome, scales: [], decision });
    const codes = reasons(chronicle, {}, 2);
    expect(codes).toEqual(expect.arrayContaining(['cap_used', 'sessions_used', 'too_soon']));
    chronicle.nowMs += 3 * 86_400_000;
    expect(reasons(chronicle, {}, 2)).not.toContain('too_soon');
  });

  it('judges days in the zone of the case, not in UTC', () => {
    const chronicle = readyCase();
    decide(chronicle, { valid_until: '2026-03-10' });
    const at = (iso: string) => ({
      nowMs: Date.parse(iso),
      ...sessionIn(chronicle, { startsAtMs: Date.parse(iso) }),
    });
    const evening = '2026-03-11T04:00:00Z';
    expect(reasons(chronicle, { ...at(evening), zone: 'America/Denver' })).not.toContain(
      'eligibility_expired',
    );
    expect(reasons(chronicle, { ...at(evening), zone: 'UTC' })).toContain('eligibility_expired');
  });

  it('takes the report of a condition from its owner or a prescriber alone', () => {
    const conditions = [{ text: 'SYNTHETIC EXAMPLE', owner: 'client' as const, due_on: '2027-01-01' }];
    for (const [who, expected] of [
      ['therapist', ['condition_open']],
      ['client', []],
      ['colleague', []],
    ] as const) {
      const chronicle = readyCase();
      const made = decide(chronicle, { decision: 'eligible_with_conditions', conditions });
      chronicle.say(who, 'addendum', { amends: made, kind: 'late_entry', part: conditionPart(1) });
      expect(reasons(chronicle)).toEqual(expected);
    }
  });

  it('does not let somebody answer his own alarm', () => {
    const chronicle = readyCase();
    const flag = chronicle.say('therapist', 'safety_flag', { about: null, scale_item: null });
    chronicle.say('therapist', 'note', { about: flag });
    expect(reasons(chronicle)).toEqual(['question_open']);
    chronicle.say('prescriber', 'note', { about: flag });
    expect(reasons(chronicle)).toEqual([]);
  });

  it('stays red until a session that was begun is accounted for', () => {
    const chronicle = readyCase();
    const report = askGate(chronicle.state(), requestFor(chronicle, 1));
    const draft = draftStartCheck(report);
    chronicle.say('therapist', 'session_start_check', {
      ...draft,
      starts_at: null,
      ride_home: exampleOf('preparation_ready').ride_home,
    });
    expect(reasons(chronicle)).toEqual(['outcome_missing']);
  });

  it('is red for an entry of a newer version until it is read, or a prescriber calls it a mistake', () => {
    const chronicle = readyCase();
    const unknown = { kind: 'unreadable', because: 'unknown_event', name: null, words: '' } as const;
    const invented = chronicle.write('client', unknown);
    chronicle.say('prescriber', 'note', { about: invented });
    chronicle.say('therapist', 'addendum', { amends: invented, kind: 'entered_by_mistake' });
    expect(reasons(chronicle)).toEqual(['entry_unread']);
    chronicle.say('prescriber', 'addendum', { amends: invented, kind: 'entered_by_mistake' });
    expect(reasons(chronicle)).toEqual([]);
  });

  it('is red for a decision of a prescriber that does not count, not for one somebody else forged', () => {
    const chronicle = readyCase();
    const broken = { kind: 'invalid', name: 'dose_adjustment', reasons: [] } as const;
    chronicle.write('therapist', broken);
    expect(reasons(chronicle)).toEqual([]);
    const stop = chronicle.write('prescriber', broken);
    chronicle.say('therapist', 'note', { about: stop });
    expect(reasons(chronicle)).toEqual(['decision_uncounted']);
    chronicle.say('prescriber', 'note', { about: stop });
    expect(reasons(chronicle)).toEqual([]);
  });

  it('is red after harm a prescriber reported, until a prescriber says what was decided', () => {
    const chronicle = readyCase();
    chronicle.say('prescriber', 'adverse_event', { treatment_after: 'unchanged' });
    expect(reasons(chronicle)).toEqual([]);
    const harm = chronicle.say('prescriber', 'adverse_event', { treatment_after: 'held' });
    expect(reasons(chronicle)).toEqual(['question_open']);
    chronicle.say('therapist', 'note', { about: harm });
    expect(reasons(chronicle)).toEqual(['question_open']);
    chronicle.say('prescriber', 'note', { about: harm });
    expect(reasons(chronicle)).toEqual([]);
  });

  it('is kept as it was by a session check that every schema accepts', () => {
    for (const chronicle of [readyCase(), after((c) => c.say('client', 'hold', { about: null }))]) {
      const report = askGate(chronicle.state(), requestFor(chronicle, 1));
      const event = { ...exampleOf('session_start_check', chronicle.now()), ...draftStartCheck(report) };
      expect(parseEvent(event)).toEqual({ kind: 'event', event });
    }
    expect(draftStartCheck(askGate(new Chronicle().state(), requestFor(new Chronicle(), 1)))).toBeNull();
  });

  it('is red in words that exist in English and Spanish', () => {
    for (const { en, es } of Object.values(GATE_WORDS)) {
      expect(en).toMatch(/^[A-Z].+\.$/u);
      expect(es).toMatch(/^[A-Z].+\.$/u);
      expect(en).not.toBe(es);
    }
  });
});
