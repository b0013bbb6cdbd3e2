import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ESLint } from 'eslint';
import { environment } from '../../src/config/config.schema.js';

const ROOT = resolve(import.meta.dirname, '../..');

const HOUSE = ['migrations', 'libs', 'web', 'src', 'test'];
const PAPERS = ['README.md', 'CHANGELOG.md', 'SECURITY.md', 'LICENSE', 'docker-compose.yml'];
const TOOLS = [
  ...[
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'nest-cli.json',
    'knip.json',
  ],
  ...[
    'jest.config.mjs',
    'eslint.config.mjs',
    '.dependency-cruiser.cjs',
    '.prettierrc.json',
    '.prettierignore',
  ],
  ...['.env.example', '.gitignore', '.gitattributes', '.npmrc', '.ci'],
];

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  overrides: Record<string, string | Record<string, string>>;
  allowScripts: Record<string, boolean>;
}

interface Lock {
  packages: Record<string, { version?: string; resolved?: string; hasInstallScript?: boolean }>;
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
const manifest = readJson('package.json') as Manifest;
const lock = readJson('package-lock.json') as Lock;
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

function notOlder(version: string, floor: string): boolean {
  const parts = (text: string) => text.split('-')[0]?.split('.').map(Number) ?? [];
  const [have, need] = [parts(version), parts(floor)];
  const at = need.findIndex((part, index) => part !== have[index]);
  return at === -1 || (have[at] ?? 0) > (need[at] ?? 0);
}

describe('the top level', () => {
  it('holds the rooms of the house, its papers and the settings of its tools, and nothing else', () => {
    const ignored = readFileSync(join(ROOT, '.gitignore'), 'utf8').split('\n');
    const isIgnored = (name: string) =>
      name === '.git' || ignored.some((line) => line === name || line === `${name}/`);
    const found = readdirSync(ROOT).filter((name) => !isIgnored(name));
    expect(found.filter((name) => ![...HOUSE, ...PAPERS, ...TOOLS].includes(name))).toEqual([]);
  });
});

describe('the packages', () => {
  it('are pinned to one version each', () => {
    const { dependencies, devDependencies, overrides } = manifest;
    const overridden = Object.entries(overrides).flatMap((entry) =>
      typeof entry[1] === 'string' ? [entry] : Object.entries(entry[1]),
    ) as [string, string][];
    const all = [dependencies, devDependencies].flatMap((list) => Object.entries(list));
    const loose = [...all, ...overridden].filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
    expect(loose).toEqual([]);
  });

  it('are locked as they are pinned', () => {
    const { dependencies, devDependencies } = manifest;
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      expect([name, lock.packages[`node_modules/${name}`]?.version]).toEqual([name, version]);
    }
  });

  it('come from the public registry, whatever mirror the lock was written behind', () => {
    const foreign = Object.values(lock.packages).filter(
      ({ resolved }) => resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/'),
    );
    expect(foreign).toEqual([]);
  });

  it.each([
    ['engine.io', '6.6.9'],
    ['socket.io-parser', '4.2.6'],
    ['ws', '8.21.0'],
  ])('that carry the sockets are not older than the last known hole: %s ≥ %s', (name, floor) => {
    const installed = readJson('node_modules/.package-lock.json') as Lock;
    const versions = Object.entries(installed.packages).filter(([path]) => nameOf(path) === name);
    expect(versions.length).toBeGreaterThan(0);
    expect(versions.filter(([, { version = '0' }]) => !notOlder(version, floor))).toEqual([]);
  });

  it('may run a script on installation only when the list says yes or no by name', () => {
    const scripted = Object.entries(lock.packages).filter(([, each]) => each.hasInstallScript === true);
    const unlisted = scripted
      .map(([path]) => nameOf(path))
      .filter((name) => !(name in manifest.allowScripts));
    expect(scripted.length).toBeGreaterThan(0);
    expect(unlisted).toEqual([]);
  });
});

describe('the environment', () => {
  async function messagesFor(source: string, path: string) {
    const eslint = new ESLint({ cwd: ROOT });
    const config = (await eslint.calculateConfigForFile(path)) as { rules: Record<string, unknown[]> };
    const only = new ESLint({
      cwd: ROOT,
      overrideConfigFile: true,
      overrideConfig: {
        rules: { 'no-restricted-syntax': (config.rules['no-restricted-syntax'] ?? 'off') as 'off' },
      },
    });
    const [result] = await only.lintText(source, { filePath: 'any.js' });
    return result?.messages.map(({ message }) => message) ?? [];
  }

  it('is read by src/config alone', async () => {
    for (const source of [
      'process.env.PORT;',
      "process['env'].PORT;",
      "import { env } from 'node:process';",
    ]) {
      expect(await messagesFor(source, 'src/platform/x.ts')).toHaveLength(1);
      expect(await messagesFor(source, 'src/config/x.ts')).toEqual([]);
    }
  });
});

describe('the settings', () => {
  const known = Object.keys(environment.shape).sort();
  const namesIn = (path: string, pattern: RegExp) =>
    [...readFileSync(join(ROOT, path), 'utf8').matchAll(pattern)].map(([, name = '']) => name).sort();

  it('are documented in .env.example, all of them and no others', () => {
    expect(namesIn('.env.example', /^([A-Z_]+)=/gm)).toEqual(known);
  });

  it('of docker-compose.yml are settings that exist', () => {
    const composed = namesIn('docker-compose.yml', /^ {6}([A-Z_]+):/gm);
    expect(composed.length).toBeGreaterThan(0);
    expect(composed.filter((name) => !known.includes(name) && !name.startsWith('POSTGRES_'))).toEqual([]);
  });
});

describe('nest build', () => {
  it('works with the settings of the project and keeps what decorators say', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nest-build-'));
    try {
      for (const name of ['package.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json']) {
        cpSync(join(ROOT, name), join(folder, name));
      }
      symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
      mkdirSync(join(folder, 'src'));
      const source = [
        "import 'reflect-metadata';",
        "import { Injectable } from '@nestjs/common';",
        'class Clock {}',
        '@Injectable() export class Watch { constructor(readonly clock: Clock) {} }',
        "const types = Reflect.getMetadata('design:paramtypes', Watch) as { name: string }[];",
        'console.log(types.map(({ name }) => name).join());',
      ];
      writeFileSync(join(folder, 'src/main.ts'), source.join('\n'));
      const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
      const built = run(join(ROOT, 'node_modules/@nestjs/cli/bin/nest.js'), 'build');
      expect(`${built.stdout}${built.stderr}`.trim()).toBe('');
      expect(run('dist/src/main.js').stdout.trim()).toBe('Clock');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
