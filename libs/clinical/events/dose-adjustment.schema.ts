import { z } from 'zod';
import { allDifferent, dateReaches, entryRef } from '../fields.schema.js';
import { doseReason } from '../medicine.schema.js';
import { dosePlanFields, regimenSchema } from './regimen.schema.js';

/**
 * Changes, holds or stops the dose decision it supersedes. With hold or stop there is no regimen and nothing may be
 * taken until a later decision supersedes this one; a hold therefore never ends by time. Valid only under a
 * prescriber's signature; not a prescription.
 */
export const doseAdjustmentSchema = z
  .strictObject({
    event: z.literal('dose_adjustment'),
    schema: z.literal(1),
    supersedes: entryRef.describe('The dose decision that is adjusted'),
    reason: doseReason,
    request: entryRef.nullable().describe('The dose adjustment request this answers'),
    ...dosePlanFields,
    regimen: regimenSchema.nullable().describe('The whole new plan; null when held or stopped'),
  })
  .refine((adjustment) => adjustment.axes_changed.length > 0, {
    path: ['axes_changed'],
    error: 'must name what changes',
  })
  .refine((adjustment) => allDifferent(adjustment.axes_changed), {
    path: ['axes_changed'],
    error: 'must not name anything twice',
  })
  .refine((adjustment) => !pauses(adjustment.axes_changed) || adjustment.axes_changed.length === 1, {
    path: ['axes_changed'],
    error: 'must name nothing else beside hold or stop',
  })
  .refine((adjustment) => pauses(adjustment.axes_changed) === (adjustment.regimen === null), {
    path: ['regimen'],
    error: 'must be given in full, unless the treatment is held or stopped',
  })
  .refine(
    ({ regimen, decided_at: decidedAt }) => regimen === null || dateReaches(regimen.expires_on, decidedAt),
    { path: ['regimen', 'expires_on'], error: 'must not be before the decision' },
  );

function pauses(axes: readonly string[]): boolean {
  return axes.includes('hold') || axes.includes('stop');
}
