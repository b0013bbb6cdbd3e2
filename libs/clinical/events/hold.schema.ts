import { z } from 'zod';
import { clientText, entryRef, instant, text } from '../fields.schema.js';

const HOLD_REASONS = [
  'safety',
  'vital_signs',
  'adverse_event',
  'side_effect',
  'new_medication',
  'new_illness',
  'possible_pregnancy',
  'substance_use',
  'consent_missing',
  'information_missing',
  'eligibility_in_doubt',
  'client_wish',
  'no_ride_or_chaperone',
  'logistics',
  'other',
] as const;

/**
 * "Not now": no dose and no session until a prescriber releases it. Anybody may raise one, the client too, and with as
 * little as a reason: a hold asks for little so that nobody hesitates. It never ends by time.
 */
export const holdSchema = z
  .strictObject({
    event: z.literal('hold'),
    schema: z.literal(1),
    raised_at: instant,
    reason: z.enum(HOLD_REASONS),
    detail: text().nullable(),
    about: entryRef.nullable().describe('The entry that gave rise to it'),
    review_by: instant
      .nullable()
      .describe('When a prescriber should have looked; the hold does not end then'),
    client_text: clientText.nullable(),
  })
  .refine((hold) => hold.reason !== 'other' || hold.detail !== null, {
    path: ['detail'],
    error: 'is needed when the reason is "other"',
  });
