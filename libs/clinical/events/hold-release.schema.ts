import { z } from 'zod';
import { condition } from '../care.schema.js';
import { allDifferent, clientText, date, dateReaches, entryRef, instant, text } from '../fields.schema.js';

/**
 * Ends exactly the holds it names; others stay. Valid only under a prescriber's signature. A dose decision that holds
 * or stops is not released by this: a later dose decision supersedes that one. Conditions are watched, not awaited:
 * what must come first is a reason not to release yet.
 */
export const holdReleaseSchema = z
  .strictObject({
    event: z.literal('hold_release'),
    schema: z.literal(1),
    released_at: instant,
    holds: z.array(entryRef).min(1).max(20).describe('The holds that end'),
    rationale: text(4_000),
    evidence: z.array(entryRef).max(20).describe('Entries the decision rests on'),
    conditions: z.array(condition).max(20),
    not_before: date.nullable().describe('First day on which a session may be held again'),
    client_text: clientText,
  })
  .refine((release) => allDifferent(release.holds), {
    path: ['holds'],
    error: 'must not name anything twice',
  })
  .refine((release) => allDifferent(release.evidence), {
    path: ['evidence'],
    error: 'must not name anything twice',
  })
  .refine((release) => release.not_before === null || dateReaches(release.not_before, release.released_at), {
    path: ['not_before'],
    error: 'must not be before the release',
  });
