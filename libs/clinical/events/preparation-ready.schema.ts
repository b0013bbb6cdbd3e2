import { z } from 'zod';
import { contact } from '../care.schema.js';
import { clientText, entryRef, inOrder, instant, region, text, textList } from '../fields.schema.js';
import { modality } from '../medicine.schema.js';

const done = z.enum(['yes', 'no', 'not_needed']);

/**
 * Step 3 of the pathway, by client or therapist: how the next session is prepared. It reports; whether it is enough
 * is for the go/no-go gate and the case's template. Questions left open ask the prescriber.
 */
export const preparationReadySchema = z
  .strictObject({
    event: z.literal('preparation_ready'),
    schema: z.literal(1),
    confirmed_at: instant,
    supersedes: entryRef.nullable().describe('The earlier report this one replaces'),
    session_number: z.int().min(1).max(400),
    session_at: instant.nullable().describe('When the session is planned to start'),
    modality,
    location_region: region,
    emergency_address: text(300).nullable().describe('Where help would have to come, for a session at home'),
    intention: text().nullable(),
    consent: entryRef.nullable().describe('The consent in force that was looked at again'),
    ride_home: contact.nullable().describe('null: no ride home arranged'),
    chaperone: contact.nullable().describe('An adult who stays; null: nobody arranged'),
    emergency_contact: contact.nullable(),
    checklist: z.strictObject({
      fasting_understood: done,
      medicines_understood: done,
      no_driving_understood: done,
      room_made_safe: done,
      others_at_home_know: done,
      call_tested: done,
    }),
    open_questions: textList().describe('For the prescriber; each needs an answer before the session'),
    client_text: clientText.nullable(),
  })
  .refine(({ modality: where, emergency_address: address }) => !isAtHome(where) || address !== null, {
    path: ['emergency_address'],
    error: 'is needed when the session is at home',
  })
  .refine((ready) => ready.session_at === null || inOrder(ready.confirmed_at, ready.session_at), {
    path: ['session_at'],
    error: 'must not be before the confirmation',
  });

export function isAtHome(where: z.infer<typeof modality>): boolean {
  return where === 'at_home_therapist_present' || where === 'at_home_by_video';
}
