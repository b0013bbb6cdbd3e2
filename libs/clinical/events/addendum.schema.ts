import { z } from 'zod';
import { clientText, entryRef, instant, line, text } from '../fields.schema.js';

/**
 * Words added to an entry that itself never changes. An addendum explains, completes or says that something was
 * entered by mistake; it never alters what is in force: a wrong decision is mended by a decision that supersedes it.
 */
export const addendumSchema = z.strictObject({
  event: z.literal('addendum'),
  schema: z.literal(1),
  added_at: instant,
  amends: entryRef.describe('The entry that is added to'),
  kind: z.enum(['late_entry', 'clarification', 'correction', 'entered_by_mistake']),
  part: line().nullable().describe('Which part of the entry is meant'),
  text: text(8_000),
  client_text: clientText.nullable(),
});
