import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../../../src', import.meta.url));

const files = (readdirSync(SRC, { recursive: true }) as string[])
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name: relative(SRC, join(SRC, name)), text: readFileSync(join(SRC, name), 'utf8') }));

const naming = (pattern: RegExp) => files.filter(({ text }) => pattern.test(text)).map(({ name }) => name);

describe('habits of the server', () => {
  it('only config reads the environment', () => {
    expect(naming(/process\.env/u)).toEqual(['config/config.ts']);
  });

  it('SQL stands in repositories, in the policy of who may read, and where platform looks at its own database', () => {
    const speakers = naming(/`\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b|'(SELECT|INSERT|UPDATE|DELETE) /u);
    const allowed =
      /\.repository\.ts$|^chains\/(readable\.policy|key\.directory)\.ts$|^platform\/|^delivery\/health/u;
    expect(speakers.filter((name) => !allowed.test(name))).toEqual([]);
  });

  it('nobody writes to the console', () => {
    expect(naming(/console\.(log|error|warn|info)/u)).toEqual([]);
  });
});
