import type { NextSession } from './clock/index.js';
import type { ClinicalEvent, EventOf, EventType } from './event.registry.js';
import type { CaseView } from './fold/case.view.js';
import type { GateReport } from './gate/gate.contract.js';
import { ENGLISH } from './texts/en/catalogue.js';
import { SPANISH } from './texts/es/catalogue.js';
import type { Catalogue } from './texts/catalogue.js';
import { Tongue, type Description } from './texts/tongue.js';
import { adverseEvent, hold, holdRelease, safetyFlag, vitalsAlert } from './texts/writers/alarm.text.js';
import {
  gateLines,
  nextWords,
  owedLines,
  phaseWords,
  type GateLine,
  type OwedLine,
} from './texts/writers/case.text.js';
import { decisionChange, type DecisionChange } from './texts/writers/change.text.js';
import { crisisCard, type CrisisCard } from './texts/writers/crisis.text.js';
import { consentRecorded, preparationReady } from './texts/writers/consent.text.js';
import { doseAdjustment, doseAdjustmentRequest, doseOrder, doseReadBack } from './texts/writers/dose.text.js';
import { eligibilityDecision } from './texts/writers/eligibility.text.js';
import { followUpSummary, integrationDone, medicationChange } from './texts/writers/follow-up.text.js';
import { addendum, coverageHandover, discharge, maintenancePlan } from './texts/writers/plan.text.js';
import { informationRequest, note, referral } from './texts/writers/referral.text.js';
import { scaleResult } from './texts/writers/scale.text.js';
import { sessionOutcome } from './texts/writers/session.text.js';
import { sessionStartCheck } from './texts/writers/start-check.text.js';

export type { CrisisCard, Description, GateLine, OwedLine };

/** Languages the texts exist in, by BCP 47 tag. */
export const LANGUAGES = ['en', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];

const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en: ENGLISH, es: SPANISH };

const TONGUES: Readonly<Record<Language, Tongue>> = {
  en: new Tongue('en', CATALOGUES.en),
  es: new Tongue('es', CATALOGUES.es),
};

type Writers = { readonly [Type in EventType]: (event: EventOf<Type>, tongue: Tongue) => Description };

const WRITERS: Writers = {
  note,
  referral,
  information_request: informationRequest,
  eligibility_decision: eligibilityDecision,
  consent_recorded: consentRecorded,
  preparation_ready: preparationReady,
  dose_order: doseOrder,
  dose_adjustment_request: doseAdjustmentRequest,
  dose_adjustment: doseAdjustment,
  dose_read_back: doseReadBack,
  hold,
  hold_release: holdRelease,
  session_start_check: sessionStartCheck,
  vitals_alert: vitalsAlert,
  session_outcome: sessionOutcome,
  adverse_event: adverseEvent,
  integration_done: integrationDone,
  scale_result: scaleResult,
  safety_flag: safetyFlag,
  medication_change: medicationChange,
  follow_up_summary: followUpSummary,
  maintenance_plan: maintenancePlan,
  coverage_handover: coverageHandover,
  discharge,
  addendum,
};

/**
 * A short title and plain lines about one valid event, for a person: sentences of the catalogue in the language asked
 * for, around what the author wrote, which is never translated. A line may hold line breaks the author typed; events
 * carry no control characters besides line break and tab (their schemas refuse them). Titles hold no word an author
 * typed, so that a list of them is safe. Decisions about dose and eligibility always say that they are not a
 * prescription. Figures and dates are spelled alike in every language: one dose has one spelling.
 */
export function describeEvent(event: ClinicalEvent, language: Language): Description {
  const write = WRITERS[event.event] as (event: ClinicalEvent, tongue: Tongue) => Description;
  return write(event, TONGUES[language]);
}

/**
 * One difference between two decisions in one line: "The most in one session: 150 mg → 200 mg", "Treatment: going on →
 * on hold". Figures and dates are spelled alike in every language here too.
 */
export function describeChange(change: DecisionChange, language: Language): string {
  return decisionChange(change, TONGUES[language]);
}

/** Every condition of a look at the gate, in the order in which they are asked. */
export function describeGate(report: GateReport, language: Language): readonly GateLine[] {
  return gateLines(report, TONGUES[language]);
}

/** Where a case stands on the pathway, and who owes what by it. */
export function describeStanding(
  { phase, duties }: Pick<CaseView, 'phase' | 'duties'>,
  language: Language,
): { readonly phase: string; readonly owed: readonly OwedLine[] } {
  const tongue = TONGUES[language];
  return { phase: phaseWords(phase, tongue), owed: owedLines(duties, tongue) };
}

/** When the next session may be, with what sets either end of the window; null: the course has ended. */
export function describeNext(next: NextSession | null, language: Language): string {
  return nextWords(next, TONGUES[language]);
}

/**
 * What the client reads the moment an answer asks for a safety flag (`safetyFlagNeeded`): shown before anything is
 * sent, and never instead of the flag.
 */
export function describeCrisis(language: Language): CrisisCard {
  return crisisCard(TONGUES[language]);
}
