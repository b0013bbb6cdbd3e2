import { randomBytes, scrypt } from 'node:crypto';
import { access, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lock } from 'proper-lockfile';
import { WireError } from '#protocol';
import { openBlob } from '#vault';
import {
  FILE_HEADER_BYTES,
  SCRYPT,
  encodeFileHeader,
  frameContext,
  parseBatch,
  parseFileHeader,
  splitFrames,
  type ScryptSetting,
} from './file.format.js';
import { FrameLog, type SealedFile } from './file.log.js';
import { ClientProblem } from './problem.js';
import type { KeyStore, StoreChange } from './store.contract.js';

export interface FileStoreOptions {
  /** One file; its lock (`.lock`) and, while it is rewritten, a temporary file (`.new`) stand beside it. */
  readonly path: string;
  readonly passphrase: string;
}

export interface FileStoreDoor {
  /** Makes a new store (mode 0600). Errors: store.not_empty (something stands there), store.locked. */
  create(options: FileStoreOptions): Promise<KeyStore>;
  /** Errors: store.not_found, store.locked, store.wrong_passphrase, store.corrupt. */
  open(options: FileStoreOptions): Promise<KeyStore>;
  /** Opens it, or makes it when nothing stands there. */
  openOrCreate(options: FileStoreOptions): Promise<KeyStore>;
}

/** A lock whose owner was killed is taken over after this long; a living owner renews it. */
const LOCK = { staleMs: 10_000, renewMs: 2_000 } as const;

export const FileStore: FileStoreDoor = {
  async create(options) {
    await mkdir(dirname(options.path), { recursive: true, mode: 0o700 });
    return locked(options, async (guard) => {
      if (await exists(options.path)) throw new ClientProblem('store.not_empty');
      const setting = { ...SCRYPT, salt: new Uint8Array(randomBytes(16)) };
      const file = await sealedFile(options, encodeFileHeader(setting), setting);
      const log = await FrameLog.rewrite(file, new Map());
      return new FileKeyStore(log, new Map(), guard);
    });
  },

  async open(options) {
    if (!(await exists(options.path))) throw new ClientProblem('store.not_found');
    return locked(options, async (guard) => {
      const bytes = new Uint8Array(await readFile(options.path));
      const header = bytes.slice(0, FILE_HEADER_BYTES);
      const file = await sealedFile(options, header, readHeader(header));
      const read = readFrames(file, bytes.subarray(FILE_HEADER_BYTES));
      const log = await FrameLog.resume(file, read);
      return new FileKeyStore(log, read.held, guard);
    });
  },

  async openOrCreate(options) {
    return (await exists(options.path)) ? FileStore.open(options) : FileStore.create(options);
  },
};

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** What keeps a second writer out, and whether it still does. */
interface Guard {
  readonly release: () => Promise<void>;
  readonly lost: () => boolean;
}

async function locked<Value>(
  options: FileStoreOptions,
  use: (guard: Guard) => Promise<Value>,
): Promise<Value> {
  let lost = false;
  const release = await lock(options.path, {
    stale: LOCK.staleMs,
    update: LOCK.renewMs,
    realpath: false,
    onCompromised: () => {
      lost = true;
    },
  }).catch((cause: unknown) => {
    throw new ClientProblem('store.locked', {}, { cause });
  });
  try {
    return await use({ release, lost: () => lost });
  } catch (error) {
    await release();
    throw error;
  }
}

function readHeader(header: Uint8Array): ScryptSetting {
  try {
    return parseFileHeader(header);
  } catch (cause) {
    throw cause instanceof WireError ? new ClientProblem('store.corrupt', {}, { cause }) : cause;
  }
}

/** The key is scrypt(passphrase in Unicode NFKC, salt), 32 bytes. */
async function sealedFile(
  { path, passphrase }: FileStoreOptions,
  header: Uint8Array,
  { logN, r, p, salt }: ScryptSetting,
): Promise<SealedFile> {
  const cost = { N: 2 ** logN, r, p, maxmem: 256 * r * 2 ** logN };
  const key = await new Promise<Uint8Array>((resolve, reject) => {
    scrypt(passphrase.normalize('NFKC'), salt, 32, cost, (error, derived) => {
      if (error === null) resolve(new Uint8Array(derived));
      else reject(error);
    });
  });
  return { path, header, key };
}

/**
 * The first frame opens or the passphrase is wrong; a later one that does not open means the file was altered,
 * unless it is the very last: then it is a write that was cut off, and nobody was told it was kept.
 */
function readFrames(file: SealedFile, rest: Uint8Array) {
  const { frames, torn } = splitFrames(rest);
  const held = new Map<string, Uint8Array>();
  let whole = 0;
  for (const [index, frame] of frames.entries()) {
    const aad = frameContext(file.header, index, frames[index - 1]);
    const batch = openBlob({ key: file.key, aad }, frame);
    if (!batch.ok) {
      if (index === 0) throw new ClientProblem('store.wrong_passphrase');
      if (index < frames.length - 1 || torn > 0) throw new ClientProblem('store.corrupt');
      break;
    }
    apply(held, parseBatch(batch.value));
    whole += 1;
  }
  if (whole === 0) throw new ClientProblem('store.corrupt');
  const bytes = frames.slice(0, whole).reduce((sum, frame) => sum + 4 + frame.length, 0);
  return { held, frames: whole, last: frames[whole - 1]?.slice(), bytes: FILE_HEADER_BYTES + bytes };
}

function apply(held: Map<string, Uint8Array>, changes: readonly StoreChange[]): void {
  for (const { key, value } of changes) {
    if (value === undefined) held.delete(key);
    else held.set(key, value);
  }
}

interface Waiting {
  readonly changes: readonly StoreChange[];
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Batches that wait while one is being written go to the disk together: one fsync for all of them. */
class FileKeyStore implements KeyStore {
  private waiting: Waiting[] = [];
  private draining = false;
  private drained: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly log: FrameLog,
    private readonly held: Map<string, Uint8Array>,
    private readonly guard: Guard,
  ) {}

  load(): Promise<ReadonlyMap<string, Uint8Array>> {
    return Promise.resolve(new Map(this.held));
  }

  write(changes: readonly StoreChange[]): Promise<void> {
    if (this.closed) return Promise.reject(new ClientProblem('store.closed'));
    return new Promise((resolve, reject) => {
      this.waiting.push({ changes, resolve, reject });
      if (!this.draining) this.drained = this.drain();
    });
  }

  /** The mark is taken away in the same turn in which nothing waits: whoever comes later starts anew. */
  private async drain(): Promise<void> {
    this.draining = true;
    for (let batch = this.take(); batch.length > 0; batch = this.take()) {
      try {
        await this.persist(batch.flatMap(({ changes }) => changes));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.draining = false;
  }

  private take(): Waiting[] {
    const batch = this.waiting;
    this.waiting = [];
    return batch;
  }

  private async persist(changes: readonly StoreChange[]): Promise<void> {
    if (this.guard.lost()) throw new ClientProblem('store.locked');
    if (changes.some(({ erase }) => erase === true)) return this.persistAnew(changes);
    await this.log.append(changes);
    apply(this.held, changes);
    await this.log.compactIfWorthIt(this.held);
  }

  /** In a log a forgotten value still stands where it was written: only a new file is without it. */
  private async persistAnew(changes: readonly StoreChange[]): Promise<void> {
    const next = new Map(this.held);
    apply(next, changes);
    await this.log.replace(next);
    apply(this.held, changes);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.drained;
    await this.log.close();
    if (!this.guard.lost()) await this.guard.release();
  }
}
