import { readFileSync, readdirSync } from 'node:fs';
import { LANGUAGES, describeEvent, exampleOf, type Language } from '#clinical';
import { fill, slotNames, type Catalogue } from '../../../libs/clinical/texts/catalogue.js';
import { ENGLISH } from '../../../libs/clinical/texts/en/catalogue.js';
import { SPANISH } from '../../../libs/clinical/texts/es/catalogue.js';
import { SAMPLES } from './samples.js';

const OTHERS: readonly (readonly [Language, Catalogue])[] = [['es', SPANISH]];
const WRITERS = new URL('../../../libs/clinical/texts/writers/', import.meta.url);

const keysOf = (catalogue: Catalogue) => Object.keys(catalogue.messages) as (keyof Catalogue['messages'])[];

function wordPaths({ words }: Catalogue): string[] {
  return Object.entries(words)
    .flatMap(([table, entries]) => Object.keys(entries).map((choice) => `${table}.${choice}`))
    .sort();
}

function allWords({ words }: Catalogue): [string, string][] {
  return Object.entries(words).flatMap(([table, entries]) =>
    Object.entries(entries).map(([choice, word]): [string, string] => [`${table}.${choice}`, word]),
  );
}

describe('a catalogue', () => {
  it('exists for every language there is', () => {
    expect([...OTHERS.map(([language]) => language), 'en'].sort()).toEqual([...LANGUAGES].sort());
  });

  it.each(OTHERS)('in %s has every sentence and every word English has, and no other', (_language, other) => {
    expect(keysOf(other).sort()).toEqual(keysOf(ENGLISH).sort());
    expect(wordPaths(other)).toEqual(wordPaths(ENGLISH));
  });

  it.each(OTHERS)('in %s leaves out nothing that English says', (_language, other) => {
    const differing = keysOf(ENGLISH).filter(
      (key) =>
        slotNames(other.messages[key]).sort().join() !== slotNames(ENGLISH.messages[key]).sort().join(),
    );
    expect(differing).toEqual([]);
  });

  it.each(OTHERS)('in %s is not English', (_language, other) => {
    const alike = keysOf(ENGLISH).filter(
      (key) =>
        other.messages[key] === ENGLISH.messages[key] &&
        /\p{L}{3}/u.test(other.messages[key].replaceAll(/\{[^}]*\}/gu, '')),
    );
    expect(alike).toEqual([]);
    const ours = new Map(allWords(ENGLISH));
    const same = allWords(other).filter(([path, word]) => ours.get(path) === word);
    // Words both languages share; a new one is added here on purpose.
    expect(same.map(([path]) => path).sort()).toEqual(SHARED);
  });

  it.each([['en', ENGLISH] as const, ...OTHERS])(
    'in %s has nothing blank or unbalanced',
    (_language, catalogue) => {
      for (const text of [
        ...Object.values(catalogue.messages),
        ...allWords(catalogue).map(([, word]) => word),
      ]) {
        expect(text.trim()).toBe(text);
        expect(text).not.toBe('');
        expect(text.replaceAll(/\{[a-zA-Z]+(\|[^{}]*)?\}/gu, '')).not.toMatch(/[{}|#_]/u);
      }
    },
  );

  it.each([['en', ENGLISH] as const, ...OTHERS])(
    'in %s has the plural forms its language needs',
    (_language, catalogue) => {
      const needed = new Intl.PluralRules(catalogue.locale).resolvedOptions().pluralCategories;
      const bent = Object.values(catalogue.messages).flatMap((template) => [
        ...template.matchAll(/\{[a-zA-Z]+\|([^}]*)\}/gu),
      ]);
      expect(bent.length).toBeGreaterThan(10);
      for (const [, forms = ''] of bent) {
        const given = forms.split('|').map((form) => form.split(':')[0]);
        expect(given).toContain('other');
        expect(given).toContain('one');
        expect(needed).toEqual(expect.arrayContaining(given));
      }
    },
  );

  it('has no sentence that nothing says', () => {
    const sources = readdirSync(WRITERS).map((name) => readFileSync(new URL(name, WRITERS), 'utf8'));
    const said = [...sources, readFileSync(new URL('../tongue.ts', WRITERS), 'utf8')].join('\n');
    const silent = keysOf(ENGLISH).filter((key) => !said.includes(`'${key}'`));
    expect(silent).toEqual(['assent.complete', 'assent.awaited', 'assent.refused']);
    expect(said).toContain('t.say(`assent.${state}`)');
  });

  it.each(LANGUAGES)(
    'in %s never says that there is no risk, and calls nothing a prescription',
    (language) => {
      for (const [, event] of SAMPLES) {
        const { title, lines } = describeEvent(event, language);
        const text = [title, ...lines].join('\n');
        expect(text).not.toMatch(/\bno risk\b|sin riesgo|ningún riesgo|no hay riesgo/iu);
      }
    },
  );

  it('a dose is spelled alike in every language', () => {
    const doses = LANGUAGES.map((language) =>
      [
        ...describeEvent(exampleOf('dose_adjustment'), language)
          .lines.join(' ')
          .matchAll(/[\d.]+ mg/gu),
      ].map(([dose]) => dose),
    );
    expect(doses[0]?.length).toBeGreaterThan(4);
    expect(new Set(doses.map((list) => list.sort().join())).size).toBe(1);
  });
});

describe('fill', () => {
  const plurals = new Intl.PluralRules('en');
  it('bends a noun by the rules of the language', () => {
    const template = '{n|one:# day|other:# days} until {what}';
    expect(fill(template, { n: 1, what: 'x' }, plurals)).toBe('1 day until x');
    expect(fill(template, { n: 0.5, what: 'x' }, plurals)).toBe('0.5 days until x');
    expect(slotNames(template)).toEqual(['n', 'what']);
  });

  it('leaves what an author wrote as it is, also when it looks like a slot', () => {
    expect(fill('{text}', { text: '{n} $& #' }, plurals)).toBe('{n} $& #');
  });

  it('throws when a slot or a form is missing, instead of saying half a sentence', () => {
    expect(() => fill('{n}', {}, plurals)).toThrow(RangeError);
    expect(() => fill('{n|one:#}', { n: 2 }, plurals)).toThrow(RangeError);
  });
});

/** "no" is "no" in both. */
const SHARED = ['causality.not_related', 'done.no', 'expected.unexpected', 'finding.absent', 'yesNo.no'];
