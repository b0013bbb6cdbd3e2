import { z } from 'zod';
import { date, dateReaches, instant, line } from '../fields.schema.js';

export { identifier, version } from '#calendar';

/**
 * Who said that this data may be used. "none" is how every example is shipped. The signature itself travels outside;
 * this is the part of the signed text that names the person, so that a signature cannot be moved to another approval.
 */
export const approval = z.union([
  z.literal('none'),
  z
    .strictObject({
      approved_by: line(100).describe('The person, as the caller spells people'),
      role: z.literal('director'),
      approved_at: instant,
      expires_on: date.nullable(),
    })
    .refine((given) => given.expires_on === null || dateReaches(given.expires_on, given.approved_at), {
      path: ['expires_on'],
      error: 'must not be before the approval',
    }),
]);
export type Approval = z.infer<typeof approval>;

/** Words for people in the languages of the catalogue; Spanish may still be missing in data somebody wrote. */
export const ruleWords = z.strictObject({ en: line(300), es: line(300).nullable() });
