import type { UrgencyWord } from '../vocabulary.js';
import type { Instrument, OwnWords } from './instrument.js';
import { isAsked } from './triage.scoring.js';

/** What one safety item says. `not_endorsed` is never "no risk", and its words say so. */
export interface SafetyAnswer {
  /** 1-based. */
  readonly position: number;
  readonly label: string;
  readonly answer: number | null;
  readonly state: 'endorsed' | 'not_endorsed' | 'unanswered' | 'not_asked';
  /** Least urgency of the safety_flag that is needed; null when this answer asks for none. */
  readonly flagUrgency: UrgencyWord | null;
  readonly words: OwnWords;
}

/**
 * Reads the safety items of a form, also of one that cannot be scored: any number but 0 counts as endorsed, even one
 * the form does not offer, and what is not there counts as unanswered.
 */
export function readSafetyItems(
  instrument: Instrument,
  answers: readonly (number | null)[],
): readonly SafetyAnswer[] {
  return instrument.safetyItems.map(({ item, lowestUrgency }) => {
    const answer = answers[item - 1] ?? null;
    const state = stateOf(answer, isAsked(instrument, item, answers));
    const label = instrument.items[item - 1]?.label ?? String(item);
    const flagUrgency = state === 'endorsed' ? lowestUrgency : null;
    return { position: item, label, answer, state, flagUrgency, words: WORDS[state](label) };
  });
}

function stateOf(answer: number | null, asked: boolean): SafetyAnswer['state'] {
  if (answer !== null && answer !== 0) return 'endorsed';
  if (!asked) return 'not_asked';
  return answer === null ? 'unanswered' : 'not_endorsed';
}

const WORDS: Readonly<Record<SafetyAnswer['state'], (label: string) => OwnWords>> = {
  endorsed: (label) => ({
    en: `Question ${label} was answered yes or above 0. This needs a safety flag now.`,
    es: `La pregunta ${label} tuvo un sí o más de 0. Hace falta una alerta de seguridad ahora.`,
  }),
  not_endorsed: (label) => ({
    en: `Question ${label} was answered no or 0. One answer cannot rule risk out: ask.`,
    es: `La pregunta ${label} tuvo un no o 0. Una respuesta no puede descartar el riesgo: pregunte.`,
  }),
  unanswered: (label) => ({
    en: `Question ${label} was left open. Ask about it.`,
    es: `La pregunta ${label} quedó sin respuesta. Pregunte por ella.`,
  }),
  not_asked: (label) => ({
    en: `Question ${label} was not asked, as the form says.`,
    es: `La pregunta ${label} no se hizo, como indica el formulario.`,
  }),
};
