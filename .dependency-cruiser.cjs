/** The house in arrows: each rule carries the sentence that explains it. */
const room = (from, allowed, why) => ({
  name: `${from.replaceAll('/', '-')}-looks-behind-it-only`,
  severity: 'error',
  comment: why,
  from: { path: `^${from}/` },
  to: { path: '^(src|libs|web)/', pathNot: `^(${[from, ...allowed].join('|')})/` },
});
const LIBS = ['libs/protocol', 'libs/chain'];

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', comment: 'A cycle means two files are really one, or one is in the wrong room.', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', comment: 'A file nobody imports is dead or an entry point; entry points are named here.', from: { orphan: true, path: '^(src|libs)/', pathNot: '(\\.mjs$|^src/(main|worker)\\.ts$|^libs/cli/|^libs/launch/)' }, to: {} },
    { name: 'server-cannot-read', severity: 'error', comment: 'The server cannot decrypt because it cannot even import the secret half.', from: { path: '^(src|migrations)/' }, to: { path: '^(libs/(vault|clinical|client|cli)|web)/' } },
    room('libs/protocol', [], 'protocol is the words both sides speak: it needs nothing.'),
    room('libs/chain', ['libs/protocol'], 'chain verifies with public keys only: it knows protocol and nothing secret.'),
    room('libs/vault', LIBS, 'vault is the secret half on top of chain.'),
    room('libs/clinical', [], 'clinical is pure medicine: schemas and functions, no protocol, no I/O.'),
    room('libs/client', [...LIBS, 'libs/vault', 'libs/clinical'], 'the SDK joins the halves; it knows no terminal and no server.'),
    room('libs/cli', ['libs/client', 'libs/clinical', 'libs/protocol', 'libs/launch'], 'the terminal client stands on the SDK alone.'),
    room('libs/launch', [], 'launch starts processes; it imports nothing of what it starts.'),
    room('src/config', LIBS, 'config is the only reader of process.env and stands at the end of the corridor.'),
    room('src/platform', [...LIBS, 'src/config'], 'platform is plumbing without a domain word.'),
    room('src/chains', [...LIBS, 'src/config', 'src/platform'], 'chains accept and read signed entries.'),
    room('src/accounts', [...LIBS, 'src/config', 'src/platform', 'src/chains'], 'accounts say who is calling.'),
    room('src/obligations', [...LIBS, 'src/config', 'src/platform', 'src/chains', 'src/accounts'], 'obligations know what is due, not how people are told.'),
    room('src/notifications', [...LIBS, 'src/config', 'src/platform', 'src/chains', 'src/accounts', 'src/obligations'], 'notifications tell people; nothing behind them tells.'),
    room('src/delivery', [...LIBS, 'src/config', 'src/platform', 'src/chains', 'src/accounts', 'src/obligations', 'src/notifications'], 'delivery is the front door and tells the whole story.'),
    { name: 'one-sodium', severity: 'error', comment: 'Crypto goes only through the façades over libsodium.', from: { path: '^(src|libs)/', pathNot: '^libs/(chain|vault)/sodium' }, to: { path: 'libsodium' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { conditionNames: ['trialogue-source', 'import', 'node', 'default'], exportsFields: ['exports'] },
  },
};
