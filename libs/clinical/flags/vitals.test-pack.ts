import type { Observations } from './observations.schema.js';
import type { RuleTestPack } from './test-pack.runner.js';
import type { VitalsReading } from './vitals.series.js';

const at = (minute: number) => `2026-11-23T13:${String(minute).padStart(2, '0')}:00Z`;

const reading = (minute: number, pressure: string, rest: Partial<VitalsReading> = {}): VitalsReading => {
  const [systolic = 0, diastolic = 0] = pressure.split('/').map(Number);
  return {
    taken_at: at(minute),
    phase: 'during',
    systolic_mmhg: systolic,
    diastolic_mmhg: diastolic,
    heart_rate_bpm: 78,
    spo2_percent: 97,
    device: null,
    ...rest,
  };
};

const given = (vitals: VitalsReading[], rest: Partial<Observations> = {}): Observations => ({
  vitals,
  symptoms: [],
  medications: [],
  scales: [],
  client_limits: null,
  ...rest,
});

const flag = (ruleId: string, minute: number) => ({ rule_id: ruleId, at: at(minute) });

const systolicMaximum = (mmhg: number): Observations['client_limits'] => ({
  from: 'eligibility_decision',
  limits: {
    systolic_max_mmhg: mmhg,
    diastolic_max_mmhg: null,
    heart_rate_max_bpm: null,
    spo2_min_percent: null,
  },
});

/** Replays every threshold of the example set from both sides. All values are synthetic. */
export const EXAMPLE_VITALS_TEST_PACK: RuleTestPack = {
  format: 'trialogue/rule-test-pack/1',
  pack_id: 'example_vitals_pack',
  version: 1,
  rule_set_id: 'example_vitals',
  rule_set_version: 1,
  cases: [
    { name: 'just below every threshold', given: given([reading(0, '139/89')]), flags: [], not_judged: [] },
    {
      name: 'systolic at the first threshold',
      given: given([reading(0, '140/80')]),
      flags: [flag('measure_again', 0)],
      not_judged: [],
    },
    {
      name: 'diastolic at the first threshold',
      given: given([reading(0, '130/90')]),
      flags: [flag('measure_again', 0)],
      not_judged: [],
    },
    {
      name: 'just below an answer',
      given: given([reading(0, '159/99', { heart_rate_bpm: 109 })]),
      flags: [flag('measure_again', 0)],
      not_judged: [],
    },
    {
      name: 'pressure that needs an answer, and its measuring again',
      given: given([reading(0, '160/80'), reading(5, '138/100'), reading(10, '128/80')]),
      flags: [
        flag('measure_again', 0),
        flag('ask_prescriber', 0),
        flag('measure_again', 5),
        flag('ask_prescriber', 5),
      ],
      not_judged: [],
    },
    {
      name: 'heart rate that needs an answer',
      given: given([reading(0, '120/80', { heart_rate_bpm: 110 })]),
      flags: [flag('ask_prescriber', 0)],
      not_judged: [],
    },
    {
      name: 'a stricter limit of this client',
      given: given([reading(0, '151/80')], { client_limits: systolicMaximum(150) }),
      flags: [flag('measure_again', 0), flag('ask_prescriber', 0)],
      not_judged: [],
    },
    {
      name: 'a looser limit of this client spares the answer, never the emergency card',
      given: given([reading(0, '172/80'), reading(5, '180/80')], {
        client_limits: systolicMaximum(185),
      }),
      flags: [flag('measure_again', 0), flag('measure_again', 5), flag('emergency_pressure', 5)],
      not_judged: [],
    },
    {
      name: 'just below the emergency card',
      given: given([reading(0, '179/119', { spo2_percent: 92 })]),
      flags: [flag('measure_again', 0), flag('ask_prescriber', 0)],
      not_judged: [],
    },
    {
      name: 'diastolic emergency',
      given: given([reading(0, '150/120')]),
      flags: [flag('measure_again', 0), flag('ask_prescriber', 0), flag('emergency_pressure', 0)],
      not_judged: [],
    },
    {
      name: 'low oxygen',
      given: given([reading(0, '120/80', { spo2_percent: 91 })]),
      flags: [flag('emergency_oxygen', 0)],
      not_judged: [],
    },
    {
      name: 'oxygen not measured is said, not passed over',
      given: given([reading(0, '120/80', { spo2_percent: null })]),
      flags: [],
      not_judged: ['emergency_oxygen'],
    },
    {
      name: 'a warning symptom, once, whatever the vitals',
      given: given([reading(0, '120/80'), reading(5, '118/78')], {
        symptoms: [{ code: 'chest_pain', severity: null, reported_at: at(3) }],
      }),
      flags: [flag('emergency_symptoms', 3)],
      not_judged: [],
    },
    {
      name: 'a symptom that is not in the list',
      given: given([reading(0, '120/80')], {
        symptoms: [{ code: 'nausea', severity: 2, reported_at: at(3) }],
      }),
      flags: [],
      not_judged: [],
    },
    {
      name: 'nothing measured and nobody asked',
      given: given([], { symptoms: null }),
      flags: [],
      not_judged: [
        'measure_again',
        'ask_prescriber',
        'emergency_pressure',
        'emergency_oxygen',
        'emergency_symptoms',
      ],
    },
  ],
};
