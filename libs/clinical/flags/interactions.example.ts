import type { RuleSet } from './rule-set.schema.js';

const LABEL = 'US prescribing information of ketamine hydrochloride injection, section 7 "Drug interactions"';

/**
 * Example of medication-interaction rules: flags of this kind come from a rule set or not at all. Shipped switched
 * off and approved by nobody; the lists of names are short and for show.
 */
export const EXAMPLE_INTERACTION_RULES: RuleSet = {
  format: 'trialogue/rule-set/1',
  rule_set_id: 'example_interactions',
  version: 1,
  title: 'EXAMPLE: medicines to talk about before a session',
  enabled: false,
  approval: 'none',
  rules: [
    {
      rule_id: 'theophylline',
      phases: ['pre', 'during', 'post'],
      when: { kind: 'medication', terms: ['theophylline', 'aminophylline'] },
      follows: { action: 'answer_required', urgency: 'soon' },
      words: {
        en: 'Takes theophylline or aminophylline: ask the prescriber before the session.',
        es: 'Toma teofilina o aminofilina: pregunte al prescriptor antes de la sesión.',
      },
      source: `${LABEL}: may lower the seizure threshold.`,
    },
    {
      rule_id: 'sedatives',
      phases: ['pre', 'during', 'post'],
      when: {
        kind: 'medication',
        terms: ['alprazolam', 'clonazepam', 'diazepam', 'lorazepam', 'oxycodone', 'hydrocodone', 'morphine'],
      },
      follows: { action: 'answer_required', urgency: 'soon' },
      words: {
        en: 'Takes a medicine that sedates: ask the prescriber before the session.',
        es: 'Toma un medicamento que seda: pregunte al prescriptor antes de la sesión.',
      },
      source: `${LABEL}: benzodiazepines, opioids and other depressants of the central nervous system.`,
    },
  ],
};
