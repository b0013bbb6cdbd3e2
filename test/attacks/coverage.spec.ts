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

  it('has a test, a line among the pending ones, or a place elsewhere for every attack', () => {
    const [, elsewhere = ''] = page.split('Halves that are pending');
    const mentioned = named(elsewhere, /\b(A\d+)\b/gu);
    const missing = ALL.filter((name) => ![tested, pending, mentioned].some((set) => set.has(name)));
    expect(missing).toEqual([]);
  });

  it('calls nothing pending that has a test', () => {
    expect([...pending].filter((name) => tested.has(name))).toEqual([]);
  });
});
