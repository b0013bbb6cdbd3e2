import type { Change, EligibilityField, Quantity, RegimenField } from '../../fold/decision.diff.js';
import { milligrams } from '../quantities.js';
import { capital, type Tongue } from '../tongue.js';

export type DecisionChange = Change<RegimenField | EligibilityField>;

/** Lists are not repeated: that they differ is said, and where there was or is none. */
export function decisionChange({ field, from, to }: DecisionChange, t: Tongue): string {
  const what = capital(t.word('changed', field));
  if (from?.unit === 'details' && to?.unit === 'details') return t.say('change.list', { what });
  return t.say('change.line', { what, from: quantityWords(from, t), to: quantityWords(to, t) });
}

function quantityWords(value: Quantity | null, t: Tongue): string {
  if (value === null) return t.say('change.none');
  switch (value.unit) {
    case 'mg':
      return milligrams(value.ug);
    case 'date':
      return value.day;
    case 'typed':
      return value.text;
    case 'choice':
      return t.word(value.table, value.choice);
    case 'steps':
      return value.steps
        .map(({ session, ug }) => t.say('change.step', { number: session, mg: milligrams(ug) }))
        .join(', ');
    case 'details':
      return t.say('change.listed');
    default:
      return t.say(COUNTED[value.unit], { n: value.count });
  }
}

const COUNTED = {
  days: 'change.days',
  minutes: 'change.minutes',
  sessions: 'change.sessions',
  units: 'change.units',
} as const;
