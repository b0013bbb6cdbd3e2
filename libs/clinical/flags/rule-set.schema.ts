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

/** What the record says is old: only who writes the rule can say how old a report may be that still counts. */
const symptomOnRecord = symptom.extend({
  on_record_within_h: z
    .int()
    .min(1)
    .max(8_784)
    .nullable()
    .describe('Reports on record count while they are no older, in hours; null: only what is asked now'),
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

/**
 * A finding on record, by name. The name is no enum: a set may name facts that a version does not know, and is then
 * told for each that it cannot be judged by that version.
 */
const fact = z.strictObject({
  kind: z.literal('fact'),
  fact: identifier,
  one_of: z.array(identifier).min(1).max(20),
});

const leaf = z.discriminatedUnion('kind', [vital, symptom, medication, scaleTotal]);
const leafOfTwo = z.discriminatedUnion('kind', [vital, symptomOnRecord, medication, scaleTotal, fact]);

/** Two levels of "any" and "all" are enough to say, and few enough to read before signing. */
function conditionOf<Leaf extends typeof leaf | typeof leafOfTwo>(one: Leaf) {
  const kind = z.enum(['any', 'all']);
  const leafGroup = z.strictObject({ kind, of: z.array(one).min(1).max(20) });
  const group = z.strictObject({
    kind,
    of: z
      .array(z.union([one, leafGroup]))
      .min(1)
      .max(20),
  });
  return z.union([one, group]);
}

const follows = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('re_measure'),
    within_min: z.int().min(1).max(240).nullable().describe('null: at once'),
  }),
  z.strictObject({ action: z.literal('answer_required'), urgency: z.enum(URGENCIES) }),
  z.strictObject({ action: z.literal('emergency_card') }),
]);

const ruleFields = {
  rule_id: identifier,
  phases: z
    .array(z.enum(['pre', 'during', 'post']))
    .min(1)
    .max(3)
    .refine(allDifferent, { error: 'must not name anything twice' })
    .describe('Readings of which phases are judged'),
  follows,
  words: ruleWords,
  source: text(1_000).describe('Where the threshold comes from'),
};
const ruleOfOne = z.strictObject({ ...ruleFields, when: conditionOf(leaf) });
const ruleOfTwo = z.strictObject({ ...ruleFields, when: conditionOf(leafOfTwo) });

/**
 * Red-flag rules as data: versioned, approved and signed by a medical director. The schema checks the form only;
 * whether a set may fire at all is `mayFire`'s question. Every key is always there, nothing has a default.
 */
function ruleSetOf<Format extends string, Rule extends typeof ruleOfOne | typeof ruleOfTwo>(
  format: Format,
  rule: Rule,
) {
  return z.strictObject({
    format: z.literal(format),
    rule_set_id: identifier,
    version,
    title: line(),
    enabled: z.boolean(),
    approval,
    rules: z.array(rule).min(1).max(200),
  });
}

type SetOfOne = z.infer<ReturnType<typeof ruleSetOf<'trialogue/rule-set/1', typeof ruleOfOne>>>;
export type RuleCondition = z.infer<typeof ruleOfOne>['when'] | z.infer<typeof ruleOfTwo>['when'];
export type Rule = Omit<z.infer<typeof ruleOfOne>, 'when'> & { when: RuleCondition };
export type RuleSet = Omit<SetOfOne, 'format' | 'rules'> & {
  format: 'trialogue/rule-set/1' | 'trialogue/rule-set/2';
  rules: Rule[];
};

/** Format 2 adds facts on record, and how old a symptom on record may be. Both are written and read. */
export const ruleSetSchema: z.ZodType<RuleSet> = z
  .discriminatedUnion('format', [
    ruleSetOf('trialogue/rule-set/1', ruleOfOne),
    ruleSetOf('trialogue/rule-set/2', ruleOfTwo),
  ])
  .refine((set) => allDifferent(set.rules.map(({ rule_id: id }) => id)), {
    path: ['rules'],
    error: 'must not name a rule twice',
  });

export type RuleLeaf = z.infer<typeof leaf> | z.infer<typeof leafOfTwo>;
export type RuleConsequence = Rule['follows'];

/** What a set of a newer format is called, as far as it says so where every format does. */
export interface UnreadRuleSet {
  readonly format: string;
  readonly rule_set_id: string;
  readonly version: number;
  readonly title: string;
}

export type ParsedRuleSet =
  | { readonly kind: 'rule_set'; readonly ruleSet: RuleSet }
  /** Written by a newer version: to be shown as such, never half-used, and never as if it were not there. */
  | { readonly kind: 'unreadable'; readonly called: UnreadRuleSet }
  | { readonly kind: 'invalid'; readonly paths: readonly string[] };

/** Judges one JSON value. Never throws. `paths` name the fields that are wrong, never a value. */
export function parseRuleSet(content: unknown): ParsedRuleSet {
  const result = ruleSetSchema.safeParse(content);
  if (result.success) return { kind: 'rule_set', ruleSet: result.data };
  if (isNewerFormat(content)) return { kind: 'unreadable', called: calledIn(content) };
  return { kind: 'invalid', paths: result.error.issues.map(({ path }) => path.map(String).join('.')) };
}

const named = z.object({
  format: z.string(),
  rule_set_id: identifier.catch('unknown'),
  version: version.catch(1),
  title: line().catch('A rule set of a newer format'),
});

function calledIn(content: unknown): UnreadRuleSet {
  return named.parse(content);
}

function isNewerFormat(content: unknown): boolean {
  const format: unknown = (content as { format?: unknown } | null | undefined)?.format;
  return typeof format === 'string' && /^trialogue\/rule-set\/([3-9]|[1-9]\d+)$/u.test(format);
}

function isLimited({ measure, comparison }: { measure: Measure; comparison: string }): boolean {
  return comparison === (measure === 'spo2_percent' ? 'below' : 'at_least');
}
