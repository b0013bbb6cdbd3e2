import { z } from 'zod';
import { seriousness } from '../care.schema.js';
import { allDifferent, clientText, date, entryRef, inOrder, instant, line, text } from '../fields.schema.js';

/** A report to an authority or a company, as made: nothing here makes it. */
const report = z.strictObject({ to: line(), on: date, reference: line().nullable() });

/**
 * Harm or possible harm after treatment, also outside a session, also told by the client. Words as in ICH E2A
 * (seriousness) and E2B(R3) (outcome), causality as in the WHO-UMC system. A later report on the same event
 * supersedes the earlier one.
 */
export const adverseEventSchema = z
  .strictObject({
    event: z.literal('adverse_event'),
    schema: z.literal(1),
    reported_at: instant,
    supersedes: entryRef.nullable().describe('The earlier report on the same event'),
    session_outcome: entryRef.nullable().describe('The session it followed, when there was one'),
    occurred_at: instant,
    ended_at: instant.nullable(),
    what: text(4_000),
    serious_because: z.array(seriousness).max(6).describe('Empty: not serious'),
    severity: z.int().min(1).max(5).describe('1 mild to 5 death'),
    causality: z.enum([
      'certain',
      'probable',
      'possible',
      'unlikely',
      'not_related',
      'cannot_be_judged',
      'not_assessed',
    ]),
    expected: z.enum(['expected', 'unexpected', 'not_assessed']).describe('Known for this medicine or not'),
    action: text(),
    treatment_after: z
      .enum(['unchanged', 'change_asked', 'held', 'stopped', 'not_decided'])
      .describe('What is asked or already in force; deciding it takes a decision or a hold of its own'),
    emergency_services_called: z.boolean(),
    outcome: z.enum(['recovered', 'recovering', 'not_recovered', 'lasting_effects', 'death', 'unknown']),
    reports: z.array(report).max(10),
    client_text: clientText.nullable(),
  })
  .refine((event) => allDifferent(event.serious_because), {
    path: ['serious_because'],
    error: 'must not name anything twice',
  })
  .refine((event) => event.serious_because.includes('death') === (event.outcome === 'death'), {
    path: ['outcome'],
    error: 'must be "death" exactly when death is what made it serious',
  })
  .refine((event) => (event.severity === 5) === (event.outcome === 'death'), {
    path: ['severity'],
    error: 'must be 5 for death, and only then',
  })
  .refine((event) => inOrder(event.occurred_at, event.reported_at), {
    path: ['occurred_at'],
    error: 'must not be after the report',
  })
  .refine((event) => event.ended_at === null || inOrder(event.occurred_at, event.ended_at), {
    path: ['ended_at'],
    error: 'must not be before it occurred',
  })
  .refine((event) => event.ended_at === null || !['recovering', 'not_recovered'].includes(event.outcome), {
    path: ['ended_at'],
    error: 'must be null while it goes on',
  });
