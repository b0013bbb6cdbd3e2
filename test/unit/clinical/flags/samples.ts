import {
  EXAMPLE_VITALS_RULES,
  ruleSetSigningText,
  type Observations,
  type Rule,
  type RuleSet,
  type RuleSetTrust,
  type VitalsReading,
} from '#clinical';

export const NOW = '2026-11-23T15:00:00Z';
export const DIRECTOR = 'director-1';

export const approvedBy = (approvedByWhom: string, expiresOn: string | null = null): RuleSet['approval'] => ({
  approved_by: approvedByWhom,
  role: 'director',
  approved_at: '2026-11-01T09:00:00Z',
  expires_on: expiresOn,
});

/** The example as a director might put it in force. */
export const LIVE: RuleSet = { ...EXAMPLE_VITALS_RULES, enabled: true, approval: approvedBy(DIRECTOR) };

export const trustIn = (ruleSet: RuleSet, changes: Partial<RuleSetTrust> = {}): RuleSetTrust => ({
  verified: true,
  signedText: ruleSetSigningText(ruleSet),
  signer: DIRECTOR,
  signerRole: 'director',
  ...changes,
});

export const reading = (minute: number, changes: Partial<VitalsReading> = {}): VitalsReading => ({
  taken_at: `2026-11-23T13:${String(minute).padStart(2, '0')}:00Z`,
  phase: 'during',
  systolic_mmhg: 120,
  diastolic_mmhg: 80,
  heart_rate_bpm: 70,
  spo2_percent: 98,
  device: null,
  ...changes,
});

export const observed = (changes: Partial<Observations> = {}): Observations => ({
  vitals: [],
  symptoms: [],
  medications: [],
  scales: [],
  client_limits: null,
  ...changes,
});

/** A live set of one rule. */
export const liveRule = (changes: Partial<Rule> & Pick<Rule, 'when'>): RuleSet => ({
  ...LIVE,
  rules: [
    {
      rule_id: 'the_rule',
      phases: ['pre', 'during', 'post'],
      follows: { action: 'answer_required', urgency: 'urgent' },
      words: { en: 'SYNTHETIC EXAMPLE', es: null },
      source: 'SYNTHETIC EXAMPLE',
      ...changes,
    },
  ],
});
