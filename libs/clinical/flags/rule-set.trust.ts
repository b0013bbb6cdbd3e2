import { dateReaches, inOrder } from '../fields.schema.js';
import type { RoleWord } from '../vocabulary.js';
import type { RuleSet } from './rule-set.schema.js';

/** First line of what is signed, so that the signature of a rule set can never be one of anything else. */
const SIGNING_LABEL = 'trialogue/1/rule-set';

/**
 * The one text a director's device signs (as UTF-8): the label, a line feed, then the rule set as JSON with the keys
 * of every object in the order of their UTF-16 units and no white space (RFC 8785; all numbers are whole numbers).
 * Enabling and approval are part of it.
 */
export function ruleSetSigningText(ruleSet: RuleSet): string {
  return `${SIGNING_LABEL}\n${canonicalJson(ruleSet)}`;
}

/**
 * What the caller found out about the signature; this room checks no signature itself. Null: there is none.
 * The role is the one attested for the signer when the set was signed.
 */
export interface RuleSetTrust {
  readonly verified: boolean;
  /** The text whose signature was checked. */
  readonly signedText: string;
  readonly signer: string;
  readonly signerRole: RoleWord;
}

export const SILENCE_WORDS = {
  disabled: 'This rule set is switched off.',
  unapproved: 'No medical director has approved this rule set.',
  unsigned: 'This rule set carries no signature.',
  not_verified: 'The signature of this rule set is not valid.',
  other_text_signed: 'The signature belongs to another text or version than this rule set.',
  not_a_director: 'The signer of this rule set does not hold the role of a medical director.',
  other_signer: 'This rule set was signed by somebody else than the person it names.',
  not_yet_approved: 'The approval of this rule set lies in the future.',
  expired: 'The approval of this rule set has ended.',
} as const;
export type SilenceReason = keyof typeof SILENCE_WORDS;

/**
 * Why a rule set must stay silent at the instant `now`, or null when it may fire. Everything must be right: one
 * doubt is enough for silence, and the reason is there to be shown, so that no silence is mistaken for "all is well".
 */
export function silenceOf(ruleSet: RuleSet, trust: RuleSetTrust | null, now: string): SilenceReason | null {
  const { approval } = ruleSet;
  if (!ruleSet.enabled) return 'disabled';
  if (approval === 'none') return 'unapproved';
  if (trust === null) return 'unsigned';
  if (!trust.verified) return 'not_verified';
  if (trust.signedText !== ruleSetSigningText(ruleSet)) return 'other_text_signed';
  if (trust.signerRole !== 'director') return 'not_a_director';
  if (trust.signer !== approval.approved_by) return 'other_signer';
  if (!inOrder(approval.approved_at, now)) return 'not_yet_approved';
  if (approval.expires_on !== null && !dateReaches(approval.expires_on, now)) return 'expired';
  return null;
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
