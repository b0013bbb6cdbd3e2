import {
  exampleOf,
  type PreparationReady,
  type ScaleResult,
  type SessionOutcome,
  type SessionStartCheck,
  type VitalsAlert,
  type VitalsReading,
} from '#clinical';
import { FIRST_TOTAL_UG, SECOND_TOTAL_UG, WORDS } from './script.js';

/** What is signed around a session. `at`: the moment of the story it is said at. */

/** Item 9 is answered "several days". */
export function formAtNight(at: string): ScaleResult {
  return {
    ...exampleOf('scale_result', at),
    items: [2, 2, 1, 2, 1, 2, 1, 0, 1],
    total: 12,
    remark: WORDS.itemNine,
    client_text: null,
  };
}

export function formLater(at: string): ScaleResult {
  return {
    ...exampleOf('scale_result', at),
    items: [0, 1, 0, 1, 1, 0, 1, 0, 0],
    total: 4,
    remark: null,
    client_text: null,
  };
}

/** What the gate keeps of a look at it, as `draftStartCheck` gives it. */
export type GateDraft = Pick<SessionStartCheck, 'result' | 'as_of' | 'checks' | 'further'>;

export function startCheck(at: string, number: number, draft: GateDraft): SessionStartCheck {
  return {
    ...exampleOf('session_start_check', at),
    ...draft,
    session_number: number,
    ride_home: { name: 'SYNTHETIC EXAMPLE: a sister', phone: '+1 555 0100' },
    client_text: WORDS.startForClient,
  };
}

/** 172/104 an hour into the session, with a pounding head. */
export function highReading(at: string): VitalsReading {
  const [reading] = exampleOf('vitals_alert', at).readings;
  if (reading === undefined) throw new RangeError('the example has a reading');
  return reading;
}

export function vitalsAlert(at: string, decision: string): VitalsAlert {
  return {
    ...exampleOf('vitals_alert', at),
    decision,
    session_number: 1,
    concern: WORDS.alertConcern,
    taken_ug: FIRST_TOTAL_UG,
    client_text: WORDS.alertForClient,
  };
}

/** A session of two and a half hours that has just ended. */
export function firstOutcome(at: string, decision: string): SessionOutcome {
  return {
    ...outcome(at, { decision, takenUg: FIRST_TOTAL_UG }),
    themes_to_share: [WORDS.theme],
    ask: 'adjust',
    ask_text: WORDS.outcomeAsk,
    client_text: WORDS.outcomeForClient,
  };
}

export function secondOutcome(at: string, decision: string): SessionOutcome {
  return {
    ...outcome(at, { decision, takenUg: SECOND_TOTAL_UG }),
    session_number: 2,
    session_type: 'series',
    dissociation: 7,
    themes_to_share: [WORDS.secondTheme],
    ask: 'none',
    ask_text: null,
    client_text: WORDS.secondOutcomeForClient,
  };
}

function outcome(
  at: string,
  { decision, takenUg }: { readonly decision: string; readonly takenUg: number },
): SessionOutcome {
  const example = exampleOf('session_outcome', at);
  return {
    ...example,
    decision,
    sessions_planned: 2,
    intention: WORDS.intention,
    scales: [],
    dosing: {
      ...example.dosing,
      planned_ug: takenUg,
      taken: example.dosing.taken.map((dose) => ({ ...dose, amount_ug: takenUg })),
    },
  };
}

/** Where and how a session is held, as whoever asks the gate says it. */
export const PLACE = { modality: 'in_clinic', region: 'US-CO' } as const satisfies {
  readonly modality: PreparationReady['modality'];
  readonly region: string;
};
