import type { Licence, MissingRule, ResponseOption } from './instrument.js';

/** What PHQ-9 and GAD-7 have in common: they are parts of one Patient Health Questionnaire. */

/** LOINC answer list LL358-3. */
export const PHQ_RESPONSES: readonly ResponseOption[] = [
  { value: 0, words: { en: 'Not at all' }, loincAnswer: 'LA6568-5' },
  { value: 1, words: { en: 'Several days' }, loincAnswer: 'LA6569-3' },
  { value: 2, words: { en: 'More than half the days' }, loincAnswer: 'LA6570-1' },
  { value: 3, words: { en: 'Nearly every day' }, loincAnswer: 'LA6571-9' },
];

export const PHQ_RECALL = { en: 'Over the last 2 weeks', es: 'En las últimas 2 semanas' } as const;

export const PHQ_LICENCE: Licence = {
  holder:
    'Developed by R. L. Spitzer, J. B. W. Williams, K. Kroenke and colleagues, with a grant from Pfizer Inc.',
  note:
    'The form says that no permission is required to reproduce, translate, display or distribute it. Official ' +
    'translations exist (phqscreeners.com); none is shipped until its text has been checked against the official form.',
  itemTexts: 'shipped',
  languages: ['en'],
};

/**
 * The instruments' own manual is silent on missing answers; this is the widely used rule of the English service. For
 * the PHQ-9 a second source says the same; for the GAD-7 none was found beside the handbook.
 */
export const PHQ_MISSING: MissingRule = {
  kind: 'prorate',
  atMost: 2,
  source:
    'IAPT Data Handbook, Appendices v2.0.1 (National IAPT Programme Team, June 2011), Appendix D: one or two missing ' +
    'answers are replaced by the mean of those given; with more than two missing the form is disregarded. For the ' +
    'PHQ-9 likewise the R package qscorer (scoring_phq9), after Arrieta J et al., J Clin Psychol ' +
    '2017;73(9):1076–1090.',
};
