import { dateReaches, inOrder } from '../fields.schema.js';
import type { RoleWord } from '../vocabulary.js';
import type { RuleSet } from './rule-set.schema.js';

/** First line of what is signed, so that the signature of a rule set can never be one of anything else. */
export const RULE_SET_LABEL = 'trialogue/1/rule-set';

/**
 * The one text a director's device signs (as UTF-8): the label, a line feed, then the rule set as JSON with the keys
 * of every object in the order of their UTF-16 units and no white space (RFC 8785; all numbers are whole numbers).
 * Enabling and approval are part of it.
 */
export function ruleSetSigningText(ruleSet: RuleSet): string {
  return `${RULE_SET_LABEL}\n${canonicalJson(ruleSet)}`;
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
  newer_format: {
    en: 'This rule set cannot be judged by this version. Update the app.',
    es: 'Esta versión no puede aplicar este conjunto de reglas. Actualice la aplicación.',
  },
  disabled: { en: 'This rule set is switched off.', es: 'Este conjunto de reglas está apagado.' },
  unapproved: {
    en: 'No medical director has approved this rule set.',
    es: 'Ningún director médico ha aprobado este conjunto de reglas.',
  },
  unsigned: { en: 'This rule set carries no signature.', es: 'Este conjunto de reglas no lleva firma.' },
  not_verified: {
    en: 'The signature of this rule set is not valid.',
    es: 'La firma de este conjunto de reglas no es válida.',
  },
  other_text_signed: {
    en: 'The signature belongs to another text or version than this rule set.',
    es: 'La firma es de otro texto u otra versión que este conjunto de reglas.',
  },
  not_a_director: {
    en: 'The signer of this rule set does not hold the role of a medical director.',
    es: 'Quien firmó este conjunto de reglas no tiene el cargo de director médico.',
  },
  other_signer: {
    en: 'This rule set was signed by somebody else than the person it names.',
    es: 'Este conjunto de reglas lo firmó otra persona que la que nombra.',
  },
  not_yet_approved: {
    en: 'The approval of this rule set lies in the future.',
    es: 'La aprobación de este conjunto de reglas está en el futuro.',
  },
  expired: {
    en: 'The approval of this rule set has ended.',
    es: 'La aprobación de este conjunto de reglas ha terminado.',
  },
} as const satisfies Record<string, { readonly en: string; readonly es: string }>;
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
