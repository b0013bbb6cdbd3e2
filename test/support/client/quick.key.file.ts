import { randomBytes, scryptSync } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { encodeFileHeader } from '../../../libs/client/file.format.js';
import { FrameLog } from '../../../libs/client/file.log.js';

/** The least a reader of key files bears: 2^10 instead of the 2^17 of a file the client makes. */
const QUICK = { logN: 10, r: 8, p: 1 } as const;

/**
 * Lays down an empty key file that opens in a millisecond. How much work a passphrase takes stands in the header of each file,
 * so nothing in the client knows of it; what the client itself makes is tested in file.store.spec.ts and refusals.spec.ts.
 */
export async function layQuickKeyFile(path: string, passphrase: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const setting = { ...QUICK, salt: new Uint8Array(randomBytes(16)) };
  const key = scryptSync(passphrase, setting.salt, 32, { N: 2 ** QUICK.logN, r: QUICK.r, p: QUICK.p });
  const file = { path, header: encodeFileHeader(setting), key: new Uint8Array(key) };
  await (await FrameLog.rewrite(file, new Map())).close();
}
