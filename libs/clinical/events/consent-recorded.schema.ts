import { z } from 'zod';
import {
  allDifferent,
  clientText,
  date,
  dateReaches,
  entryRef,
  inOrder,
  instant,
  line,
  text,
} from '../fields.schema.js';

export const CONSENT_SCOPES = [
  'treatment_with_ketamine',
  'off_label_use',
  'psychotherapy',
  'telehealth',
  'group_session',
  'touch',
  'recording',
  'information_sharing',
  'substance_use_records',
] as const;

/** What was talked through before the person decided. What has to be is for each practice's own template. */
const TOPICS = [
  'what_will_happen',
  'benefits_and_limits',
  'risks_and_side_effects',
  'other_treatments',
  'off_label',
  'misuse_and_dependence',
  'no_driving',
  'right_to_stop',
  'who_reads_the_record',
  'emergencies',
  'costs',
] as const;

/**
 * Who may be told what, for what, until when. The elements are those a written consent under 42 CFR § 2.31(a) names;
 * `part2` says that the records are protected by that Part.
 */
const disclosure = z.strictObject({
  recipients: z.array(line()).min(1).max(20),
  what: text(1_000),
  purpose: text(1_000),
  expires_on: date.nullable().describe('null: until withdrawn'),
  part2: z.boolean(),
});

/** Scopes that let information out of the team, and so need to say to whom. */
const DISCLOSING: readonly string[] = ['information_sharing', 'substance_use_records'];

/**
 * Consent given, declined or withdrawn, one scope or several. A withdrawal needs no reason and no form: the client
 * may sign it alone. `signed_here` is the client's own signature on this very entry.
 */
export const consentRecordedSchema = z
  .strictObject({
    event: z.literal('consent_recorded'),
    schema: z.literal(1),
    recorded_at: instant,
    supersedes: entryRef.nullable().describe('The earlier record this one replaces'),
    action: z.enum(['given', 'declined', 'withdrawn']),
    scopes: z.array(z.enum(CONSENT_SCOPES)).min(1).max(CONSENT_SCOPES.length),
    given_by: z.enum(['client', 'legal_representative']),
    representative: line().nullable(),
    decided_at: instant,
    method: z.enum(['signed_here', 'signed_document', 'spoken_with_witness']),
    document: z
      .strictObject({ title: line(), version: line(40), reference: line().nullable() })
      .nullable()
      .describe('The form that was signed or read out'),
    witness: line().nullable(),
    interpreter: line().nullable().describe('Who interpreted, and between which languages'),
    topics: z.array(z.enum(TOPICS)).max(TOPICS.length).describe('What was talked through'),
    said_back: z.boolean().describe('The person said in own words what was agreed'),
    valid_until: date.nullable().describe('null: until withdrawn'),
    disclosure: disclosure.nullable(),
    remark: text().nullable(),
    client_text: clientText.nullable(),
  })
  .refine((consent) => allDifferent(consent.scopes), {
    path: ['scopes'],
    error: 'must not name anything twice',
  })
  .refine((consent) => allDifferent(consent.topics), {
    path: ['topics'],
    error: 'must not name anything twice',
  })
  .refine((consent) => (consent.given_by === 'legal_representative') === (consent.representative !== null), {
    path: ['representative'],
    error: 'must name the person when somebody else decides for the client, and only then',
  })
  .refine((consent) => consent.method !== 'signed_here' || consent.given_by === 'client', {
    path: ['method'],
    error: 'must be another one when somebody else decides for the client',
  })
  .refine((consent) => consent.method !== 'signed_document' || consent.document !== null, {
    path: ['document'],
    error: 'must name the form that was signed',
  })
  .refine((consent) => (consent.method === 'spoken_with_witness') === (consent.witness !== null), {
    path: ['witness'],
    error: 'must be named when consent was spoken, and only then',
  })
  .refine((consent) => inOrder(consent.decided_at, consent.recorded_at), {
    path: ['decided_at'],
    error: 'must not be after it was recorded',
  })
  .refine((consent) => consent.action !== 'given' || consent.topics.length > 0, {
    path: ['topics'],
    error: 'must say what was talked through before consent was given',
  })
  .refine(
    (consent) =>
      consent.action !== 'given' ||
      (consent.disclosure !== null) === consent.scopes.some((scope) => DISCLOSING.includes(scope)),
    {
      path: ['disclosure'],
      error: 'must say to whom and what for when information may be shared, and only then',
    },
  )
  .refine(
    (consent) => !consent.scopes.includes('substance_use_records') || consent.disclosure?.part2 !== false,
    { path: ['disclosure', 'part2'], error: 'must be true for records about substance use' },
  )
  .refine((consent) => consent.action === 'given' || consent.valid_until === null, {
    path: ['valid_until'],
    error: 'must be null unless consent is given',
  })
  .refine((consent) => consent.valid_until === null || dateReaches(consent.valid_until, consent.decided_at), {
    path: ['valid_until'],
    error: 'must not be before the decision',
  });
