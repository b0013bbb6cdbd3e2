import { generateKeyPairSync, sign } from 'node:crypto';
import { EXAMPLE_VITALS_RULES, ruleSetSigningText, type RuleSet } from '#clinical';
import type { SignedRules } from './verbs.js';

/** The medical director of the demo: no member of the case, only the one whose signature wakes a rule set. */
export class Director {
  private readonly id = 'SYNTHETIC EXAMPLE: medical director';
  private readonly keys = generateKeyPairSync('ed25519');

  /** The shipped example as it is: switched off, approved by nobody. */
  draft(): SignedRules {
    return { rules: EXAMPLE_VITALS_RULES, signed: null };
  }

  /** The example made their own: enabled, named, signed. */
  approve(at: string): SignedRules {
    const approval = { approved_by: this.id, role: 'director', approved_at: at, expires_on: null } as const;
    const rules: RuleSet = { ...EXAMPLE_VITALS_RULES, enabled: true, approval };
    const text = ruleSetSigningText(rules);
    const signature = sign(null, Buffer.from(text, 'utf8'), this.keys.privateKey);
    const publicKey = this.keys.publicKey.export({ type: 'spki', format: 'der' });
    return { rules, signed: { by: this.id, signature, publicKey } };
  }
}
