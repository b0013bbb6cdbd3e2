import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = new URL('.', import.meta.url).pathname;
const ALL = Array.from({ length: 32 }, (_, index) => `A${String(index + 1)}`);

function named(text: string, pattern: RegExp): Set<string> {
  return new Set([...text.matchAll(pattern)].map(([, name]) => name ?? ''));
}

describe('the list of attacks', () => {
  const specs = readdirSync(FOLDER).filter((name) => name.endsWith('.spec.ts'));
  const tested = named(
    specs.map((name) => readFileSync(join(FOLDER, name), 'utf8')).join('\n'),
    /it\(\s*'(A\d+) /gu,
  );
  const page = readFileSync(join(FOLDER, 'README.md'), 'utf8');
  const pending = named(page, /^\| (A\d+) /gmu);

  const elsewhere = [...page.matchAll(/^- (A\d+) `([^`]+)` (.+)$/gmu)].map(
    ([, name = '', file = '', title = '']) => ({
      name,
      file,
      title,
    }),
  );
  const limits = named(page, /^Stated limit: (A\d+),/gmu);

  it('has a test, a line among the pending ones, a test elsewhere or a stated limit for every attack', () => {
    const placed = [tested, pending, limits, new Set(elsewhere.map(({ name }) => name))];
    expect(ALL.filter((name) => !placed.some((set) => set.has(name)))).toEqual([]);
  });

  it.each(elsewhere)('finds the test of $name where the page says it is', ({ file, title }) => {
    expect(readFileSync(join(FOLDER, '../..', file), 'utf8')).toContain(`it('${title}`);
  });

  it('calls nothing pending that has a test', () => {
    expect([...pending].filter((name) => tested.has(name))).toEqual([]);
  });
});
