import type { Observations } from './observations.schema.js';
import type { Evidence, Gap } from './evidence.js';
import { judgeFact } from './fact.judgement.js';
import type { RecordFacts } from './record.schema.js';
import type { RuleCondition, RuleLeaf } from './rule-set.schema.js';
import { isBeyondLimit, limitOf, type VitalsReading } from './vitals.series.js';

export type Judged =
  | { readonly state: 'yes'; readonly evidence: readonly Evidence[] }
  | { readonly state: 'no' }
  | { readonly state: 'unknown'; readonly gaps: readonly Gap[] };

/** One moment a rule is asked about: a reading, or (null) everything that is no reading. */
export interface Frame {
  readonly reading: VitalsReading | null;
  /** False when no reading exists that the rule could judge. */
  readonly measured: boolean;
  readonly observations: Observations;
  /** Null: nothing of the record was handed in. */
  readonly record: RecordFacts | null;
}

const NO: Judged = { state: 'no' };

/** Three-valued: "any" needs one yes; "all" fails by one no; what is missing stays unknown and is named. */
export function judge(condition: RuleCondition | RuleLeaf, frame: Frame): Judged {
  if (!('of' in condition)) return judgeLeaf(condition, frame);
  const parts = condition.of.map((part) => judge(part, frame));
  if (condition.kind === 'all' && parts.some(({ state }) => state === 'no')) return NO;
  const yes = parts.filter((part) => part.state === 'yes');
  const isYes = condition.kind === 'any' ? yes.length > 0 : yes.length === parts.length;
  if (isYes) return { state: 'yes', evidence: yes.flatMap(({ evidence }) => evidence) };
  const unknown = parts.filter((part) => part.state === 'unknown');
  return unknown.length === 0 ? NO : { state: 'unknown', gaps: unknown.flatMap(({ gaps }) => gaps) };
}

function judgeLeaf(leaf: RuleLeaf, frame: Frame): Judged {
  switch (leaf.kind) {
    case 'vital':
      return frame.reading === null
        ? unlessUnread(judgeVital(leaf, frame), leaf, frame)
        : judgeVital(leaf, frame);
    case 'symptom':
      return unlessUnread(judgeSymptom(leaf, frame), leaf, frame);
    case 'medication':
      return unlessUnread(judgeMedication(leaf, frame), leaf, frame);
    case 'fact':
      return unlessUnread(judgedFact(leaf, frame), leaf, frame);
    case 'scale_total':
      return unlessUnread(judgeScale(leaf, frame.observations.scales), leaf, frame);
  }
}

type Leaf<Kind extends RuleLeaf['kind']> = Extract<RuleLeaf, { kind: Kind }>;

function judgeVital(leaf: Leaf<'vital'>, { reading, measured, observations }: Frame): Judged {
  if (reading === null) return measured ? NO : unknown(leaf.measure);
  const value = reading[leaf.measure];
  if (value === null) return unknown(leaf.measure, reading.taken_at);
  const own = leaf.client_limit === 'replaces' ? observations.client_limits : null;
  const limit = limitOf(own?.limits ?? null, leaf.measure);
  const holds = limit === null ? isReached(leaf, value) : isBeyondLimit(leaf.measure, value, limit);
  if (!holds) return NO;
  const found = {
    kind: 'vital',
    measure: leaf.measure,
    value,
    takenAt: reading.taken_at,
    phase: reading.phase,
    comparison: limit !== null && leaf.comparison === 'at_least' ? 'above' : leaf.comparison,
    threshold: limit ?? leaf.value,
    thresholdFrom: limit === null || own === null ? 'rule_set' : own.from,
  } as const;
  return { state: 'yes', evidence: [found] };
}

function isReached(leaf: Leaf<'vital'>, value: number): boolean {
  return leaf.comparison === 'at_least' ? value >= leaf.value : value < leaf.value;
}

/** "No" rests on the record: what was not read there, or not handed in where the rule asks for it, might say "yes". */
function unlessUnread(judged: Judged, leaf: RuleLeaf, { record }: Frame): Judged {
  if (judged.state !== 'no') return judged;
  const asksRecord = leaf.kind === 'symptom' && ageLimitOf(leaf) !== null;
  const isUnread = leaf.kind === 'symptom' && !asksRecord ? false : record?.unread === true;
  return isUnread || (asksRecord && record === null) ? unknown('entries_not_read') : judged;
}

function judgedFact(leaf: Leaf<'fact'>, { record }: Frame): Judged {
  const answer = judgeFact(leaf, record);
  if (answer.kind === 'no') return NO;
  return answer.kind === 'yes'
    ? { state: 'yes', evidence: [answer.evidence] }
    : { state: 'unknown', gaps: [answer.gap] };
}

/**
 * A symptom without a severity, where the rule asks for one, is unknown: it was not said to be slight. What stands on
 * record can say "yes"; that it says nothing is no "no" as long as nobody was asked now.
 */
function judgeSymptom(leaf: Leaf<'symptom'>, { observations: { symptoms }, record }: Frame): Judged {
  const all = [...(symptoms ?? []), ...recentlyOnRecord(leaf, record)];
  const named = all.filter(({ code }) => leaf.one_of.includes(code));
  const needed = leaf.severity_at_least;
  const evidence = named
    .filter(({ severity }) => needed === null || (severity !== null && severity >= needed))
    .map(({ code, severity, reported_at: reportedAt }) => ({
      kind: 'symptom' as const,
      code,
      severity,
      reportedAt,
    }));
  if (evidence.length > 0) return { state: 'yes', evidence };
  const open = named.find(({ severity }) => severity === null);
  if (open !== undefined) return unknown('symptom_severity', open.reported_at);
  return symptoms === null ? unknown('symptoms') : NO;
}

function recentlyOnRecord(leaf: Leaf<'symptom'>, record: RecordFacts | null): RecordFacts['symptoms'] {
  const hours = ageLimitOf(leaf);
  if (hours === null || record === null) return [];
  const since = Date.parse(record.as_of) - hours * 3_600_000;
  return record.symptoms.filter(({ reported_at: at }) => Date.parse(at) >= since);
}

function ageLimitOf(leaf: Leaf<'symptom'>): number | null {
  return 'on_record_within_h' in leaf ? leaf.on_record_within_h : null;
}

/** Names asked now and names on record; only a whole list of either says that something is not taken. */
function judgeMedication(leaf: Leaf<'medication'>, { observations, record }: Frame): Judged {
  const asked = observations.medications;
  const names = [...new Set([...(asked ?? []), ...(record?.medicines.names ?? [])])];
  const evidence = names.flatMap((name) => {
    const term = leaf.terms.find((candidate) => isNamedIn(candidate, name));
    return term === undefined ? [] : [{ kind: 'medication' as const, name, term }];
  });
  if (evidence.length > 0) return { state: 'yes', evidence };
  return asked === null && record?.medicines.whole !== true ? unknown('medications') : NO;
}

/** Whole words, whatever their case, accents or what stands between them; never a part of a word. */
function isNamedIn(term: string, name: string): boolean {
  const wanted = wordsOf(term);
  return wanted.trim() !== '' && wordsOf(name).includes(wanted);
}

function wordsOf(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return ` ${plain
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .join(' ')} `;
}

/** Of several results of one instrument the newest counts; of several of one day the highest. */
function judgeScale(leaf: Leaf<'scale_total'>, scales: Observations['scales']): Judged {
  if (scales === null) return unknown('scales');
  const newest = scales
    .filter(({ instrument }) => instrument === leaf.instrument)
    .toSorted((a, b) => a.taken_on.localeCompare(b.taken_on) || a.total - b.total)
    .at(-1);
  if (newest === undefined) return unknown('scales');
  if (newest.total < leaf.at_least) return NO;
  const { instrument, total, taken_on: takenOn } = newest;
  return {
    state: 'yes',
    evidence: [{ kind: 'scale_total', instrument, total, threshold: leaf.at_least, takenOn }],
  };
}

function unknown(what: Gap['what'], at: string | null = null): Judged {
  return { state: 'unknown', gaps: [{ what, at }] };
}
