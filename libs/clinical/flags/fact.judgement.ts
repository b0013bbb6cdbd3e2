import { CONTRAINDICATIONS, FINDINGS } from '../events/eligibility-decision.schema.js';
import type { Evidence, Gap } from './evidence.js';
import type { RecordFacts } from './record.schema.js';
import type { RuleLeaf } from './rule-set.schema.js';

type FactLeaf = Extract<RuleLeaf, { kind: 'fact' }>;

const PREFIX = 'contraindication_';

/** Every fact this version knows, and what it can be. A rule may name others: this version says it cannot judge them. */
const KNOWN: ReadonlyMap<string, readonly string[]> = new Map(
  CONTRAINDICATIONS.map((name) => [factOf(name), FINDINGS]),
);

/** How the finding of a contraindication screen is called as a fact. */
export function factOf(contraindication: string): string {
  return `${PREFIX}${contraindication}`;
}

type Answer =
  | { readonly kind: 'yes'; readonly evidence: Evidence }
  | { readonly kind: 'no' }
  | { readonly kind: 'gap'; readonly gap: Gap };

/**
 * A fact or a value this version does not know is a gap, whatever the record says: a rule of a newer version or with a
 * slipped letter never reads as "no". So is "unknown", unless the rule asks for just that, and what is in doubt.
 */
export function judgeFact({ fact, one_of: oneOf }: FactLeaf, record: RecordFacts | null): Answer {
  const values = KNOWN.get(fact);
  const found = record?.facts.find(({ name }) => name === fact);
  if (values !== undefined && found !== undefined && oneOf.includes(found.value)) {
    return { kind: 'yes', evidence: { kind: 'fact', fact, value: found.value } };
  }
  if (values === undefined || oneOf.some((value) => !values.includes(value))) {
    return gap('fact_not_known_here', fact);
  }
  const isSaid = found !== undefined && found.value !== 'unknown' && !found.doubtful;
  return isSaid ? { kind: 'no' } : gap('fact_missing', fact);
}

function gap(what: Gap['what'], fact: string): Answer {
  return { kind: 'gap', gap: { what, at: null, fact } };
}
