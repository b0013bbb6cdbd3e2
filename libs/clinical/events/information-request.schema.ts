import { z } from 'zod';
import { owner } from '../care.schema.js';
import { clientText, date, entryRef, instant, text } from '../fields.schema.js';

const INFORMATION = [
  'history',
  'medication_list',
  'vitals',
  'laboratory',
  'ecg',
  'imaging',
  'letter_or_clearance',
  'outside_records',
  'scale',
  'observation',
  'arrangement',
  'other',
] as const;

/**
 * "Accepts the referral or asks" (step 1), and every later question that names what is missing and what waits for
 * it. It may stand beside a `wait`: then it is the reason why an answer waits. One role is asked; who asks two asks
 * twice, so that it is always plain who owes the answer.
 */
export const informationRequestSchema = z
  .strictObject({
    event: z.literal('information_request'),
    schema: z.literal(1),
    requested_at: instant,
    supersedes: entryRef.nullable().describe('The earlier request this one replaces'),
    about: entryRef.nullable().describe('The entry that gave rise to the question'),
    asked_of: owner,
    items: z
      .array(z.strictObject({ kind: z.enum(INFORMATION), what: text(1_000) }))
      .min(1)
      .max(20),
    why: text(),
    waits_for_it: z
      .enum(['eligibility_decision', 'dose_decision', 'next_session', 'maintenance_plan', 'nothing'])
      .describe('What cannot go on until it is answered'),
    needed_by: date.nullable(),
    client_text: clientText.nullable(),
  })
  .refine((request) => request.asked_of !== 'client' || request.client_text !== null, {
    path: ['client_text'],
    error: 'is needed when the client is asked',
  });
