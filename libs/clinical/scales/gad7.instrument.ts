import type { SumInstrument } from './instrument.js';
import { PHQ_LICENCE, PHQ_MISSING, PHQ_RECALL, PHQ_RESPONSES } from './phq.responses.js';

const item = (label: string, loinc: string, en: string) => ({
  label,
  loinc,
  words: { en },
  askedAfter: null,
});

/** GAD-7: anxiety symptoms, seven items of 0–3, total 0–21. */
export const GAD7: SumInstrument = {
  kind: 'sum',
  id: 'gad7',
  version: 1,
  title: 'GAD-7',
  recall: PHQ_RECALL,
  responses: PHQ_RESPONSES,
  maximum: 21,
  items: [
    item('1', '69725-0', 'Feeling nervous, anxious, or on edge'),
    item('2', '68509-9', 'Not being able to stop or control worrying'),
    item('3', '69733-4', 'Worrying too much about different things'),
    item('4', '69734-2', 'Trouble relaxing'),
    item('5', '69735-9', 'Being so restless that it is hard to sit still'),
    item('6', '69689-8', 'Becoming easily annoyed or irritable'),
    item('7', '69736-7', 'Feeling afraid as if something awful might happen'),
  ],
  bands: [
    { code: 'minimal', from: 0, to: 4, words: { en: 'Minimal', es: 'Mínima' } },
    { code: 'mild', from: 5, to: 9, words: { en: 'Mild', es: 'Leve' } },
    { code: 'moderate', from: 10, to: 14, words: { en: 'Moderate', es: 'Moderada' } },
    { code: 'severe', from: 15, to: 21, words: { en: 'Severe', es: 'Grave' } },
  ],
  subscales: [],
  endorsedFrom: null,
  safetyItems: [],
  missing: PHQ_MISSING,
  loinc: {
    panel: '69737-5',
    total: '70274-6',
    source:
      'LOINC panels 69737-5 and 69729-2, LL358-3 (loinc.org); item codes compared with the form of loinc.org/69737-5 ' +
      'as the Aidbox documentation quotes it.',
  },
  licence: PHQ_LICENCE,
  sources: [
    {
      of: 'items, total and severity bands',
      cites:
        'Spitzer RL, Kroenke K, Williams JBW, Löwe B. A brief measure for assessing generalized anxiety disorder: ' +
        'the GAD-7. Arch Intern Med 2006;166(10):1092–1097.',
    },
    {
      of: 'scoring',
      cites: 'Instruction manual: Instructions for Patient Health Questionnaire (PHQ) and GAD-7 measures.',
    },
  ],
};
