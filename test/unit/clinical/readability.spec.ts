import { fleschKincaid } from 'flesch-kincaid';
import { syllable } from 'syllable';
import { describeCrisis, describeEvent, type ClinicalEvent } from '#clinical';
import { ENGLISH } from '../../../libs/clinical/texts/en/catalogue.js';
import { SAMPLES } from './samples.js';

/**
 * Flesch-Kincaid grade (Kincaid et al. 1975) by the libraries flesch-kincaid and syllable. Words and sentences are
 * counted by Intl.Segmenter; figures, dates and codes are not words.
 */
function gradeOf(sentences: readonly string[]): number {
  const words = sentences.flatMap((sentence) => wordsOf(sentence));
  const count = sentences.reduce((sum, sentence) => sum + sentencesIn(sentence), 0);
  const syllables = words.reduce((sum, word) => sum + syllable(word), 0);
  return fleschKincaid({ sentence: count, word: words.length, syllable: syllables });
}

const WORDS = new Intl.Segmenter('en', { granularity: 'word' });
const SENTENCES = new Intl.Segmenter('en', { granularity: 'sentence' });

function wordsOf(text: string): string[] {
  return [...WORDS.segment(text)]
    .filter(({ segment, isWordLike }) => isWordLike === true && /^\p{L}+(['’]\p{L}+)?$/u.test(segment))
    .map(({ segment }) => segment.toLowerCase());
}

function sentencesIn(text: string): number {
  return [...SENTENCES.segment(text)].filter(({ segment }) => wordsOf(segment).length > 0).length;
}

/** The event with one short word in place of all an author wrote: what is measured is our language, not his. */
function withoutTheAuthor(event: ClinicalEvent): ClinicalEvent {
  return JSON.parse(
    JSON.stringify(event, (_key, value: unknown) =>
      typeof value === 'string' && value.includes('SYNTHETIC') ? 'this' : value,
    ),
  ) as ClinicalEvent;
}

const MOST = 8;

describe('English a person reads at grade 8', () => {
  it('the measure tells plain words from hard ones', () => {
    expect(gradeOf(['The cat sat on the mat.', 'You may not drive today.'])).toBeLessThan(3);
    expect(
      gradeOf(['Pharmacological augmentation necessitates interdisciplinary haemodynamic surveillance.']),
    ).toBeGreaterThan(15);
  });

  it.each(SAMPLES)('%s', (_name, event) => {
    const { title, lines } = describeEvent(withoutTheAuthor(event), 'en');
    expect(gradeOf([title, ...lines])).toBeLessThanOrEqual(MOST);
  });

  it('the card for a crisis', () => {
    const { title, lines } = describeCrisis('en');
    expect(gradeOf([title, ...lines])).toBeLessThanOrEqual(5);
  });

  it('no single sentence of the catalogue is a hard one', () => {
    const hard = Object.entries(ENGLISH.messages).filter(([, template]) => {
      const plain = template.replaceAll(/\{[^}]*\}/gu, 'this');
      return wordsOf(plain).length >= 10 && gradeOf([plain]) > 10;
    });
    expect(hard).toEqual([]);
  });
});
