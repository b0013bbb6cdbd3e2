import { createPublicKey, verify } from 'node:crypto';
import {
  evaluateRuleSet,
  limitsInForce,
  ruleSetSigningText,
  type RedFlag,
  type RuleSetTrust,
} from '#clinical';
import type { Member } from '../session.js';
import { onlyCase } from './participant.mind.js';
import type { FlagLook, InputOf, SignedRules } from './verbs.js';

/** What a rule set says of a reading in this person's own process, if it may speak at all. */
export function redFlags(member: Member, { at, reading, rules }: InputOf<'redFlags'>): FlagLook {
  const { eligibility, dose } = onlyCase(member).standing(Date.parse(at));
  const limits = limitsInForce(
    eligibility?.decided.event.vitals_limits ?? null,
    dose?.decided.event.regimen?.vitals_override ?? null,
  );
  const observations = {
    vitals: [reading],
    symptoms: null,
    medications: null,
    scales: null,
    client_limits: limits,
  };
  const verdict = evaluateRuleSet(rules.rules, trustIn(rules), { observations, now: at });
  return verdict.kind === 'silent'
    ? { silent: verdict.words.en, flags: [] }
    : { silent: null, flags: verdict.flags.map(flagWords) };
}

/** The role is the one the demo's medical team attests to its director. */
function trustIn({ rules, signed }: SignedRules): RuleSetTrust | null {
  if (signed === null) return null;
  const signedText = ruleSetSigningText(rules);
  const key = createPublicKey({ key: Buffer.from(signed.publicKey), type: 'spki', format: 'der' });
  const verified = verify(null, Buffer.from(signedText, 'utf8'), key, signed.signature);
  return { verified, signedText, signer: signed.by, signerRole: 'director' };
}

function flagWords({ words, evidence }: RedFlag): string {
  const shown = evidence.flatMap((found) =>
    found.kind === 'vital'
      ? [
          `${found.measure.split('_')[0] ?? ''} ${found.value}, limit ${found.threshold} (${spaced(found.thresholdFrom)})`,
        ]
      : [],
  );
  return `${words.en} [${shown.join('; ')}]`;
}

function spaced(code: string): string {
  return code.replaceAll('_', ' ');
}
