import { z } from 'zod';
import { yesNoUnknown } from '../care.schema.js';
import { clientText, entryRef, instant, phone, text } from '../fields.schema.js';
import { INSTRUMENT_IDS } from '../scales/index.js';

const SAFETY_KINDS = [
  'suicidal_thoughts',
  'self_harm',
  'harm_to_others',
  'psychosis_or_mania',
  'misuse_or_overdose',
  'medical_emergency',
  'abuse_or_coercion',
  'cannot_be_reached',
  'alone_after_session',
  'left_unsafe',
  'other',
] as const;

const scaleItem = z.strictObject({
  instrument: z.enum(INSTRUMENT_IDS),
  item: z.int().min(1).max(20).describe('Position on the form'),
  answer: z.int().min(1).max(4),
});

/**
 * "Somebody look at this now." Anybody may raise one, the client too, with nothing but a kind. A flag is no
 * judgement of risk and its absence is none either. Danger at this moment makes it emergent.
 */
export const safetyFlagSchema = z
  .strictObject({
    event: z.literal('safety_flag'),
    schema: z.literal(1),
    raised_at: instant,
    kind: z.enum(SAFETY_KINDS),
    immediate_danger: yesNoUnknown,
    concern: text().nullable(),
    about: entryRef.nullable().describe('The entry that gave rise to it'),
    scale_item: scaleItem.nullable().describe('The answer on a form that raised it'),
    with_somebody: yesNoUnknown.describe('Whether the client is with somebody now'),
    whereabouts: text(300).nullable().describe('Where the client is now'),
    call_back: phone.nullable(),
    emergency_services_called: z.boolean(),
    crisis_card_shown: z.boolean().describe('Crisis contacts were shown or given to the client'),
    client_text: clientText.nullable(),
  })
  .refine((flag) => flag.kind !== 'other' || flag.concern !== null, {
    path: ['concern'],
    error: 'is needed when the kind is "other"',
  })
  .refine((flag) => flag.scale_item === null || flag.about !== null, {
    path: ['about'],
    error: 'must name the form that raised it',
  });
