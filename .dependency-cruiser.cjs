/**
 * The house in arrows: each rule carries the sentence that explains it. test/architecture proves that every rule
 * catches what it forbids.
 */
const room = (from, allowed, comment) => ({
  name: `${from.replaceAll('/', '-')}-looks-behind-it-only`,
  severity: 'error',
  comment,
  from: { path: `^${from}/` },
  to: { path: '^(src|libs|web|migrations|test)/', pathNot: `^(${[from, ...allowed].join('|')})/` },
});

const forbid = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });

/** The corridor: a room may use the rooms that stand before it in this list, and the public half of libs. */
const CORRIDOR = ['config', 'platform', 'chains', 'accounts', 'obligations', 'notifications', 'delivery'];
const SENTENCES = {
  config: 'config is the only reader of process.env and stands at the end of the corridor.',
  platform: 'platform is plumbing without a domain word.',
  chains: 'chains accept and read signed entries; they know no caller.',
  accounts: 'accounts say who is calling; they know nothing of what is due.',
  obligations: 'obligations know what is due, not how people are told.',
  notifications: 'notifications tell people; nothing behind them tells.',
  delivery: 'delivery is the front door and tells the whole story; nobody stands before it.',
};
/** The SDK has a second door for what only Node can do. */
const DOORS = '^libs/([^/]+/index|client/file)\\.ts$';
const PUBLIC_LIBS = ['libs/protocol', 'libs/chain'];
/** What both the wall's sides reckon with: when somebody works, and when something is due. */
const CALENDAR = 'libs/calendar';

const corridor = CORRIDOR.map((name, at) => {
  const behind = CORRIDOR.slice(0, at).map((other) => `src/${other}`);
  // The data source names the migrations; nobody else does.
  const lists = name === 'platform' ? ['migrations'] : [];
  return room(`src/${name}`, [...PUBLIC_LIBS, CALENDAR, ...behind, ...lists], SENTENCES[name]);
});

module.exports = {
  forbidden: [
    forbid(
      'no-cycles',
      'A cycle means two files are really one, or one is in the wrong room.',
      {},
      { circular: true },
    ),
    forbid(
      'no-orphans',
      'A file that neither imports nor is imported is dead; entry points are named here.',
      {
        orphan: true,
        path: '^(src|libs)/',
        pathNot: ['\\.mjs$', '^src/(main|worker)\\.ts$', DOORS],
      },
      {},
    ),
    forbid(
      'no-loose-ends',
      'An import that leads nowhere fails only when somebody runs it.',
      {},
      { couldNotResolve: true },
    ),
    forbid(
      'server-cannot-read',
      'The server cannot decrypt because it cannot even import the secret half.',
      { path: '^(src|migrations)/' },
      { path: '^(libs/(vault|clinical|client|cli|launch)|web)/' },
    ),
    forbid(
      'one-door-per-library',
      "A library's only door is its index.ts.",
      { path: '^(src|migrations|web)/' },
      { path: '^libs/[^/]+/', pathNot: DOORS },
    ),
    forbid(
      'one-door-between-libraries',
      "A library's only door is its index.ts, for its neighbours too.",
      { path: '^libs/([^/]+)/' },
      { path: '^libs/[^/]+/', pathNot: ['^libs/$1/', DOORS] },
    ),
    forbid(
      'entities-stay-at-home',
      "A room is entered through what it offers, never by a deep import of another room's entity.",
      { path: '^src/([^/]+)/' },
      { path: '\\.entity\\.ts$', pathNot: '^src/$1/' },
    ),
    room('libs/protocol', [], 'protocol is the words both sides speak: it needs nothing.'),
    room(
      'libs/chain',
      ['libs/protocol'],
      'chain verifies with public keys only: it knows protocol and nothing secret.',
    ),
    room(CALENDAR, [], 'the calendar knows days, hours and turns: no medicine, no protocol, no I/O.'),
    room('libs/vault', PUBLIC_LIBS, 'vault is the secret half on top of chain.'),
    room(
      'libs/clinical',
      [CALENDAR],
      'clinical is pure medicine on top of the calendar: schemas and functions, no protocol, no I/O.',
    ),
    room(
      'libs/client',
      [...PUBLIC_LIBS, CALENDAR, 'libs/vault', 'libs/clinical'],
      'the SDK joins the halves; it knows no terminal and no server.',
    ),
    room(
      'libs/cli',
      ['libs/client', 'libs/clinical', CALENDAR, 'libs/protocol'],
      'the terminal client stands on the SDK alone.',
    ),
    room('libs/launch', [], 'launch starts processes; it imports nothing of what it starts.'),
    room(
      'web',
      ['libs/client', 'libs/clinical', CALENDAR, 'libs/protocol'],
      'the web client stands on the SDK alone.',
    ),
    ...corridor,
    room('migrations', [], 'A migration is never edited, so it may not lean on code that is.'),
    forbid(
      'one-sodium',
      'The cryptography of the protocol goes only through the façades over libsodium.',
      { path: '^(src|libs|web|migrations)/', pathNot: '^libs/(chain|vault)/sodium\\.ts$' },
      { path: 'libsodium' },
    ),
    forbid(
      'pure-halves-run-anywhere',
      'protocol, calendar, chain, vault and clinical run in a browser too: no Node built-ins.',
      { path: '^libs/(protocol|calendar|chain|vault|clinical)/' },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'words-and-medicine-need-zod-only',
      'Words, medicine and the calendar are data: zod is the only package they may know; one file brings Temporal.',
      { path: '^libs/(protocol|calendar|clinical)/', pathNot: '^libs/calendar/temporal\\.ts$' },
      { path: 'node_modules', pathNot: 'node_modules/zod/' },
    ),
    forbid(
      'temporal-brings-the-calendar-only',
      'The one file through which Temporal enters the house brings nothing else along.',
      { path: '^libs/calendar/temporal\\.ts$' },
      { path: 'node_modules', pathNot: 'node_modules/temporal-polyfill/' },
    ),
    forbid(
      'policies-are-pure',
      'A policy is a pure function: no framework, no database, no I/O.',
      { path: '\\.policy\\.ts$' },
      {
        path: '(node_modules/(@nestjs|typeorm|pg|bullmq|ioredis)|\\.(repository|service|module|entity)\\.ts$)',
      },
    ),
    forbid(
      'nothing-for-developers-at-run-time',
      'What runs must be a dependency, not a devDependency.',
      { path: '^(src|libs|migrations)/' },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['trialogue-source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};
