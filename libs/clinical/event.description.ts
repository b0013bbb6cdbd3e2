import type { ClinicalEvent } from './event.registry.js';
import { doseAdjustmentRequest, eligibilityDecision, note, referral } from './texts/english.care.js';
import { doseAdjustment, doseOrder, doseReadBack } from './texts/english.doses.js';
import type { Description } from './texts/english.parts.js';
import { sessionOutcome } from './texts/english.session.js';

export type { Description };

/** Languages the texts exist in. */
export type Language = 'en';

type Writer = (event: ClinicalEvent) => Description;

const WRITERS: Readonly<Record<Language, Writer>> = { en: english };

/**
 * A short title and plain lines about one valid event, for a person at a terminal. A line may hold line breaks the
 * author typed; events carry no control characters besides line break and tab (their schemas refuse them). Decisions
 * about dose and eligibility always say that they are not a prescription.
 */
export function describeEvent(event: ClinicalEvent, language: Language): Description {
  return WRITERS[language](event);
}

function english(event: ClinicalEvent): Description {
  switch (event.event) {
    case 'note':
      return note(event);
    case 'referral':
      return referral(event);
    case 'eligibility_decision':
      return eligibilityDecision(event);
    case 'dose_order':
      return doseOrder(event);
    case 'dose_adjustment_request':
      return doseAdjustmentRequest(event);
    case 'dose_adjustment':
      return doseAdjustment(event);
    case 'dose_read_back':
      return doseReadBack(event);
    case 'session_outcome':
      return sessionOutcome(event);
    default:
      return {
        title: event.event.replaceAll('_', ' '),
        lines: [],
        clientText: 'client_text' in event ? event.client_text : null,
      };
  }
}
