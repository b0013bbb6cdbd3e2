import { z } from 'zod';
import { clientText, date, dateHadBegun, entryRef, instant, text } from '../fields.schema.js';
import { INSTRUMENTS, INSTRUMENT_IDS, type Instrument, type InstrumentId } from '../scales/index.js';

const shape = z.strictObject({
  event: z.literal('scale_result'),
  schema: z.literal(1),
  recorded_at: instant,
  taken_on: date,
  supersedes: entryRef.nullable().describe('The earlier record of the same form, when it was typed wrongly'),
  session_outcome: entryRef.nullable().describe('The session it belongs to'),
  instrument: z.enum(INSTRUMENT_IDS),
  setting: z.enum(['at_home', 'before_session', 'after_session', 'at_visit', 'between_sessions']),
  method: z.enum(['self_rated', 'read_out', 'clinician_rated']),
  form_language: z
    .string()
    .regex(/^[a-z]{2}(-[A-Z]{2})?$/u)
    .nullable()
    .describe('Language of the form, e.g. en or es-MX'),
  items: z
    .array(z.int().min(0).max(4).nullable())
    .min(7)
    .max(20)
    .describe('One answer per item, in the order of the form; null: not answered or not asked'),
  total: z
    .int()
    .min(0)
    .max(80)
    .nullable()
    .describe('The sum; null when the form has none or an answer is missing'),
  remark: text(1_000).nullable(),
  client_text: clientText.nullable(),
});
type Result = z.infer<typeof shape>;

/**
 * One filled-in form, answer by answer. What it amounts to (bands, missing answers, triage, safety items) is
 * computed by `scales`, never stored: a better reading later needs no new entry. A total is the plain sum and is
 * stated only when every item was answered, as a check on typing; a screener has none.
 */
export const scaleResultSchema = shape
  .refine((result) => result.items.length === definition(result).items.length, {
    path: ['items'],
    error: 'must hold one answer for every item of the form',
  })
  .refine((result) => result.items.every((answer) => answer === null || isOffered(result, answer)), {
    path: ['items'],
    error: 'has an answer that the form does not offer',
  })
  .refine((result) => result.items.some((answer) => answer !== null), {
    path: ['items'],
    error: 'must hold at least one answer',
  })
  .refine((result) => result.total === plainSum(result), {
    path: ['total'],
    error: 'must be the sum of all answers, or null when the form has none or an answer is missing',
  })
  .refine((result) => dateHadBegun(result.taken_on, result.recorded_at), {
    path: ['taken_on'],
    error: 'must not be after it was recorded',
  });

function definition({ instrument }: { readonly instrument: InstrumentId }): Instrument {
  return INSTRUMENTS[instrument];
}

function isOffered(result: Result, answer: number): boolean {
  return definition(result).responses.some(({ value }) => value === answer);
}

function plainSum(result: Result): number | null {
  if (definition(result).kind === 'triage' || result.items.includes(null)) return null;
  return result.items.reduce<number>((sum, answer) => sum + (answer ?? 0), 0);
}
