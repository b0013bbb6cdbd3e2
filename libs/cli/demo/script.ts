import {
  exampleOf,
  type DoseAdjustment,
  type DoseAdjustmentRequest,
  type DoseOrder,
  type DoseReadBack,
  type EligibilityDecision,
  type Referral,
  type SessionOutcome,
} from '#clinical';

/** The synthetic course of care the demo walks. Nobody's figures, nobody's words. */

/** Display names; they travel sealed, so the service never learns them. */
export const NAMES = {
  therapist: 'Ilse Quendelmoor',
  prescriber: 'Tamsin Orrowbeck',
  client: 'Jory Vellacombe',
} as const;
export type Part = keyof typeof NAMES;
export const PARTS = ['therapist', 'prescriber', 'client'] as const satisfies readonly Part[];

/** What is said in words. Every sentence is one the service must never be able to read. */
export const WORDS = {
  referralReason: 'Two antidepressants helped little; Jory asks whether ketamine sessions are open to her.',
  referralQuestion: 'Is the treated blood pressure an obstacle for sessions?',
  referralForClient: 'I have asked the medical team to meet you next week, Jory.',
  accepted: 'Referral accepted; the visit was on Tuesday.',
  rationale: 'Likely benefit while the blood pressure stays under the limit we set.',
  eligibleForClient: 'You can begin once a week of blood pressure readings is written down.',
  therapistAcknowledges: 'Conditions read; I will look at the diary before each session.',
  clientAcknowledges: 'I understand the conditions and will keep the diary.',
  preparation: 'Intention: to look at the grief without running. Consent signed. My sister drives me home.',
  preparationQuestion: 'May I take my morning blood pressure tablet on the day?',
  preparationAnswer: 'Yes, with a sip of water, two hours before.',
  orderExplanation: 'A careful first step for a small person.',
  orderForClient: 'One and a half troches under the tongue at your session, never more than that.',
  readBackTherapist: 'Read from the order, checked against the label.',
  readBackClient: 'I have read it and typed the number myself.',
  intention: 'To look at the grief without running.',
  theme: 'Warmth, a childhood kitchen, some tears.',
  outcomeAsk: 'Little effect at the first session; should the second be stronger?',
  outcomeForClient: 'Your first session is done; we meet again on Thursday.',
  integration: 'Integration held the next day: she slept well and feels lighter.',
  integrationClient: 'I keep thinking of the kitchen. It felt like being carried.',
  between: 'Between us: she spoke of her brother in a way that worries me. Would you pause?',
  betweenAnswer: 'No pause, but call her tonight and let me know before nine.',
  betweenThanks: 'Called her; she is safe and her sister is with her.',
  observations: 'Well tolerated, blood pressure steady, almost no dissociation.',
  requestForClient: 'I have asked whether your plan should change.',
  adjustmentExplanation: 'One step up after a first session with little effect.',
  adjustmentForClient: 'Two troches under the tongue from the next session, never more than that.',
  plan: 'A maintenance session every four weeks until summer; review in March. Do you agree?',
  prescriberAssents: 'Agreed, with a blood test before March.',
  clientAssents: 'I agree, and I would like to stop when the garden is planted.',
  ownDecision: 'She may begin at once, I am sure of it.',
} as const;

/** Odd amounts, so that finding one of them anywhere means something. Micrograms. */
const STRENGTH_UG = 83_750;
export const FIRST_TOTAL_UG = 125_625;
export const SECOND_TOTAL_UG = 167_500;

/**
 * What the canary test looks for wherever the service keeps anything: names, sentences, doses as numbers of the JSON
 * that is sealed and as people read them, and the words every example of libs/clinical carries.
 */
export const CANARIES: readonly string[] = [
  ...Object.values(NAMES),
  ...Object.values(WORDS),
  `"strength_ug":${STRENGTH_UG}`,
  `"max_per_session_ug":${FIRST_TOTAL_UG}`,
  `"max_per_session_ug":${SECOND_TOTAL_UG}`,
  `"total_ug":${FIRST_TOTAL_UG}`,
  '125.625 mg',
  '167.5 mg',
  'SYNTHETIC EXAMPLE',
  'contraindications',
];

/** Seconds from now as whole-second ISO 8601, the form clinical events take. */
function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

export function referral(): Referral {
  return {
    ...exampleOf('referral', now()),
    reason: WORDS.referralReason,
    questions_for_prescriber: [WORDS.referralQuestion],
    client_text: WORDS.referralForClient,
  };
}

export function eligibilityDecision(): EligibilityDecision {
  return {
    ...exampleOf('eligibility_decision', now()),
    rationale: WORDS.rationale,
    client_text: WORDS.eligibleForClient,
  };
}

export function doseOrder(): DoseOrder {
  const example = exampleOf('dose_order', now());
  return {
    ...example,
    explanation: WORDS.orderExplanation,
    client_text: WORDS.orderForClient,
    regimen: { ...example.regimen, ...amounts(1.5, FIRST_TOTAL_UG) },
  };
}

/** `units` troches and nothing else: no booster, no titration. */
function amounts(units: number, totalUg: number) {
  return {
    strength_ug: STRENGTH_UG,
    units_per_session: units,
    max_per_session_ug: totalUg,
    booster: null,
    titration: [],
  };
}

export function readBack(decision: string, totalUg: number, remark: string): DoseReadBack {
  return { ...exampleOf('dose_read_back', now()), decision, total_ug: totalUg, remark };
}

export function sessionOutcome(decision: string): SessionOutcome {
  const example = exampleOf('session_outcome', now());
  return {
    ...example,
    decision,
    intention: WORDS.intention,
    dosing: {
      ...example.dosing,
      planned_ug: FIRST_TOTAL_UG,
      taken: example.dosing.taken.map((dose) => ({ ...dose, amount_ug: FIRST_TOTAL_UG })),
    },
    themes_to_share: [WORDS.theme],
    ask: 'adjust',
    ask_text: WORDS.outcomeAsk,
    client_text: WORDS.outcomeForClient,
  };
}

export function adjustmentRequest(decision: string, outcome: string): DoseAdjustmentRequest {
  return {
    ...exampleOf('dose_adjustment_request', now()),
    decision,
    session_outcome: outcome,
    observations: WORDS.observations,
    client_text: WORDS.requestForClient,
  };
}

export function doseAdjustment(supersedes: string, request: string): DoseAdjustment {
  const example = exampleOf('dose_adjustment', now());
  return {
    ...example,
    supersedes,
    request,
    explanation: WORDS.adjustmentExplanation,
    client_text: WORDS.adjustmentForClient,
    regimen: example.regimen === null ? null : { ...example.regimen, ...amounts(2, SECOND_TOTAL_UG) },
  };
}

/** What a therapist may not sign: used to show that it is refused. */
export function decisionByTheWrongRole(): EligibilityDecision {
  return { ...eligibilityDecision(), rationale: WORDS.ownDecision };
}
