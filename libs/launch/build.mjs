// Builds dist when a source changed, then (if named) runs a program from it in this same process:
//   node libs/launch/build.mjs [--force] [dist/some/program.js [its arguments …]]
// One process instead of `build && program`: a signal sent by npm then reaches the program, not a shell.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { takeLock } from './lock.mjs';
import { isProgram, loadDotEnv, projectRoot } from './root.mjs';

const SOURCE_FOLDERS = ['src', 'libs', 'migrations', 'test/bench', 'test/faults'];
const SETTINGS = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'nest-cli.json',
];
const SOURCE = /(?<!\.d)\.(ts|mjs)$/;
const WAIT_FOR_OTHER_MS = 5 * 60_000;

/**
 * @param {string} root
 * @param {string} folder
 * @param {RegExp} pattern
 * @returns {string[]} paths relative to root
 */
function filesIn(root, folder, pattern) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

/**
 * @param {string} root
 * @returns {string[]}
 */
const sourcesOf = (root) =>
  SOURCE_FOLDERS.flatMap((folder) => filesIn(root, folder, SOURCE)).filter(
    (path) => !path.endsWith('.spec.ts'),
  );

/**
 * A short text that changes when a source or a build setting is edited, added or removed.
 * @param {string} [root]
 * @returns {string}
 */
export function sourceFingerprint(root = projectRoot()) {
  const hash = createHash('sha256');
  for (const path of [...SETTINGS, ...sourcesOf(root).sort()]) {
    const stat = statSync(join(root, path), { throwIfNoEntry: false });
    hash.update(`${path}\0${String(stat?.size)}\0${String(stat?.mtimeMs)}\n`);
  }
  return hash.digest('hex');
}

/**
 * @param {string} path of a source, relative to root
 * @returns {string} where the compiler puts it
 */
const outputOf = (path) => join('dist', path.replace(/\.ts$/, '.js'));

/**
 * Deletes what older sources left in dist: a migration that is gone must not run.
 * @param {string} root
 * @returns {boolean} whether every source has its output
 */
function tidyOutputs(root) {
  const wanted = new Set(sourcesOf(root).map(outputOf));
  for (const path of SOURCE_FOLDERS.flatMap((folder) => filesIn(root, join('dist', folder), /\.m?js$/))) {
    if (wanted.has(path)) continue;
    rmSync(join(root, path));
    rmSync(join(root, `${path}.map`), { force: true });
  }
  return [...wanted].every((path) => existsSync(join(root, path)));
}

/**
 * The compiler itself rather than `nest build`: same output (nest-cli.json names no plugin), half the time, and
 * with noEmitOnError a source that does not compile leaves the last good build in place.
 * @param {string} root
 * @returns {Promise<void>}
 */
function compile(root) {
  const args = [
    join(root, 'node_modules/typescript/bin/tsc'),
    '-p',
    'tsconfig.build.json',
    '--noEmitOnError',
  ];
  return new Promise((done, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let report = '';
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      report += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) done();
      else reject(new Error(`${report.trim()}\n\nThe build failed; what is above must be mended first.`));
    });
  });
}

/**
 * @param {string} root
 */
async function compileAll(root) {
  await compile(root);
  if (tidyOutputs(root)) return;
  // Somebody deleted parts of dist behind the compiler's back: forget its notes and build everything.
  rmSync(join(root, 'dist/.tsbuildinfo'), { force: true });
  await compile(root);
  if (!tidyOutputs(root)) throw new Error('The compiler left out some files; see tsconfig.build.json.');
}

/**
 * @param {string} root
 * @returns {string | undefined}
 */
function lastBuild(root) {
  try {
    return readFileSync(join(root, 'dist/.built'), 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Builds dist when a source is not the one of the last good build. Several processes may call it together: one
 * builds, the others wait.
 * @param {{ root?: string, force?: boolean, log?: (line: string) => void }} [options]
 * @returns {Promise<boolean>} whether something was built
 * @throws {Error} with the compiler's report when the sources do not compile
 */
export async function buildIfNeeded({ root = projectRoot(), force = false, log = console.log } = {}) {
  if (!force && lastBuild(root) === sourceFingerprint(root)) return false;
  mkdirSync(join(root, 'dist'), { recursive: true });
  const lock = await takeLock(join(root, 'dist', '.locks', 'build'), {
    what: 'a build',
    waitMs: WAIT_FOR_OTHER_MS,
    onWait: () => {
      log('Waiting for the build that is already under way …');
    },
  });
  try {
    // Taken before compiling: an edit made meanwhile must lead to another build.
    const fingerprint = sourceFingerprint(root);
    if (!force && lastBuild(root) === fingerprint) return false;
    const startedAt = Date.now();
    log('Building …');
    await compileAll(root);
    writeFileSync(join(root, 'dist/.built'), fingerprint);
    log(`Built in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`);
    return true;
  } finally {
    lock.release();
  }
}

/**
 * @param {string[]} args
 * @returns {Promise<string | undefined>} the program to run next
 */
async function main(args) {
  const force = args[0] === '--force';
  const [program, ...rest] = force ? args.slice(1) : args;
  // To stderr: the program's standard output may be read by another program (`--json`).
  await buildIfNeeded({ force, log: console.error });
  if (program === undefined) return undefined;
  // Here, so that every program started this way agrees on PORT and DATA_DIR.
  loadDotEnv();
  const path = resolve(projectRoot(), program);
  process.argv = [process.argv[0] ?? 'node', path, ...rest];
  return pathToFileURL(path).href;
}

if (isProgram(import.meta.url)) {
  let next;
  try {
    next = await main(process.argv.slice(2));
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
  // Outside the try: what the program throws is its own, with its own stack.
  if (next !== undefined) await import(next);
}
