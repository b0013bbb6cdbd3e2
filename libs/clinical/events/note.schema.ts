import { z } from 'zod';
import { entryRef, text } from '../fields.schema.js';

/**
 * Words between people: a message, a question that needs an answer, an answer, or the reason that goes with an
 * obligation op (why something waits, is handed over, withdrawn or reopened). `about` names the entry spoken of.
 */
export const noteSchema = z.strictObject({
  event: z.literal('note'),
  schema: z.literal(1),
  about: entryRef.nullable(),
  text: text(8_000),
});
