import type { ClinicalEvent, SafetyFlag } from './event.registry.js';
import { readReportedScore, scoreScale } from './scales/index.js';
import type { UrgencyWord } from './vocabulary.js';

/** A flag an answer on a form asks for. */
export interface DemandedFlag {
  readonly scaleItem: NonNullable<SafetyFlag['scale_item']>;
  readonly lowestUrgency: UrgencyWord;
}

/**
 * The safety flags an event demands by the answers it carries (source: the project's product page, "PHQ-9 item 9 > 0
 * raises an urgent safety_flag"; the safety items of the other forms as `scales` lists them). Every client that opens
 * such an event sees the demand until a flag `about` that entry stands in the chain; whoever writes the event sends
 * the flag with it. An empty list is never "no risk".
 */
export function safetyFlagsDemanded(event: ClinicalEvent): readonly DemandedFlag[] {
  if (event.event === 'scale_result') {
    const { instrument } = event;
    return scoreScale(instrument, event.items).safety.flatMap(({ position: item, answer, flagUrgency }) =>
      answer === null || flagUrgency === null
        ? []
        : [{ scaleItem: { instrument, item, answer }, lowestUrgency: flagUrgency }],
    );
  }
  if (!('scales' in event)) return [];
  return event.scales.flatMap((score) => {
    const { flagUrgency } = readReportedScore(score);
    return flagUrgency === null || score.item9 === null
      ? []
      : [
          {
            scaleItem: { instrument: score.instrument, item: 9, answer: score.item9 },
            lowestUrgency: flagUrgency,
          },
        ];
  });
}

/**
 * The flag to be sent with such an event: one, for its most pressing answer. Nothing in it claims what nobody has
 * found out. Null when the event demands none. `ref` names the event's entry; `raisedAt` is an instant.
 */
export function safetyFlagFor(written: {
  readonly event: ClinicalEvent;
  readonly ref: string;
  readonly raisedAt: string;
}): SafetyFlag | null {
  const demanded = safetyFlagsDemanded(written.event);
  const worst = demanded.find(({ lowestUrgency }) => lowestUrgency === 'emergent') ?? demanded[0];
  if (worst === undefined) return null;
  return {
    event: 'safety_flag',
    schema: 1,
    raised_at: written.raisedAt,
    kind: 'suicidal_thoughts',
    immediate_danger: 'unknown',
    concern: null,
    about: written.ref,
    scale_item: worst.scaleItem,
    with_somebody: 'unknown',
    whereabouts: null,
    call_back: null,
    emergency_services_called: false,
    crisis_card_shown: false,
    client_text: null,
  };
}
