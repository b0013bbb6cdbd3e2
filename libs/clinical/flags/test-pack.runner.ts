import { z } from 'zod';
import { allDifferent, instant, line } from '../fields.schema.js';
import { identifier, version } from './approval.schema.js';
import { observationsSchema } from './observations.schema.js';
import { recordFactsSchema, type RecordFacts } from './record.schema.js';
import { applyRules } from './rule-set.evaluation.js';
import type { RuleSet } from './rule-set.schema.js';

const expected = z.strictObject({ rule_id: identifier, at: instant.nullable() });

const caseFields = {
  name: line(),
  given: observationsSchema,
  flags: z.array(expected).max(500),
  not_judged: z.array(identifier).max(200).describe('Rules that lack what they need'),
};
const packFields = {
  pack_id: identifier,
  version,
  rule_set_id: identifier,
  rule_set_version: version,
};

type PackCase = z.infer<z.ZodObject<typeof caseFields>> & { record?: RecordFacts | null };
export type RuleTestPack = z.infer<z.ZodObject<typeof packFields>> & {
  format: 'trialogue/rule-test-pack/1' | 'trialogue/rule-test-pack/2';
  cases: PackCase[];
};

function packOf<Format extends string, Case extends z.ZodType<PackCase>>(format: Format, one: Case) {
  return z.strictObject({
    format: z.literal(format),
    ...packFields,
    cases: z.array(one).min(1).max(1_000),
  });
}

/**
 * Cases that a rule set must judge exactly so: nothing missing, nothing more. What a director replays before signing,
 * and what keeps a later version honest. Format 2 adds what the record says.
 */
export const testPackSchema: z.ZodType<RuleTestPack> = z
  .discriminatedUnion('format', [
    packOf('trialogue/rule-test-pack/1', z.strictObject(caseFields)),
    packOf(
      'trialogue/rule-test-pack/2',
      z.strictObject({ ...caseFields, record: recordFactsSchema.nullable() }),
    ),
  ])
  .refine((pack) => allDifferent(pack.cases.map(({ name }) => name)), {
    path: ['cases'],
    error: 'must not name a case twice',
  });

export interface TestPackReport {
  /** True only when the pack is for this very version, every case agrees, and every rule fired in some case. */
  readonly passed: boolean;
  /** False: the pack was written for another rule set or version. */
  readonly fits: boolean;
  readonly failures: readonly {
    readonly name: string;
    readonly missing: readonly string[];
    readonly unexpected: readonly string[];
  }[];
  /** Rules that fired in no case: nobody has seen what they do. */
  readonly untried: readonly string[];
}

/** Replays a pack against a rule set, approved or not: it is a rehearsal, and no flag of it reaches a person. */
export function runTestPack(ruleSet: RuleSet, pack: RuleTestPack): TestPackReport {
  const fired = new Set<string>();
  const failures = pack.cases.flatMap((one: PackCase) => {
    const { name, given, flags, not_judged: notJudged } = one;
    const result = applyRules(ruleSet, given, one.record ?? null);
    for (const { ruleId } of result.flags) fired.add(ruleId);
    const found = [
      ...result.flags.map(({ ruleId, at }) => flagLine(ruleId, at)),
      ...new Set(result.notJudged.map(({ ruleId }) => gapLine(ruleId))),
    ];
    const wanted = [...flags.map(({ rule_id: id, at }) => flagLine(id, at)), ...notJudged.map(gapLine)];
    const missing = without(wanted, found);
    const unexpected = without(found, wanted);
    return missing.length + unexpected.length === 0 ? [] : [{ name, missing, unexpected }];
  });
  const fits = pack.rule_set_id === ruleSet.rule_set_id && pack.rule_set_version === ruleSet.version;
  const untried = ruleSet.rules.map(({ rule_id: id }) => id).filter((id) => !fired.has(id));
  return { passed: fits && failures.length === 0 && untried.length === 0, fits, failures, untried };
}

function flagLine(ruleId: string, at: string | null): string {
  return at === null ? ruleId : `${ruleId} at ${new Date(at).toISOString()}`;
}

function gapLine(ruleId: string): string {
  return `${ruleId} not judged`;
}

/** What of `these` is left when each of `those` took away one equal to it. */
function without(these: readonly string[], those: readonly string[]): readonly string[] {
  const left = [...these];
  for (const one of those) {
    const index = left.indexOf(one);
    if (index >= 0) left.splice(index, 1);
  }
  return left;
}
