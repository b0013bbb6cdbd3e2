import { z } from 'zod';
import { allDifferent, clientText, entryRef, instant, text, textList } from '../fields.schema.js';
import { doseAxis, doseReason } from '../medicine.schema.js';

/** Step 6 of the pathway: the therapist asks, the prescriber decides. Proposes in words; never carries a plan. */
export const doseAdjustmentRequestSchema = z
  .strictObject({
    event: z.literal('dose_adjustment_request'),
    schema: z.literal(1),
    requested_at: instant,
    supersedes: entryRef.nullable().describe('The earlier request this one replaces'),
    decision: entryRef.describe('The dose decision in force that should change'),
    session_outcome: entryRef.nullable().describe('The session that gave rise to it'),
    reason: doseReason,
    axes_asked: z.array(doseAxis).min(1).max(7),
    observations: text(4_000),
    proposal: text().nullable(),
    next_session_at: instant.nullable(),
    questions_for_prescriber: textList(),
    client_text: clientText.nullable(),
  })
  .refine((request) => allDifferent(request.axes_asked), {
    path: ['axes_asked'],
    error: 'must not name anything twice',
  });
