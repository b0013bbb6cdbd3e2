import { z } from 'zod';
import { instant, line } from '../fields.schema.js';
import { identifier } from './approval.schema.js';

/**
 * What the record of a case holds for rules beside readings and totals. A name, a report or a finding that is there is
 * there; that one is missing says nothing as long as the list is not whole or entries were not read.
 */
export const recordFactsSchema = z.strictObject({
  as_of: instant,
  unread: z
    .boolean()
    .describe('Entries of the case could not be read, or do not count and are not explained'),
  medicines: z.strictObject({
    names: z.array(line()).max(200),
    whole: z.boolean().describe('false: no whole list was ever gone through, or it is in doubt'),
  }),
  symptoms: z
    .array(
      z.strictObject({ code: identifier, severity: z.int().min(1).max(5).nullable(), reported_at: instant }),
    )
    .max(2_000),
  facts: z.array(z.strictObject({ name: identifier, value: identifier, doubtful: z.boolean() })).max(200),
});
export type RecordFacts = z.infer<typeof recordFactsSchema>;
