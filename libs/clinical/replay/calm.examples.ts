import { exampleOf } from '../event.examples.js';
import type { EventOf, EventType } from '../event.registry.js';

type Calm = { readonly [Type in EventType]?: Partial<EventOf<Type>> };

/** What the examples ask and warn of, taken back: a script says what is out of the ordinary, and nothing else is. */
const CALM: Calm = {
  referral: {
    sensitivity: [],
    scales: [],
    risk: {
      suicidality: 'none_reported',
      psychosis_or_mania_history: 'none_reported',
      substance_use_concern: 'none_reported',
      detail: null,
    },
  },
  eligibility_decision: { decision: 'eligible', conditions: [], questions_for_therapist: [] },
  preparation_ready: { open_questions: [], consent: null },
  session_outcome: {
    ask: 'none',
    ask_text: null,
    scales: [],
    side_effects: [],
    integration_appointments: [],
  },
  integration_done: { ask: 'none', ask_text: null },
  hold_release: { conditions: [], not_before: null },
  medication_change: { interactions: [], questions_for_prescriber: [] },
  scale_result: { items: [1, 1, 0, 1, 0, 1, 0, 0, 0], total: 4 },
  follow_up_summary: { scales: [], questions: [] },
  discharge: { scales: [], medicine_left: null, risks_remaining: [] },
  maintenance_plan: { conditions: [] },
};

/** A valid event of this type, as an uneventful course would have it. */
export function calmExample<Type extends EventType>(
  type: Type,
  at: string,
  fields: Partial<EventOf<Type>>,
): EventOf<Type> {
  return { ...exampleOf(type, at), ...CALM[type], ...fields };
}
