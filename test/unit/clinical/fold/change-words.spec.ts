import {
  LANGUAGES,
  describeChange,
  diffDose,
  diffEligibility,
  exampleOf,
  type DoseAdjustment,
  type EligibilityDecision,
  type Regimen,
} from '#clinical';
import { ENGLISH } from '../../../../libs/clinical/texts/en/catalogue.js';

type Change = Parameters<typeof describeChange>[0];

const adjustment = exampleOf('dose_adjustment');
const { regimen: plan } = exampleOf('dose_order');

/** Every field of a plan, other than in the example. */
const OTHER_PLAN: Regimen = {
  form: 'other',
  form_detail: 'SYNTHETIC EXAMPLE: lozenge',
  route: 'buccal',
  modality: 'at_home_by_video',
  strength_ug: 50_000,
  units_per_session: 1.5,
  max_per_session_ug: 100_000,
  booster: { amount_ug: 25_000, earliest_minute: 30, authorised_by: 'prescriber' },
  hold_in_mouth_min: 1,
  after_holding: 'swallow',
  sessions_authorised: 1,
  min_days_between: 1,
  earliest_start: '2026-12-01',
  expires_on: '2026-12-24',
  premedication: [],
  medications_to_hold: [],
  fasting: null,
  vitals_override: {
    systolic_max_mmhg: 140,
    diastolic_max_mmhg: 90,
    heart_rate_max_bpm: null,
    spo2_min_percent: null,
  },
  titration: [{ session_number: 2, units_per_session: 2 }],
  monitoring_asks: ['SYNTHETIC EXAMPLE: pulse'],
};

const decided = exampleOf('eligibility_decision');
const OTHER_DECISION: EligibilityDecision = {
  ...decided,
  decision: 'withdrawn',
  valid_until: null,
  session_cap: null,
  permitted_modalities: [],
  conditions: [],
  contraindications: { ...decided.contraindications, ketamine_allergy: 'present' },
  prescribing_basis: null,
  indications: [],
  vitals_limits: null,
  next_visit_due: null,
};

const dose = (regimen: Regimen | null): DoseAdjustment => ({
  ...adjustment,
  axes_changed: regimen === null ? ['hold'] : ['dose'],
  regimen,
});

/** There and back, so that every value stands on either side, and once from and to nothing. */
const CHANGES: readonly Change[] = [
  ...diffDose(dose(plan), dose(OTHER_PLAN)).changes,
  ...diffDose(dose(OTHER_PLAN), dose(plan)).changes,
  ...diffDose(dose(plan), dose(null)).changes,
  ...diffDose(dose(null), dose(OTHER_PLAN)).changes,
  ...diffDose(dose(plan), { ...dose(null), axes_changed: ['stop'] }).changes,
  ...diffEligibility(decided, OTHER_DECISION),
  ...diffEligibility(OTHER_DECISION, decided),
];

/** Without what is spelled alike in every language: figures, dates, what an author typed. */
const withoutFigures = (line: string) =>
  line.replaceAll(/SYNTHETIC EXAMPLE: \w+|\d+(\.\d+)? mg|\d[\d.-]*/gu, '');

describe('A difference between two decisions is told in words', () => {
  it('whatever differs', () => {
    const told = new Set(CHANGES.map(({ field }) => field));
    expect([...told].sort()).toEqual(Object.keys(ENGLISH.words.changed).sort());
  });

  it.each(LANGUAGES)('in %s, and never in the spelling of the wire', (language) => {
    for (const change of CHANGES) {
      const line = describeChange(change, language);
      expect(line).toMatch(/^\p{Lu}.*(→|\.$)/u);
      expect(line).not.toMatch(/_|undefined|\{|\}/u);
    }
  });

  it.each(LANGUAGES.filter((language) => language !== 'en'))('in %s no line is English', (language) => {
    const alike = CHANGES.filter(
      (change) =>
        withoutFigures(describeChange(change, language)) === withoutFigures(describeChange(change, 'en')),
    );
    expect(alike).toEqual([]);
  });

  it('with the same figures in every language', () => {
    for (const change of CHANGES) {
      const figures = LANGUAGES.map((language) =>
        [...describeChange(change, language).matchAll(/\d[\d.-]*/gu)].map(([figure]) => figure).join(),
      );
      expect(new Set(figures).size).toBe(1);
    }
  });

  it('steps by session, lists only as changed', () => {
    const lines = diffDose(
      dose(plan),
      dose({ ...OTHER_PLAN, premedication: [{ name: 'x', dose: '1', timing: 'y' }] }),
    ).changes.map((change) => describeChange(change, 'en'));
    expect(lines).toContain('Steps: session 1: 50 mg → session 2: 100 mg');
    expect(lines).toContain('To take before: changed. Read it anew.');
    expect(lines).toContain('Time in the mouth: 10 minutes → 1 minute');
    expect(lines).toContain('More about the form: none → SYNTHETIC EXAMPLE: lozenge');
  });
});
