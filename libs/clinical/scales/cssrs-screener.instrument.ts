import type { InstrumentItem, TriageInstrument } from './instrument.js';

const item = (label: string, loinc: string, askedAfter: number | null = null): InstrumentItem => ({
  label,
  loinc,
  words: null,
  askedAfter,
});

/**
 * C-SSRS screener with triage points ("recent": thoughts in the past month, behaviour in a lifetime and in the past
 * 3 months). Seven yes/no answers (1 yes, 0 no) in the order 1, 2, 3, 4, 5, 6, 6b; 3–5 are asked only after a yes
 * to 2, and 6b only after a yes to 6. Nothing is added up. The wording may not be altered and needs the holder's
 * permission, so no item text is here: the form itself must be at hand.
 */
export const CSSRS_SCREENER: TriageInstrument = {
  kind: 'triage',
  id: 'cssrs_screener',
  version: 1,
  title: 'C-SSRS screener',
  recall: { en: 'Past month; question 6: lifetime', es: 'Último mes; pregunta 6: toda la vida' },
  responses: [
    { value: 0, words: { en: 'No' }, loincAnswer: 'LA32-8' },
    { value: 1, words: { en: 'Yes' }, loincAnswer: 'LA33-6' },
  ],
  items: [
    item('1', '93246-7'),
    item('2', '93247-5'),
    item('3', '93248-3', 2),
    item('4', '93249-1', 2),
    item('5', '93250-9', 2),
    item('6', '93267-3'),
    item('6b', '93269-9', 6),
  ],
  levels: [
    { code: 'low', items: [1, 2], words: { en: 'Lowest triage level', es: 'Nivel de triaje más bajo' } },
    {
      code: 'moderate',
      items: [3, 6],
      words: { en: 'Moderate triage level', es: 'Nivel de triaje moderado' },
    },
    { code: 'high', items: [4, 5, 7], words: { en: 'Highest triage level', es: 'Nivel de triaje más alto' } },
  ],
  noneEndorsed: {
    en: 'No question was answered yes. A screener cannot rule risk out.',
    es: 'Ninguna pregunta tuvo un sí. Un cuestionario no puede descartar el riesgo.',
  },
  safetyItems: [
    { item: 1, lowestUrgency: 'urgent' },
    { item: 2, lowestUrgency: 'urgent' },
    { item: 3, lowestUrgency: 'urgent' },
    { item: 4, lowestUrgency: 'emergent' },
    { item: 5, lowestUrgency: 'emergent' },
    { item: 6, lowestUrgency: 'urgent' },
    { item: 7, lowestUrgency: 'emergent' },
  ],
  missing: {
    kind: 'no_total',
    source:
      'The screener has no total. An asked question without an answer leaves the level open, unless the highest ' +
      'level is reached without it.',
  },
  loinc: {
    panel: '93373-9',
    total: null,
    source:
      'LOINC panel 93373-9 (loinc.org/93373-9); item codes, their order and what follows on what compared with the ' +
      'panel as LHC-Forms renders it (lformsVersion 34).',
  },
  licence: {
    holder:
      'The Research Foundation for Mental Hygiene, Inc. (© 2008); distributed by the Columbia Lighthouse Project',
    note: 'Copyrighted. Free for many uses after registration; wording may not be altered. No item text is shipped.',
    itemTexts: 'not_shipped',
    languages: [],
  },
  sources: [
    {
      of: 'instrument',
      cites:
        'Posner K, Brown GK, Stanley B et al. The Columbia–Suicide Severity Rating Scale. Am J Psychiatry ' +
        '2011;168(12):1266–1277.',
    },
    {
      of: 'order of questions and triage points',
      cites: 'Columbia Lighthouse Project, C-SSRS Screener – Recent, with triage points (2021).',
    },
    {
      of: 'urgency of the safety_flag',
      cites:
        'Rule of this project: any yes at least urgent, as for PHQ-9 item 9; the answers the Columbia triage ' +
        'guidelines call imminent (4, 5, behaviour in the past 3 months) emergent.',
    },
  ],
};
