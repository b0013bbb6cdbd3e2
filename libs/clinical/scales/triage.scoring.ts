import type { OwnWords, TriageInstrument } from './instrument.js';

export type TriageOutcome =
  | {
      readonly kind: 'triage';
      /** Code of the level reached, or `none_endorsed`, which is not "no risk". */
      readonly level: string;
      readonly words: OwnWords;
      /** Asked and not answered; can only be non-empty when the highest level was reached without them. */
      readonly missing: readonly number[];
    }
  | {
      readonly kind: 'open';
      /** What the given answers already amount to; the missing ones can only raise it. Null: nothing yet. */
      readonly atLeast: string | null;
      readonly missing: readonly number[];
    };

/**
 * The most serious item answered yes decides. A yes counts even where the form would not have asked: on doubt the
 * more serious reading holds.
 */
export function triage(instrument: TriageInstrument, answers: readonly (number | null)[]): TriageOutcome {
  const missing = instrument.items.flatMap((_, index) =>
    answers[index] === null && isAsked(instrument, index + 1, answers) ? [index + 1] : [],
  );
  const reached = instrument.levels
    .filter((level) => level.items.some((item) => answers[item - 1] === 1))
    .at(-1);
  const highest = instrument.levels.at(-1);
  if (missing.length > 0 && reached !== highest) {
    return { kind: 'open', atLeast: reached?.code ?? null, missing };
  }
  return {
    kind: 'triage',
    level: reached?.code ?? 'none_endorsed',
    words: reached?.words ?? instrument.noneEndorsed,
    missing,
  };
}

/** Whether the form asks for this item (1-based): not after a no to the item before it; open counts as asked. */
export function isAsked(
  instrument: Pick<TriageInstrument, 'items'>,
  position: number,
  answers: readonly (number | null)[],
): boolean {
  const gate = instrument.items[position - 1]?.askedAfter ?? null;
  return gate === null || answers[gate - 1] !== 0;
}
