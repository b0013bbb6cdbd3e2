import { z } from 'zod';
import { allDifferent, line, text } from '../fields.schema.js';
import { INSTRUMENT_IDS } from '../scales/index.js';
import { URGENCIES } from '../vocabulary.js';
import { approval, identifier, ruleWords, version } from './approval.schema.js';

export const MEASURES = ['systolic_mmhg', 'diastolic_mmhg', 'heart_rate_bpm', 'spo2_percent'] as const;
export type Measure = (typeof MEASURES)[number];

const vital = z
  .strictObject({
    kind: z.literal('vital'),
    measure: z.enum(MEASURES),
    comparison: z.enum(['at_least', 'below']),
    value: z.int().min(1).max(350),
    client_limit: z
      .enum(['replaces', 'ignored'])
      .describe(
        'Whether a limit a prescriber set for this client stands in for the value, stricter or looser',
      ),
  })
  .refine((leaf) => leaf.client_limit === 'ignored' || isLimited(leaf), {
    path: ['client_limit'],
    error: 'can replace an upper bound of pressure or heart rate, or a lower bound of saturation, only',
  });

const symptom = z.strictObject({
  kind: z.literal('symptom'),
  one_of: z.array(identifier).min(1).max(50),
  severity_at_least: z.int().min(1).max(5).nullable(),
});

const medication = z.strictObject({
  kind: z.literal('medication'),
  terms: z.array(line(80)).min(1).max(200).describe('Whole words as they stand in the name of a medicine'),
});

const scaleTotal = z.strictObject({
  kind: z.literal('scale_total'),
  instrument: z.enum(INSTRUMENT_IDS),
  at_least: z.int().min(0).max(200),
});

const leaf = z.discriminatedUnion('kind', [vital, symptom, medication, scaleTotal]);
const leafGroup = z.strictObject({ kind: z.enum(['any', 'all']), of: z.array(leaf).min(1).max(20) });
/** Two levels of "any" and "all" are enough to say, and few enough to read before signing. */
const group = z.strictObject({
  kind: z.enum(['any', 'all']),
  of: z
    .array(z.union([leaf, leafGroup]))
    .min(1)
    .max(20),
});

const follows = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('re_measure'),
    within_min: z.int().min(1).max(240).nullable().describe('null: at once'),
  }),
  z.strictObject({ action: z.literal('answer_required'), urgency: z.enum(URGENCIES) }),
  z.strictObject({ action: z.literal('emergency_card') }),
]);

const rule = z.strictObject({
  rule_id: identifier,
  phases: z
    .array(z.enum(['pre', 'during', 'post']))
    .min(1)
    .max(3)
    .refine(allDifferent, { error: 'must not name anything twice' })
    .describe('Readings of which phases are judged'),
  when: z.union([leaf, group]),
  follows,
  words: ruleWords,
  source: text(1_000).describe('Where the threshold comes from'),
});

/**
 * Red-flag rules as data: versioned, approved and signed by a medical director. The schema checks the form only;
 * whether a set may fire at all is `mayFire`'s question. Every key is always there, nothing has a default.
 */
export const ruleSetSchema = z
  .strictObject({
    format: z.literal('trialogue/rule-set/1'),
    rule_set_id: identifier,
    version,
    title: line(),
    enabled: z.boolean(),
    approval,
    rules: z.array(rule).min(1).max(200),
  })
  .refine((set) => allDifferent(set.rules.map(({ rule_id: id }) => id)), {
    path: ['rules'],
    error: 'must not name a rule twice',
  });

export type RuleSet = z.infer<typeof ruleSetSchema>;
export type Rule = RuleSet['rules'][number];
export type RuleCondition = Rule['when'];
export type RuleLeaf = z.infer<typeof leaf>;
export type RuleConsequence = Rule['follows'];

export type ParsedRuleSet =
  | { readonly kind: 'rule_set'; readonly ruleSet: RuleSet }
  /** Written by a newer version: to be shown as such, never half-used. */
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'invalid'; readonly paths: readonly string[] };

/** Judges one JSON value. Never throws. `paths` name the fields that are wrong, never a value. */
export function parseRuleSet(content: unknown): ParsedRuleSet {
  const result = ruleSetSchema.safeParse(content);
  if (result.success) return { kind: 'rule_set', ruleSet: result.data };
  if (isNewerFormat(content)) return { kind: 'unreadable' };
  return { kind: 'invalid', paths: result.error.issues.map(({ path }) => path.map(String).join('.')) };
}

function isNewerFormat(content: unknown): boolean {
  const format: unknown = (content as { format?: unknown } | null | undefined)?.format;
  return typeof format === 'string' && /^trialogue\/rule-set\/([2-9]|[1-9]\d+)$/u.test(format);
}

function isLimited({ measure, comparison }: { measure: Measure; comparison: string }): boolean {
  return comparison === (measure === 'spo2_percent' ? 'below' : 'at_least');
}
