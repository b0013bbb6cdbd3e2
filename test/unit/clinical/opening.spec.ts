import * as fc from 'fast-check';
import {
  assentState,
  assentsAwaited,
  checkObligationPair,
  exampleOf,
  expectedOpens,
  judgeEvent,
  openingOf,
  parseEvent,
  safetyFlagFor,
  safetyFlagsDemanded,
  type Assents,
  type ClinicalEvent,
  type ScaleResult,
} from '#clinical';
import { REF, SAMPLES } from './samples.js';
import {
  adverseSerious,
  consentWithdrawn,
  cssrsNone,
  cssrsPlan,
  dischargeAfterDeath,
  flagDanger,
  gad7Prorated,
  integrationUrgent,
  planAgreed,
  planRefused,
  preparedAtHome,
  startGo,
} from './samples.variants.js';

const scale = exampleOf('scale_result');
const AT = '2026-11-23T15:00:00Z';

describe('what an event asks by its content', () => {
  it.each<[string, ClinicalEvent]>([
    ['consent that was given', exampleOf('consent_recorded')],
    ['a preparation without questions', preparedAtHome],
    ['a session that may start', startGo],
    ['a form without an answer that counts for safety', gad7Prorated],
    ['a screener without a yes', cssrsNone],
    ['a plan all three agree to', planAgreed],
    ['a discharge nobody still has to answer', dischargeAfterDeath],
    ['an addendum', exampleOf('addendum')],
  ])('nothing is due for %s', (_name, event) => {
    expect(openingOf(event)).toBeNull();
    expect(expectedOpens(event)).toEqual([]);
  });

  it.each<[string, ClinicalEvent, readonly string[], string]>([
    ['consent that was taken back', consentWithdrawn, ['therapist', 'prescriber'], 'routine'],
    ['serious harm', adverseSerious, ['prescriber'], 'urgent'],
    ['danger now', flagDanger, ['therapist', 'prescriber'], 'emergent'],
    ['a plan for suicide told in a talk', integrationUrgent, ['prescriber'], 'urgent'],
    ['item 9 above 0', scale, ['therapist', 'prescriber'], 'urgent'],
    ['a screener with intent', cssrsPlan, ['therapist', 'prescriber'], 'emergent'],
    [
      'an unstable client handed over',
      { ...exampleOf('coverage_handover'), illness: 'unstable' },
      ['therapist'],
      'urgent',
    ],
    [
      'a cover of prescribers',
      { ...exampleOf('coverage_handover'), role: 'prescriber' },
      ['prescriber'],
      'routine',
    ],
  ])('%s', (_name, event, responders, lowestUrgency) => {
    expect(openingOf(event)).toEqual({ responders, lowestUrgency });
  });

  it('a start check asks exactly those who can mend what is missing', () => {
    const start = exampleOf('session_start_check');
    const missing = { state: 'unknown', evidence: null, detail: null, mend_by: 'prescriber' } as const;
    const event = { ...start, checks: { ...start.checks, dose: missing } };
    expect(openingOf(event)?.responders).toEqual(['prescriber', 'client']);
  });

  it('what is for the others does not ask the author himself', () => {
    const roles = (event: ClinicalEvent, author: 'therapist' | 'prescriber' | 'client') =>
      expectedOpens(event, author).map(({ responderRole }) => responderRole);
    expect(roles(exampleOf('hold'), 'prescriber')).toEqual(['therapist']);
    expect(roles(exampleOf('hold'), 'client')).toEqual(['therapist', 'prescriber']);
    expect(roles(exampleOf('vitals_alert'), 'prescriber')).toEqual([]);
    expect(roles(exampleOf('coverage_handover'), 'therapist')).toEqual(['therapist']);
    expect(roles(exampleOf('dose_order'), 'therapist')).toEqual(['therapist', 'client']);
  });

  it('an alarm opened too softly is refused, one that asks nobody is shown as asking nobody', () => {
    const alert = exampleOf('vitals_alert');
    const open = { op: 'open', responderRole: 'prescriber' } as const;
    const at = { authorRole: 'therapist', lane: 'clinicians' } as const;
    expect(judgeEvent(alert, { ...at, urgency: 'urgent', ops: [open] })).toMatchObject({
      code: 'pair.urgency_too_low',
    });
    expect(judgeEvent(alert, { ...at, urgency: 'emergent', ops: [open] })).toMatchObject({
      kind: 'valid',
      unasked: [],
    });
    expect(judgeEvent(alert, { ...at, urgency: 'routine', ops: [] })).toMatchObject({
      kind: 'valid',
      unasked: ['prescriber'],
    });
  });

  it('a question may be what an answer waits for', () => {
    const waiting = { op: 'wait', urgency: 'routine', responderRole: null } as const;
    expect(checkObligationPair(exampleOf('information_request'), 'prescriber', waiting).ok).toBe(true);
    expect(checkObligationPair(exampleOf('referral'), 'therapist', waiting).ok).toBe(false);
  });
});

describe('the safety flags an event demands', () => {
  it('every answer above 0 to item 9 demands one, urgent; 0 and no answer demand none', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.integer({ min: 0, max: 3 })), { minLength: 9, maxLength: 9 }),
        (items) => {
          const event: ScaleResult = { ...scale, items, total: null };
          const item9 = items[8] ?? 0;
          const demanded = safetyFlagsDemanded(event);
          expect(demanded).toEqual(
            item9 > 0
              ? [
                  {
                    scaleItem: { instrument: 'phq9', item: 9, answer: item9 },
                    lowestUrgency: 'urgent',
                  },
                ]
              : [],
          );
          expect(openingOf(event) !== null).toBe(item9 > 0);
        },
      ),
    );
  });

  it.each(['referral', 'session_outcome', 'follow_up_summary', 'discharge'] as const)(
    'a total in a %s demands it as well',
    (type) => {
      const event = exampleOf(type);
      const withItem9 = (item9: number | null): ClinicalEvent => ({
        ...event,
        scales: [{ instrument: 'phq9', total: 20, taken_on: '2026-11-20', item9 }],
      });
      expect(safetyFlagsDemanded(withItem9(2))).toEqual([
        { scaleItem: { instrument: 'phq9', item: 9, answer: 2 }, lowestUrgency: 'urgent' },
      ]);
      expect(safetyFlagsDemanded(withItem9(0))).toEqual([]);
      expect(safetyFlagsDemanded(withItem9(null))).toEqual([]);
    },
  );

  it('the flag to send is valid, names the form, and asks at least as urgently as demanded', () => {
    for (const [, event] of SAMPLES) {
      const flag = safetyFlagFor({ event, ref: REF, raisedAt: AT });
      expect(flag === null).toBe(safetyFlagsDemanded(event).length === 0);
      if (flag === null) continue;
      expect(parseEvent(flag)).toEqual({ kind: 'event', event: flag });
      expect(flag).toMatchObject({ about: REF, raised_at: AT, immediate_danger: 'unknown' });
    }
    const flag = safetyFlagFor({ event: cssrsPlan, ref: REF, raisedAt: AT });
    expect(flag?.scale_item?.item).toBe(4);
    expect(flag !== null && openingOf(flag)?.lowestUrgency).toBe('emergent');
    expect(safetyFlagsDemanded(cssrsPlan).map(({ lowestUrgency }) => lowestUrgency)).toContain('emergent');
  });
});

describe('three assents', () => {
  it('a plan is in force when all three agree, and only then', () => {
    expect(assentState(planAgreed.assents)).toBe('complete');
    expect(assentState(exampleOf('maintenance_plan').assents)).toBe('awaited');
    expect(assentState(planRefused.assents)).toBe('refused');
    expect(assentState(dischargeAfterDeath.assents)).toBe('partial');
    const answers = fc.constantFrom('agreed', 'disagreed', 'asked', 'not_possible');
    fc.assert(
      fc.property(answers, answers, answers, (client, therapist, prescriber) => {
        const given = Object.fromEntries(
          Object.entries({ client, therapist, prescriber }).map(([role, answer]) => [role, { answer }]),
        ) as unknown as Assents;
        const all = [client, therapist, prescriber];
        expect(assentState(given) === 'complete').toBe(all.every((answer) => answer === 'agreed'));
        expect(assentState(given) === 'refused').toBe(all.includes('disagreed'));
        expect(assentsAwaited(given)).toHaveLength(all.filter((answer) => answer === 'asked').length);
      }),
    );
  });
});
