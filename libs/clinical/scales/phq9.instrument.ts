import type { SumInstrument } from './instrument.js';
import { PHQ_LICENCE, PHQ_MISSING, PHQ_RECALL, PHQ_RESPONSES } from './phq.responses.js';

const item = (label: string, loinc: string, en: string) => ({
  label,
  loinc,
  words: { en },
  askedAfter: null,
});

/**
 * PHQ-9: depressive symptoms, nine items of 0–3, total 0–27. The tenth question of the form (how difficult things
 * were) is not part of the score and is not carried here.
 */
export const PHQ9: SumInstrument = {
  kind: 'sum',
  id: 'phq9',
  version: 1,
  title: 'PHQ-9',
  recall: PHQ_RECALL,
  responses: PHQ_RESPONSES,
  maximum: 27,
  items: [
    item('1', '44250-9', 'Little interest or pleasure in doing things'),
    item('2', '44255-8', 'Feeling down, depressed, or hopeless'),
    item('3', '44259-0', 'Trouble falling or staying asleep, or sleeping too much'),
    item('4', '44254-1', 'Feeling tired or having little energy'),
    item('5', '44251-7', 'Poor appetite or overeating'),
    item(
      '6',
      '44258-2',
      'Feeling bad about yourself — or that you are a failure or have let yourself or your family down',
    ),
    item(
      '7',
      '44252-5',
      'Trouble concentrating on things, such as reading the newspaper or watching television',
    ),
    item(
      '8',
      '44253-3',
      'Moving or speaking so slowly that other people could have noticed? Or the opposite — being so fidgety or ' +
        'restless that you have been moving around a lot more than usual',
    ),
    item('9', '44260-8', 'Thoughts that you would be better off dead or of hurting yourself in some way'),
  ],
  bands: [
    { code: 'minimal', from: 0, to: 4, words: { en: 'Minimal', es: 'Mínima' } },
    { code: 'mild', from: 5, to: 9, words: { en: 'Mild', es: 'Leve' } },
    { code: 'moderate', from: 10, to: 14, words: { en: 'Moderate', es: 'Moderada' } },
    {
      code: 'moderately_severe',
      from: 15,
      to: 19,
      words: { en: 'Moderately severe', es: 'Moderadamente grave' },
    },
    { code: 'severe', from: 20, to: 27, words: { en: 'Severe', es: 'Grave' } },
  ],
  subscales: [],
  endorsedFrom: null,
  safetyItems: [{ item: 9, lowestUrgency: 'urgent' }],
  missing: PHQ_MISSING,
  loinc: { panel: '44249-1', total: '44261-6', source: 'LOINC panel 44249-1 (loinc.org/44249-1), LL358-3' },
  licence: PHQ_LICENCE,
  sources: [
    {
      of: 'items, total and severity bands',
      cites:
        'Kroenke K, Spitzer RL, Williams JBW. The PHQ-9: validity of a brief depression severity measure. ' +
        'J Gen Intern Med 2001;16(9):606–613.',
    },
    {
      of: 'scoring',
      cites: 'Instruction manual: Instructions for Patient Health Questionnaire (PHQ) and GAD-7 measures.',
    },
    {
      of: 'item 9 asks for an urgent safety_flag',
      cites: "Rule of this project's product page, not of the form.",
    },
  ],
};
