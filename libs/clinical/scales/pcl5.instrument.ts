import type { InstrumentItem, SumInstrument } from './instrument.js';

const TEXTS = [
  'Repeated, disturbing, and unwanted memories of the stressful experience?',
  'Repeated, disturbing dreams of the stressful experience?',
  'Suddenly feeling or acting as if the stressful experience were actually happening again (as if you were actually back there reliving it)?',
  'Feeling very upset when something reminded you of the stressful experience?',
  'Having strong physical reactions when something reminded you of the stressful experience (for example, heart pounding, trouble breathing, sweating)?',
  'Avoiding memories, thoughts, or feelings related to the stressful experience?',
  'Avoiding external reminders of the stressful experience (for example, people, places, conversations, activities, objects, or situations)?',
  'Trouble remembering important parts of the stressful experience?',
  'Having strong negative beliefs about yourself, other people, or the world (for example, having thoughts such as: I am bad, there is something seriously wrong with me, no one can be trusted, the world is completely dangerous)?',
  'Blaming yourself or someone else for the stressful experience or what happened after it?',
  'Having strong negative feelings such as fear, horror, anger, guilt, or shame?',
  'Loss of interest in activities that you used to enjoy?',
  'Feeling distant or cut off from other people?',
  'Trouble experiencing positive feelings (for example, being unable to feel happiness or have loving feelings for people close to you)?',
  'Irritable behavior, angry outbursts, or acting aggressively?',
  'Taking too many risks or doing things that could cause you harm?',
  'Being “superalert” or watchful or on guard?',
  'Feeling jumpy or easily startled?',
  'Having difficulty concentrating?',
  'Trouble falling or staying asleep?',
] as const;

/** The panel's item codes exist (LOINC 2.75), but no list of them was found that could be cited, so none is given. */
const ITEMS: readonly InstrumentItem[] = TEXTS.map((en, index) => ({
  label: String(index + 1),
  loinc: null,
  words: { en },
  askedAfter: null,
}));

/**
 * PCL-5: symptoms of PTSD in the past month, twenty items of 0–4, total 0–80. No severity bands are published for the
 * total; what is published is a suggested cut-point of 31–33, which depends on population and purpose. Neither it nor
 * the symptom pattern is a diagnosis.
 */
export const PCL5: SumInstrument = {
  kind: 'sum',
  id: 'pcl5',
  version: 1,
  title: 'PCL-5',
  recall: { en: 'In the past month', es: 'En el último mes' },
  responses: [
    { value: 0, words: { en: 'Not at all' }, loincAnswer: null },
    { value: 1, words: { en: 'A little bit' }, loincAnswer: null },
    { value: 2, words: { en: 'Moderately' }, loincAnswer: null },
    { value: 3, words: { en: 'Quite a bit' }, loincAnswer: null },
    { value: 4, words: { en: 'Extremely' }, loincAnswer: null },
  ],
  maximum: 80,
  items: ITEMS,
  bands: [
    {
      code: 'below_cut_range',
      from: 0,
      to: 30,
      words: {
        en: 'Below the suggested cut-point (31–33)',
        es: 'Por debajo del punto de corte sugerido (31–33)',
      },
    },
    {
      code: 'in_cut_range',
      from: 31,
      to: 33,
      words: { en: 'At the suggested cut-point (31–33)', es: 'En el punto de corte sugerido (31–33)' },
    },
    {
      code: 'above_cut_range',
      from: 34,
      to: 80,
      words: {
        en: 'Above the suggested cut-point (31–33)',
        es: 'Por encima del punto de corte sugerido (31–33)',
      },
    },
  ],
  subscales: [
    { code: 'intrusion', fromItem: 1, toItem: 5, endorsedNeeded: 1 },
    { code: 'avoidance', fromItem: 6, toItem: 7, endorsedNeeded: 1 },
    { code: 'cognition_and_mood', fromItem: 8, toItem: 14, endorsedNeeded: 2 },
    { code: 'arousal', fromItem: 15, toItem: 20, endorsedNeeded: 2 },
  ],
  endorsedFrom: 2,
  safetyItems: [],
  missing: {
    kind: 'no_total',
    source:
      'The scoring guidance of the National Center for PTSD gives no rule for missing answers: no total.',
  },
  loinc: {
    panel: '101697-1',
    total: '101698-9',
    source:
      'LOINC 2.75 (loinc.org/101697-1, the panel; loinc.org/101698-9, "PTSD PCL-5 score [PCL-5]", as tx.fhir.org and ' +
      'the NLM Clinical Tables index name it).',
  },
  licence: {
    holder: 'National Center for PTSD, US Department of Veterans Affairs',
    note: 'Made by employees of the US government; in the public domain and not copyrighted.',
    itemTexts: 'shipped',
    languages: ['en'],
  },
  sources: [
    {
      of: 'items and total',
      cites:
        'Weathers FW, Litz BT, Keane TM, Palmieri PA, Marx BP, Schnurr PP. The PTSD Checklist for DSM-5 (PCL-5) – ' +
        'Standard. National Center for PTSD, 2013 (form of 11 April 2018, ptsd.va.gov).',
    },
    {
      of: 'cut-point 31–33, clusters and symptom pattern',
      cites:
        'National Center for PTSD, Using the PTSD Checklist for DSM-5 (PCL-5); Bovin MJ et al., Psychol Assess ' +
        '2016;28(11):1379–1391; Blevins CA et al., J Trauma Stress 2015;28(6):489–498.',
    },
  ],
};
