import { z } from 'zod';
import { entryRef, instant, text } from './fields.schema.js';

/**
 * What one of the three said to a plan that all three carry. `asked` means the answer is still owed, and the entry
 * should ask for it. `by_signing_this` is the author alone, about himself: his signature on the entry is his word.
 */
const assent = z
  .strictObject({
    answer: z.enum(['agreed', 'disagreed', 'asked', 'not_possible']),
    answered_at: instant.nullable(),
    how: z
      .enum(['by_signing_this', 'in_this_thread', 'in_person', 'by_video', 'by_telephone', 'in_writing'])
      .nullable(),
    entry: entryRef.nullable().describe('The entry in which it was said, when it was said in this thread'),
    remark: text(1_000).nullable(),
  })
  .refine((given) => isAnswered(given.answer) === (given.answered_at !== null), {
    path: ['answered_at'],
    error: 'must be given once there is an answer, and only then',
  })
  .refine((given) => isAnswered(given.answer) === (given.how !== null), {
    path: ['how'],
    error: 'must be given once there is an answer, and only then',
  })
  .refine((given) => (given.how === 'in_this_thread') === (given.entry !== null), {
    path: ['entry'],
    error: 'must name the entry when it was said in this thread, and only then',
  })
  .refine((given) => given.answer !== 'not_possible' || given.remark !== null, {
    path: ['remark'],
    error: 'must say why no answer is possible',
  });

export const ASSENTING = ['client', 'therapist', 'prescriber'] as const;
export type AssentingRole = (typeof ASSENTING)[number];

/** Step 7 of the pathway: "three recorded assents". All three are always there, also as "asked". */
export const assents = z.strictObject({ client: assent, therapist: assent, prescriber: assent });
export type Assents = z.infer<typeof assents>;

/** The roles whose word is still owed. */
export function assentsAwaited(given: Assents): AssentingRole[] {
  return ASSENTING.filter((role) => given[role].answer === 'asked');
}

/** `complete`: all three agreed. `refused`: somebody disagreed. Otherwise `awaited`, or `partial` when it cannot be had. */
export function assentState(given: Assents): 'complete' | 'awaited' | 'refused' | 'partial' {
  const answers = ASSENTING.map((role) => given[role].answer);
  if (answers.includes('disagreed')) return 'refused';
  if (answers.includes('asked')) return 'awaited';
  return answers.includes('not_possible') ? 'partial' : 'complete';
}

function isAnswered(answer: string): boolean {
  return answer === 'agreed' || answer === 'disagreed';
}
