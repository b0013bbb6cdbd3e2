import { Temporal } from '#calendar';
import type { OwnWords } from '../scales/index.js';
import { URGENCIES } from '../vocabulary.js';
import { judge, type Frame } from './condition.judgement.js';
import type { Evidence, Gap } from './evidence.js';
import type { Observations } from './observations.schema.js';
import type { RecordFacts } from './record.schema.js';
import type { Rule, RuleCondition, RuleConsequence, RuleLeaf, RuleSet } from './rule-set.schema.js';
import { SILENCE_WORDS, silenceOf, type RuleSetTrust, type SilenceReason } from './rule-set.trust.js';
import { orderReadings } from './vitals.series.js';

/** One rule that fired, with everything a person needs to understand why. */
export interface RedFlag {
  readonly ruleSetId: string;
  readonly ruleSetVersion: number;
  readonly ruleId: string;
  /** When it was so: the reading's or the latest symptom's time; null for medicines and scales. */
  readonly at: string | null;
  readonly evidence: readonly Evidence[];
  readonly follows: RuleConsequence;
  readonly words: Rule['words'];
  /** Only for re_measure: until when (null: at once), and the first later reading of the same measures. */
  readonly reMeasure: { readonly dueAt: string | null; readonly doneAt: string | null } | null;
}

export interface NotJudged extends Gap {
  readonly ruleId: string;
}

/**
 * - `silent`: the set must not be used; that is to be shown, it is not "nothing found".
 * - `judged`: flags in order of time (those without a time first), and what could not be judged for want of data.
 */
export type RuleSetVerdict =
  | { readonly kind: 'silent'; readonly because: SilenceReason; readonly words: OwnWords }
  | { readonly kind: 'judged'; readonly flags: readonly RedFlag[]; readonly notJudged: readonly NotJudged[] };

/** What a rule set is asked about: what was observed, and what the record of the case says (default: nothing). */
export interface Asked {
  readonly observations: Observations;
  readonly record?: RecordFacts | null;
  readonly now: string;
}

/** Asks a rule set, if it may speak at the instant `now`. Every reading of the series is judged, not only the last. */
export function evaluateRuleSet(
  ruleSet: RuleSet,
  trust: RuleSetTrust | null,
  { observations, record = null, now }: Asked,
): RuleSetVerdict {
  const because = silenceOf(ruleSet, trust, now);
  if (because !== null) return { kind: 'silent', because, words: SILENCE_WORDS[because] };
  return { kind: 'judged', ...applyRules(ruleSet, observations, record) };
}

/** The flag that asks for most: emergency card, then answers by urgency, then re-measuring; the earliest of equals. */
export function strongestFlag(flags: readonly RedFlag[]): RedFlag | null {
  return flags.toSorted((a, b) => strengthOf(b.follows) - strengthOf(a.follows))[0] ?? null;
}

function strengthOf(follows: RuleConsequence): number {
  if (follows.action === 'emergency_card') return URGENCIES.length + 1;
  return follows.action === 're_measure' ? 0 : URGENCIES.indexOf(follows.urgency) + 1;
}

/** The rules themselves, whoever approved them: for `evaluateRuleSet` and for the test pack of a draft only. */
export function applyRules(
  ruleSet: RuleSet,
  observations: Observations,
  record: RecordFacts | null = null,
): { readonly flags: readonly RedFlag[]; readonly notJudged: readonly NotJudged[] } {
  const readings = orderReadings(observations.vitals);
  const results = ruleSet.rules.map((rule) =>
    applyRule(ruleSet, rule, { observations: { ...observations, vitals: [...readings] }, record }),
  );
  const flags = results.flatMap((result) => result.flags);
  return {
    flags: flags.toSorted((a, b) => timeOf(a.at) - timeOf(b.at)),
    notJudged: results.flatMap((result) => result.notJudged),
  };
}

function applyRule(
  ruleSet: RuleSet,
  rule: Rule,
  { observations, record }: Pick<Frame, 'observations' | 'record'>,
) {
  const flags: RedFlag[] = [];
  const notJudged: NotJudged[] = [];
  for (const moment of framesOf(rule, observations)) {
    const frame = { ...moment, record };
    const judged = judge(rule.when, frame);
    if (judged.state === 'unknown')
      notJudged.push(...judged.gaps.map((gap) => ({ ruleId: rule.rule_id, ...gap })));
    if (judged.state !== 'yes' || isSaidElsewhere(frame, judged.evidence)) continue;
    flags.push({
      ruleSetId: ruleSet.rule_set_id,
      ruleSetVersion: ruleSet.version,
      ruleId: rule.rule_id,
      at: momentOf(frame, judged.evidence),
      evidence: judged.evidence,
      follows: rule.follows,
      words: rule.words,
      reMeasure:
        rule.follows.action === 're_measure' ? reMeasureOf(rule.follows, frame, judged.evidence) : null,
    });
  }
  return { flags, notJudged: withoutRepeats(notJudged) };
}

/** A rule about vitals is asked once per reading of its phases; every rule once about all the rest. */
function framesOf(rule: Rule, observations: Observations): readonly Omit<Frame, 'record'>[] {
  const readings = leavesOf(rule.when).some(({ kind }) => kind === 'vital')
    ? observations.vitals.filter(({ phase }) => rule.phases.includes(phase))
    : [];
  const measured = readings.length > 0;
  return [null, ...readings].map((reading) => ({ reading, measured, observations }));
}

function leavesOf(condition: RuleCondition | RuleLeaf): readonly RuleLeaf[] {
  return 'of' in condition ? condition.of.flatMap(leavesOf) : [condition];
}

/** At a reading only what that reading shows counts; a symptom alone was already said once, not once per reading. */
function isSaidElsewhere({ reading }: Frame, evidence: readonly Evidence[]): boolean {
  return reading !== null && !evidence.some(({ kind }) => kind === 'vital');
}

function momentOf({ reading }: Frame, evidence: readonly Evidence[]): string | null {
  if (reading !== null) return reading.taken_at;
  const times = evidence.flatMap((found) => (found.kind === 'symptom' ? [found.reportedAt] : []));
  return times.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1) ?? null;
}

function reMeasureOf(
  { within_min: within }: Extract<RuleConsequence, { action: 're_measure' }>,
  { reading, observations }: Frame,
  evidence: readonly Evidence[],
): RedFlag['reMeasure'] {
  if (reading === null) return { dueAt: null, doneAt: null };
  const takenAt = Temporal.Instant.from(reading.taken_at);
  const measures = evidence.flatMap((found) => (found.kind === 'vital' ? [found.measure] : []));
  const again = observations.vitals.find(
    (other) =>
      Date.parse(other.taken_at) > takenAt.epochMilliseconds &&
      measures.every((measure) => other[measure] !== null),
  );
  return {
    dueAt: within === null ? null : takenAt.add({ minutes: within }).toString(),
    doneAt: again?.taken_at ?? null,
  };
}

function timeOf(at: string | null): number {
  return at === null ? -Infinity : Date.parse(at);
}

function withoutRepeats(gaps: readonly NotJudged[]): readonly NotJudged[] {
  const seen = new Map(gaps.map((gap) => [JSON.stringify([gap.ruleId, gap.what, gap.at, gap.fact]), gap]));
  return [...seen.values()];
}
