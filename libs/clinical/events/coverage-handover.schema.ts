import { z } from 'zod';
import { clientText, entryRef, inOrder, instant, line, phone, text, textList } from '../fields.schema.js';

const openItem = z.strictObject({
  what: text(1_000),
  about: entryRef.nullable(),
  due_at: instant.nullable(),
});

/**
 * For the colleague who knows nothing of the case, possibly at 2 a.m. Order after I-PASS (Starmer et al., N Engl J
 * Med 2014;371:1803): how ill, summary, what to do, what might come and then what, and the receiver says it back.
 * It hands over a duty of its author's own role; the obligations themselves move by their own operation.
 */
export const coverageHandoverSchema = z
  .strictObject({
    event: z.literal('coverage_handover'),
    schema: z.literal(1),
    handed_over_at: instant,
    supersedes: entryRef.nullable().describe('The earlier handover this one replaces'),
    role: z.enum(['therapist', 'prescriber']).describe('The duty that is covered'),
    covering: line().describe('Who covers'),
    covers_from: instant,
    covers_until: instant,
    illness: z.enum(['stable', 'to_be_watched', 'unstable']),
    summary: text(4_000),
    risks: textList(),
    to_do: z.array(openItem).max(20),
    contingencies: z.array(z.strictObject({ if: text(500), then: text(1_000) })).max(20),
    next_session_at: instant.nullable(),
    reach_me: phone.nullable().describe('Where the author can be reached meanwhile; null: cannot be reached'),
    client_text: clientText.nullable(),
  })
  .refine((cover) => Date.parse(cover.covers_until) > Date.parse(cover.covers_from), {
    path: ['covers_until'],
    error: 'must be after the start of the cover',
  })
  .refine((cover) => inOrder(cover.handed_over_at, cover.covers_until), {
    path: ['covers_until'],
    error: 'must not be before the handover',
  })
  .refine((cover) => cover.illness === 'stable' || cover.contingencies.length > 0, {
    path: ['contingencies'],
    error: 'must say what to do if things get worse, unless the client is stable',
  });
