import type { z } from 'zod';
import type { scaleScore, vitalsLimits } from '../medicine.schema.js';
import { SCALE } from './english.words.js';

/** What a person reads of one event. `clientText` is what the author wrote for the client, word for word, or null. */
export interface Description {
  readonly title: string;
  readonly lines: readonly string[];
  readonly clientText: string | null;
}

/** "Label: a; b" as one line, or no line when there is nothing to say. */
export function listed(label: string, value: string | null | readonly string[]): string[] {
  const parts = value === null ? [] : typeof value === 'string' ? [value] : value;
  return parts.length === 0 ? [] : [`${label}: ${parts.join('; ')}`];
}

export function limits(limit: z.infer<typeof vitalsLimits>): string {
  const parts: (string | null)[] = [
    limit.systolic_max_mmhg === null ? null : `systolic at most ${limit.systolic_max_mmhg} mmHg`,
    limit.diastolic_max_mmhg === null ? null : `diastolic at most ${limit.diastolic_max_mmhg} mmHg`,
    limit.heart_rate_max_bpm === null ? null : `heart rate at most ${limit.heart_rate_max_bpm} per minute`,
    limit.spo2_min_percent === null ? null : `oxygen saturation at least ${limit.spo2_min_percent} %`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

/** An item 9 of 0, or none given, is never allowed to look like safety. */
export function scale(score: z.infer<typeof scaleScore>): string {
  const total = `${SCALE[score.instrument]} ${score.total} on ${score.taken_on}`;
  if (score.instrument !== 'phq9') return total;
  if (score.item9 === null) return `${total}, item 9 NOT ANSWERED`;
  if (score.item9 > 0) return `${total}, ITEM 9 (thoughts of death or self-harm) ANSWERED ${score.item9}`;
  return `${total}, item 9 answered 0 (an answer of 0 does not rule out risk)`;
}
