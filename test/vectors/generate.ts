import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { frozenFiles, spelled } from './frozen.js';

/**
 * Writes the vector files that do not exist yet; one that exists is frozen and never written again.
 * From the root of the project: npx tsc -p tsconfig.json && node dist/test/vectors/generate.js
 */
const folder = join(process.cwd(), 'test', 'vectors');

for (const [name, content] of Object.entries(frozenFiles())) {
  const path = join(folder, name);
  const frozen = await access(path).then(
    () => true,
    () => false,
  );
  if (!frozen) await writeFile(path, spelled(content), { flag: 'wx' });
  console.log(`${name}: ${frozen ? 'frozen, not touched' : 'written'}`);
}
