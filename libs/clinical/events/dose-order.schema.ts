import { z } from 'zod';
import { allDifferent, dateReaches, entryRef } from '../fields.schema.js';
import { doseReason } from '../medicine.schema.js';
import { dosePlanFields, regimenSchema } from './regimen.schema.js';

/**
 * The first dose plan, or a new one in place of an old (then with reason and what changed). Valid only under a
 * prescriber's signature; not a prescription. Therapist and client read the total back before the next session.
 */
export const doseOrderSchema = z
  .strictObject({
    event: z.literal('dose_order'),
    schema: z.literal(1),
    supersedes: entryRef.nullable().describe('The dose decision this order replaces; null for the first'),
    reason: doseReason.nullable(),
    ...dosePlanFields,
    regimen: regimenSchema,
  })
  .refine((order) => (order.supersedes === null) === (order.reason === null), {
    path: ['reason'],
    error: 'must be given when an earlier decision is replaced, and only then',
  })
  .refine((order) => (order.supersedes === null) === (order.axes_changed.length === 0), {
    path: ['axes_changed'],
    error: 'must be given when an earlier decision is replaced, and only then',
  })
  .refine((order) => allDifferent(order.axes_changed), {
    path: ['axes_changed'],
    error: 'must not name anything twice',
  })
  .refine((order) => !order.axes_changed.some((axis) => axis === 'hold' || axis === 'stop'), {
    path: ['axes_changed'],
    error: 'must not hold or stop: that is an adjustment',
  })
  .refine((order) => dateReaches(order.regimen.expires_on, order.decided_at), {
    path: ['regimen', 'expires_on'],
    error: 'must not be before the decision',
  });
