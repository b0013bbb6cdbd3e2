import type { RuleLeaf, RuleSet } from './rule-set.schema.js';

type Measure = Extract<RuleLeaf, { kind: 'vital' }>['measure'];

const atLeast = (measure: Measure, value: number, limit: 'replaces' | 'ignored' = 'ignored') =>
  ({ kind: 'vital', measure, comparison: 'at_least', value, client_limit: limit }) as const;

const PRODUCT_PAGE = "The project's product page, as an example; not a clinical recommendation.";
const ALWAYS: RuleSet['rules'][number]['phases'] = ['pre', 'during', 'post'];

/**
 * Example of a rule set for vitals. Shipped switched off and approved by nobody: it fires only after a medical
 * director has made it their own, enabled it, named themselves in the approval and signed it.
 */
export const EXAMPLE_VITALS_RULES: RuleSet = {
  format: 'trialogue/rule-set/1',
  rule_set_id: 'example_vitals',
  version: 1,
  title: 'EXAMPLE: vitals during a session',
  enabled: false,
  approval: 'none',
  rules: [
    {
      rule_id: 'measure_again',
      phases: ALWAYS,
      when: { kind: 'any', of: [atLeast('systolic_mmhg', 140), atLeast('diastolic_mmhg', 90)] },
      follows: { action: 're_measure', within_min: null },
      words: { en: 'Measure the blood pressure again.', es: 'Vuelva a medir la presión arterial.' },
      source: PRODUCT_PAGE,
    },
    {
      rule_id: 'ask_prescriber',
      phases: ALWAYS,
      when: {
        kind: 'any',
        of: [
          atLeast('systolic_mmhg', 160, 'replaces'),
          atLeast('diastolic_mmhg', 100, 'replaces'),
          atLeast('heart_rate_bpm', 110, 'replaces'),
        ],
      },
      follows: { action: 'answer_required', urgency: 'urgent' },
      words: {
        en: 'The on-call prescriber must answer about these vitals.',
        es: 'El prescriptor de guardia debe responder sobre estos signos vitales.',
      },
      source: `${PRODUCT_PAGE} A limit set for this client stands in for the value.`,
    },
    {
      rule_id: 'emergency_pressure',
      phases: ALWAYS,
      when: { kind: 'any', of: [atLeast('systolic_mmhg', 180), atLeast('diastolic_mmhg', 120)] },
      follows: { action: 'emergency_card' },
      words: {
        en: 'Emergency: very high blood pressure. Follow the emergency card now.',
        es: 'Emergencia: presión arterial muy alta. Siga la tarjeta de emergencia ahora.',
      },
      source: PRODUCT_PAGE,
    },
    {
      rule_id: 'emergency_oxygen',
      phases: ALWAYS,
      when: {
        kind: 'vital',
        measure: 'spo2_percent',
        comparison: 'below',
        value: 92,
        client_limit: 'ignored',
      },
      follows: { action: 'emergency_card' },
      words: {
        en: 'Emergency: low oxygen. Follow the emergency card now.',
        es: 'Emergencia: oxígeno bajo. Siga la tarjeta de emergencia ahora.',
      },
      source: PRODUCT_PAGE,
    },
    {
      rule_id: 'emergency_symptoms',
      phases: ALWAYS,
      when: {
        kind: 'symptom',
        one_of: [
          'chest_pain',
          'short_of_breath',
          'severe_headache',
          'fainted',
          'cannot_be_woken',
          'weakness_or_slurred_speech',
          'seizure',
        ],
        severity_at_least: null,
      },
      follows: { action: 'emergency_card' },
      words: {
        en: 'Emergency: a warning symptom. Follow the emergency card now.',
        es: 'Emergencia: un síntoma de alarma. Siga la tarjeta de emergencia ahora.',
      },
      source: `${PRODUCT_PAGE} It says "symptoms" and names none: which ones is for the director to say.`,
    },
  ],
};
