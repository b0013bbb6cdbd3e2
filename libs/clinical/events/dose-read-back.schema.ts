import { z } from 'zod';
import { doseUg, entryRef, instant, text } from '../fields.schema.js';

/**
 * Therapist or client re-enters the total of one session: the most that may be taken, in-session booster included.
 * Whether it matches is not a matter of shape but of the decision it names: `matchReadBack`.
 */
export const doseReadBackSchema = z.strictObject({
  event: z.literal('dose_read_back'),
  schema: z.literal(1),
  read_at: instant,
  decision: entryRef.describe('The dose order or adjustment that was read'),
  total_ug: doseUg.describe('The most in one session as re-entered by the reader, in micrograms'),
  remark: text(1_000).nullable(),
});
