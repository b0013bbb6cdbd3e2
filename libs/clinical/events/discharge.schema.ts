import { z } from 'zod';
import { assents } from '../assent.schema.js';
import { response } from '../care.schema.js';
import { clientText, date, doseUg, entryRef, instant, line, text, textList } from '../fields.schema.js';
import { medication, scaleScore } from '../medicine.schema.js';

const aftercare = z.strictObject({ with: line(), what: text(500), on: date.nullable() });

/**
 * The end of this course of care. A client may always leave: a disagreement of the others is recorded and does not
 * stop it. Where no word can be had (lost contact, death) it says so. Medicine left at home is accounted for.
 */
export const dischargeSchema = z
  .strictObject({
    event: z.literal('discharge'),
    schema: z.literal(1),
    discharged_at: instant,
    supersedes: entryRef.nullable().describe('The earlier discharge this one replaces'),
    reason: z.enum([
      'completed',
      'client_wish',
      'little_benefit',
      'adverse_event',
      'no_longer_eligible',
      'moved',
      'transferred',
      'lost_contact',
      'death',
      'other',
    ]),
    reason_detail: text().nullable(),
    course: text(4_000).describe('What was done and how it went'),
    sessions_done: z.int().min(0).max(400),
    response,
    scales: z.array(scaleScore).max(12),
    risks_remaining: textList(),
    safety_plan: z.enum(['in_place', 'not_needed', 'not_made', 'not_assessed']),
    medicines_now: z.array(medication).max(60).nullable().describe('null: not known'),
    medicine_left: z
      .strictObject({ amount_ug: doseUg, what_becomes_of_it: text(500) })
      .nullable()
      .describe('null: none left with the client'),
    aftercare: z.array(aftercare).max(20),
    way_back: text(1_000).nullable().describe('How to come back'),
    assents,
    client_text: clientText,
  })
  .refine((end) => end.reason !== 'other' || end.reason_detail !== null, {
    path: ['reason_detail'],
    error: 'is needed when the reason is "other"',
  })
  .refine((end) => end.reason !== 'death' || end.assents.client.answer === 'not_possible', {
    path: ['assents', 'client', 'answer'],
    error: 'must be "not_possible" after a death',
  })
  .refine((end) => end.reason !== 'client_wish' || end.assents.client.answer !== 'disagreed', {
    path: ['assents', 'client', 'answer'],
    error: 'must not be "disagreed" when it is the wish of the client',
  });
