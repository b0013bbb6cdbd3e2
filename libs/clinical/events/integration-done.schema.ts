import { z } from 'zod';
import { ASKS, askIsSaid, askText, reported, suicidality } from '../care.schema.js';
import { clientText, entryRef, instant, text, textList } from '../fields.schema.js';
import { sideEffect } from '../medicine.schema.js';

/**
 * Step 5 of the pathway: the contact the therapist owes after a session, or the attempt at it. Only `held` is a
 * contact; an attempt keeps the clock running. Themes are those the client is content to share; process notes never
 * belong here.
 */
export const integrationDoneSchema = z
  .strictObject({
    event: z.literal('integration_done'),
    schema: z.literal(1),
    contact_at: instant,
    supersedes: entryRef.nullable().describe('The earlier account this one replaces'),
    session_outcome: entryRef.describe('The session that is integrated'),
    contact_number: z.int().min(1).max(20).describe('1 for the first contact after that session'),
    result: z.enum(['held', 'client_did_not_come', 'could_not_reach', 'put_off_by_client']),
    mode: z.enum(['in_person', 'video', 'telephone', 'message']),
    duration_min: z.int().min(1).max(480).nullable(),
    suicidality,
    side_effects: z.array(sideEffect).max(20),
    medication_changes: reported,
    substance_use_concern: reported,
    themes_to_share: textList(10),
    steps_agreed: textList(10).describe('What the client wants to do until next time'),
    next_contact_at: instant.nullable(),
    ask: z.enum(ASKS),
    ask_text: askText,
    remark: text().nullable(),
    client_text: clientText.nullable(),
  })
  .refine((contact) => (contact.result === 'held') === (contact.duration_min !== null), {
    path: ['duration_min'],
    error: 'must be given when the contact was held, and only then',
  })
  .refine((contact) => contact.result === 'held' || contact.suicidality === 'not_assessed', {
    path: ['suicidality'],
    error: 'must be "not_assessed" when there was no contact',
  })
  .refine((contact) => contact.result === 'held' || contact.next_contact_at !== null, {
    path: ['next_contact_at'],
    error: 'is needed when there was no contact',
  })
  .refine((contact) => contact.suicidality !== 'active_with_plan' || contact.ask === 'urgent', {
    path: ['ask'],
    error: 'must be "urgent" after active thoughts of suicide with a plan',
  })
  .refine(askIsSaid, { path: ['ask_text'], error: 'must say what is asked of the prescriber' });
