import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder of the project, wherever this file runs from (libs/launch or dist/libs/launch).
 * @param {string} [from] the folder to start looking upwards from
 * @returns {string} absolute path of the folder that holds package.json and nest-cli.json
 */
export function projectRoot(from = dirname(fileURLToPath(import.meta.url))) {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'nest-cli.json'))) return folder;
    if (folder === dirname(folder)) throw new Error(`no project folder above ${from}`);
  }
}

/**
 * Whether a module is the program that was started, also when it was started through a symbolic link.
 * @param {string} moduleUrl its import.meta.url
 * @returns {boolean}
 */
export function isProgram(moduleUrl) {
  const program = process.argv[1];
  if (program === undefined || !existsSync(program)) return false;
  return realpathSync(program) === realpathSync(fileURLToPath(moduleUrl));
}

/**
 * Takes the settings of the project's .env file, if there is one, into the environment; what is set already wins.
 * @param {string} [root]
 */
export function loadDotEnv(root = projectRoot()) {
  const path = join(root, '.env');
  if (existsSync(path)) process.loadEnvFile(path);
}
