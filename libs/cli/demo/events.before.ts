import {
  conditionPart,
  exampleOf,
  type Addendum,
  type ConsentRecorded,
  type DoseOrder,
  type DoseReadBack,
  type EligibilityDecision,
  type InformationRequest,
  type PreparationReady,
  type Referral,
} from '#clinical';
import { FIRST_TOTAL_UG, STRENGTH_UG, WORDS } from './script.js';

/** What is signed before the first session. `at`: the moment of the story it is said at. */

export function referral(at: string): Referral {
  return {
    ...exampleOf('referral', at),
    reason: WORDS.referralReason,
    scales: [],
    questions_for_prescriber: [WORDS.referralQuestion],
    client_text: WORDS.referralForClient,
  };
}

export function informationRequest(at: string, about: string): InformationRequest {
  return {
    ...exampleOf('information_request', at),
    about,
    items: [{ kind: 'letter_or_clearance', what: WORDS.letterAsked }],
    client_text: WORDS.letterForClient,
  };
}

export function eligibilityDecision(at: string): EligibilityDecision {
  return {
    ...exampleOf('eligibility_decision', at),
    rationale: WORDS.rationale,
    questions_for_therapist: [],
    client_text: WORDS.eligibleForClient,
  };
}

/** What a therapist may not sign: used to show that it is refused. */
export function decisionByTheWrongRole(at: string): EligibilityDecision {
  return { ...eligibilityDecision(at), rationale: WORDS.ownDecision };
}

/** The client reports the one condition of the decision as met. */
export function diary(at: string, decision: string): Addendum {
  return {
    ...exampleOf('addendum', at),
    amends: decision,
    kind: 'late_entry',
    part: conditionPart(1),
    text: WORDS.diary,
    client_text: null,
  };
}

export function consent(at: string): ConsentRecorded {
  return {
    ...exampleOf('consent_recorded', at),
    scopes: ['treatment_with_ketamine', 'off_label_use'],
    method: 'signed_here',
    document: null,
    disclosure: null,
    client_text: WORDS.consentForClient,
  };
}

export function doseOrder(at: string): DoseOrder {
  const example = exampleOf('dose_order', at);
  return {
    ...example,
    explanation: WORDS.orderExplanation,
    client_text: WORDS.orderForClient,
    regimen: { ...example.regimen, ...amounts(1.5, FIRST_TOTAL_UG) },
  };
}

/** `units` troches and nothing else: no booster, no titration. */
export function amounts(units: number, totalUg: number) {
  return {
    strength_ug: STRENGTH_UG,
    units_per_session: units,
    max_per_session_ug: totalUg,
    booster: null,
    titration: [],
  };
}

export interface ReadingBack {
  readonly decision: string;
  readonly totalUg: number;
  readonly remark: string;
}

export function readBack(at: string, { decision, totalUg, remark }: ReadingBack): DoseReadBack {
  return { ...exampleOf('dose_read_back', at), decision, total_ug: totalUg, remark };
}

export interface Preparing {
  readonly number: number;
  readonly sessionAt: string;
  readonly consent: string;
  readonly questions: readonly string[];
}

export function preparation(
  at: string,
  { number, sessionAt, consent: given, questions }: Preparing,
): PreparationReady {
  return {
    ...exampleOf('preparation_ready', at),
    session_number: number,
    session_at: sessionAt,
    intention: WORDS.intention,
    consent: given,
    open_questions: [...questions],
    client_text: null,
  };
}
