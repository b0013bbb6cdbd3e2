import {
  RULE_SET_LABEL,
  SILENCE_WORDS,
  eachOnce,
  evaluateRuleSet,
  limitsInForce,
  orderReadings,
  parseRuleSet,
  ruleSetSigningText,
  silenceOf,
  type Observations,
  type RecordFacts,
  type RuleSet,
  type RuleSetTrust,
  type UnreadRuleSet,
  type CaseView as CaseStanding,
} from '#clinical';
import { toBase64Url } from '#protocol';
import type { ObservedNow, RuleSetAnswer, RuleSetView } from './judged.contract.js';
import type { LinePart } from './lane.line.js';
import { entriesAfter } from './opened.line.js';
import { authorRole } from './presenter.js';
import type { Reader } from './reader.js';

/** A rule set as somebody signed it: the note that carries it is the very text that is to be signed. */
export interface SignedRuleSet {
  /** Of a newer format: what it is called, so that it is said to be there and never taken for none. */
  readonly ruleSet: RuleSet | UnreadRuleSet;
  readonly trust: RuleSetTrust;
  readonly ref: string;
  /** Sealing time, never earlier than that of an entry before it in its lane. */
  readonly atMs: number;
}

/** The rule set a note carries; undefined when it carries none, or one that does not say the same when written again. */
function ruleSetIn(text: string): RuleSet | UnreadRuleSet | undefined {
  if (!text.startsWith(RULE_SET_LABEL)) return undefined;
  const parsed = parseRuleSet(jsonAfterLabel(text));
  if (parsed.kind === 'unreadable') return parsed.called;
  return parsed.kind === 'rule_set' && ruleSetSigningText(parsed.ruleSet) === text
    ? parsed.ruleSet
    : undefined;
}

/** Whether this version can judge by it. */
function isRead(ruleSet: RuleSet | UnreadRuleSet): ruleSet is RuleSet {
  return 'rules' in ruleSet;
}

function jsonAfterLabel(text: string): unknown {
  try {
    return JSON.parse(text.slice(text.indexOf('\n') + 1)) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * Every rule set somebody signed in these lanes. Within a lane in chain order, whatever the clocks of its authors said;
 * between lanes by sealing time, made to never run backwards within a lane, as the fold of the case has it. The role
 * is that of the author's row back then.
 */
export function signedRuleSets(
  reader: Reader,
  lines: readonly (readonly LinePart[])[],
): readonly SignedRuleSet[] {
  return lines.flatMap((line) => signedIn(reader, line)).sort((a, b) => a.atMs - b.atMs);
}

function signedIn(reader: Reader, line: readonly LinePart[]): readonly SignedRuleSet[] {
  let atMs = 0;
  return entriesAfter(line, 0).flatMap(({ held, fact }) => {
    atMs = Math.max(atMs, fact.tsMs);
    const { event } = reader.open(held, fact);
    const signedText = event?.event === 'note' ? event.text : '';
    const ruleSet = ruleSetIn(signedText);
    if (ruleSet === undefined) return [];
    const signer = { signer: fact.authorUser, signerRole: authorRole(held, fact) };
    const trust = { verified: true, signedText, ...signer };
    return [{ ruleSet, trust, ref: toBase64Url(fact.entryHash), atMs }];
  });
}

/** Of each rule set the last that a director signed; what others put there is shown only where no director did. */
export function ruleSetsInForce(signed: readonly SignedRuleSet[]): readonly SignedRuleSet[] {
  const inForce = new Map<string, SignedRuleSet>();
  for (const one of signed) {
    const before = inForce.get(one.ruleSet.rule_set_id);
    const displaces = isDirectors(one) || before === undefined || !isDirectors(before);
    if (displaces) inForce.set(one.ruleSet.rule_set_id, one);
  }
  return [...inForce.values()];
}

function isDirectors({ trust }: SignedRuleSet): boolean {
  return trust.signerRole === 'director';
}

export function ruleSetView({ ruleSet, trust, ref }: SignedRuleSet, now: string): RuleSetView {
  const silence = isRead(ruleSet) ? silenceOf(ruleSet, trust, now) : 'newer_format';
  const { signer, signerRole } = trust;
  return { ruleSet, ref, signer, signerRole, silence, words: silence && SILENCE_WORDS[silence] };
}

interface AskedNow {
  readonly standing: CaseStanding;
  readonly record: RecordFacts;
  readonly observed: ObservedNow;
  readonly now: string;
}

/** Asks one rule set: what is on record, and the limits in force for this client, come from the case. */
export function askRuleSet(
  { ruleSet, trust }: Pick<SignedRuleSet, 'ruleSet'> & { readonly trust: RuleSetTrust | null },
  { standing, record, observed, now }: AskedNow,
): RuleSetAnswer {
  const observations = observationsOf(standing, observed);
  const readings = orderReadings(observations.vitals);
  if (!isRead(ruleSet)) return { ruleSet, readings, verdict: NEWER_FORMAT };
  return { ruleSet, readings, verdict: evaluateRuleSet(ruleSet, trust, { observations, record, now }) };
}

const NEWER_FORMAT = {
  kind: 'silent',
  because: 'newer_format',
  words: SILENCE_WORDS.newer_format,
} as const;

function observationsOf(
  { eligibility, dose, scales, readings }: CaseStanding,
  { vitals, symptoms, medications }: ObservedNow,
): Observations {
  const totals = Object.values(scales).flatMap((points) =>
    points.flatMap(({ instrument, total, takenOn }) =>
      total === null ? [] : [{ instrument, total, taken_on: takenOn }],
    ),
  );
  return {
    vitals: [...eachOnce([...readings, ...vitals])],
    symptoms: symptoms === undefined ? null : [...symptoms],
    medications: medications === undefined ? null : [...medications],
    scales: totals.length === 0 ? null : totals,
    client_limits: limitsInForce(
      eligibility?.decided.event.vitals_limits ?? null,
      dose?.decided.event.regimen?.vitals_override ?? null,
    ),
  };
}
