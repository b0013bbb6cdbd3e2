import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const ROOMS = ['protocol', 'calendar', 'chain', 'vault', 'clinical', 'client', 'launch'];
const RULE_OF_SERVER = 'server-cannot-read';

type Files = Record<string, string>;

const using = (path: string, name = 'used') =>
  `import { ${name} } from '${path}';\nexport const x = ${name};\n`;
const text = 'export const used = 1;\n';

/** What a small house in order looks like; every arrow in it is allowed. */
const IN_ORDER: Files = {
  ...Object.fromEntries(ROOMS.map((name) => [`libs/${name}/index.ts`, text])),
  'libs/client/file.ts': text,
  'libs/client/member.ts': using('#vault'),
  'libs/cli/session.ts': using('#client/file'),
  'libs/chain/sodium.ts': "import sodium from 'libsodium-wrappers';\nexport const used = sodium;\n",
  'libs/clinical/event.schema.ts': using('zod', 'z'),
  'libs/clinical/clock.ts': using('#calendar'),
  'migrations/index.ts': text,
  'src/main.ts': using('./delivery/append.service.js'),
  'src/config/settings.ts': text,
  'src/platform/clock.ts': using('../config/settings.js'),
  'src/platform/data.source.ts': using('../../migrations/index.js'),
  'src/delivery/append.service.ts': `${using('#chain')}${text}`,
  'src/obligations/duty.ts': using('#calendar'),
};

/** One promise, the files that break it, and the file and rule that must be named. */
interface Breach {
  promise: string;
  files: Files;
  at: string;
  rule: string;
}

const breach = (promise: string, rule: string, at: string, source: string, more: Files = {}): Breach => ({
  promise,
  rule,
  at,
  files: { [at]: source, ...more },
});

const serverBreaches = [
  ...['vault', 'clinical', 'client', 'launch'].map((room) =>
    breach(
      `refuses the server the room #${room}`,
      RULE_OF_SERVER,
      `src/accounts/of-${room}.ts`,
      using(`#${room}`),
    ),
  ),
  breach(
    'refuses the server the secret half by a relative path',
    RULE_OF_SERVER,
    'src/delivery/by-path.ts',
    using('../../libs/vault/index.js'),
  ),
  breach(
    'refuses the server even the types of the secret half',
    RULE_OF_SERVER,
    'src/delivery/by-type.ts',
    "export type { used } from '#vault';\n",
  ),
  breach(
    'refuses the server to load the secret half later',
    RULE_OF_SERVER,
    'src/delivery/by-call.ts',
    "export const later = import('#vault');\n",
  ),
  breach('refuses migrations the secret half', RULE_OF_SERVER, 'migrations/1-secret.ts', using('#vault')),
];

const aheads = [
  ['config', 'platform'],
  ['platform', 'chains'],
  ['chains', 'accounts'],
  ['accounts', 'obligations'],
  ['obligations', 'notifications'],
  ['notifications', 'delivery'],
].map(([room = '', ahead = '']) =>
  breach(
    `refuses src/${room} to look ahead into src/${ahead}`,
    `src-${room}-looks-behind-it-only`,
    `src/${room}/ahead.ts`,
    using(`../${ahead}/seen.js`),
    { [`src/${ahead}/seen.ts`]: text },
  ),
);

const libraries = [
  ['chain', 'vault'],
  ['protocol', 'chain'],
  ['vault', 'client'],
  ['clinical', 'protocol'],
  ['calendar', 'clinical'],
  ['client', 'launch'],
  ['cli', 'vault'],
  ['launch', 'protocol'],
].map(([room = '', ahead = '']) =>
  breach(
    `refuses libs/${room} the room #${ahead}`,
    `libs-${room}-looks-behind-it-only`,
    `libs/${room}/ahead.ts`,
    using(`#${ahead}`),
  ),
);

const doors = [
  breach(
    'lets the server into a library only through its door',
    'one-door-per-library',
    'src/chains/window.ts',
    using('../../libs/chain/inner.js'),
    { 'libs/chain/inner.ts': text },
  ),
  breach(
    'lets a library into its neighbour only through its door',
    'one-door-between-libraries',
    'libs/vault/window.ts',
    using('../chain/inner.js'),
  ),
  breach(
    'keeps entities at home',
    'entities-stay-at-home',
    'src/delivery/entity-abroad.ts',
    using('../accounts/session.entity.js'),
    { 'src/accounts/session.entity.ts': text },
  ),
  breach(
    'keeps migrations from leaning on code that changes',
    'migrations-looks-behind-it-only',
    'migrations/2-leaning.ts',
    using('../src/config/settings.js'),
  ),
];

const packages = [
  breach(
    'keeps libsodium behind its façades, for the server',
    'one-sodium',
    'src/accounts/sodium.ts',
    "import sodium from 'libsodium-wrappers';\nexport const x = sodium;\n",
  ),
  breach(
    'keeps libsodium behind its façades, for the SDK',
    'one-sodium',
    'libs/client/sodium.ts',
    "import sodium from 'libsodium-wrappers';\nexport const x = sodium;\n",
  ),
  breach(
    'keeps the halves that run in a browser free of Node',
    'pure-halves-run-anywhere',
    'libs/vault/node.ts',
    using('node:fs', 'readFileSync'),
  ),
  breach(
    'lets words and medicine know zod alone',
    'words-and-medicine-need-zod-only',
    'libs/clinical/sql.ts',
    using('pg', 'Client'),
  ),
  breach(
    'lets Temporal in through one file alone',
    'words-and-medicine-need-zod-only',
    'libs/calendar/window.ts',
    using('temporal-polyfill', 'Temporal'),
  ),
  breach(
    'lets nothing but Temporal through that file',
    'temporal-brings-the-calendar-only',
    'libs/calendar/temporal.ts',
    `export { Temporal } from 'temporal-polyfill';\n${using('pg', 'Client')}`,
  ),
  breach(
    'keeps policies free of I/O',
    'policies-are-pure',
    'src/obligations/due.policy.ts',
    using('./due.repository.js'),
    { 'src/obligations/due.repository.ts': text },
  ),
  breach(
    'refuses at run time what only developers install',
    'nothing-for-developers-at-run-time',
    'src/platform/developer.ts',
    using('fast-check', 'check'),
  ),
];

const shapes = [
  breach('finds cycles', 'no-cycles', 'src/platform/a.ts', `${using('./b.js')}${text}`, {
    'src/platform/b.ts': `${using('./a.js')}${text}`,
  }),
  breach('finds files that nobody needs', 'no-orphans', 'src/platform/lonely.ts', text),
  breach('finds imports that lead nowhere', 'no-loose-ends', 'src/platform/loose.ts', using('./gone.js')),
];

const BREACHES = [...serverBreaches, ...aheads, ...libraries, ...doors, ...packages, ...shapes];

/** What the real settings say of a house, as lines `file rule`. */
function judge(files: Files): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'house-'));
  try {
    for (const name of ['package.json', 'tsconfig.json', '.dependency-cruiser.cjs']) {
      cpSync(join(ROOT, name), join(folder, name));
    }
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    for (const [path, source] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), source);
    }
    return cruise(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function cruise(folder: string): string[] {
  const program = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [program, '--config', '.dependency-cruiser.cjs', '-T', 'json', 'src', 'libs', 'migrations'];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  const report = JSON.parse(stdout) as {
    summary: { violations: { from: string; rule: { name: string } }[] };
  };
  return report.summary.violations.map(({ from, rule }) => `${from} ${rule.name}`);
}

describe('the house in arrows', () => {
  let found: string[] = [];

  beforeAll(() => {
    found = judge(Object.assign({}, IN_ORDER, ...BREACHES.map((each) => each.files)) as Files);
  });

  it('is quiet about a house in order', () => {
    expect(judge(IN_ORDER)).toEqual([]);
  });

  it.each(BREACHES)('$promise', ({ at, rule }) => {
    expect(found).toContain(`${at} ${rule}`);
  });

  it('blames nobody else', () => {
    const files = new Set(BREACHES.flatMap((each) => Object.keys(each.files)));
    expect(found.filter((line) => !files.has(line.split(' ')[0] ?? ''))).toEqual([]);
  });
});
