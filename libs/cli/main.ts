import { existsSync } from 'node:fs';
import { run } from './program.js';

// npm start reads it too, so that both agree on PORT and DATA_DIR; what is set already wins.
if (existsSync('.env')) process.loadEnvFile('.env');

// `| head` has read enough: no failure, and nobody left to tell of one.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
});
