import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { sealBlob } from '#vault';
import { FILE_HEADER_BYTES, FRAME_BYTES, encodeBatch, encodeFrame, frameContext } from './file.format.js';
import type { StoreChange } from './store.contract.js';

export interface SealedFile {
  readonly path: string;
  readonly header: Uint8Array;
  readonly key: Uint8Array;
}

interface Place {
  /** Frames in the file, the last of them, and where the next one goes. */
  readonly frames: number;
  readonly last: Uint8Array | undefined;
  readonly bytes: number;
}

/** A file is rewritten when more than this, and more than half of it, is no longer needed. */
const SLACK_BYTES = 4 * 1_048_576;

/** Appends sealed frames; an entry costs its own bytes, whatever the file has grown to. */
export class FrameLog {
  private constructor(
    private readonly file: SealedFile,
    private handle: FileHandle,
    private place: Place,
  ) {}

  /** Continues behind the last whole frame; what a crash left behind it is cut off. */
  static async resume(file: SealedFile, place: Place): Promise<FrameLog> {
    const handle = await open(file.path, 'r+');
    await handle.truncate(place.bytes);
    return new FrameLog(file, handle, place);
  }

  /** The whole map as a new file: written beside, synced, renamed over, so that one of both is always whole. */
  static async rewrite(file: SealedFile, held: ReadonlyMap<string, Uint8Array>): Promise<FrameLog> {
    const beside = `${file.path}.new`;
    await rm(beside, { force: true });
    const handle = await open(beside, 'wx', 0o600);
    await handle.write(file.header, 0, file.header.length, 0);
    const log = new FrameLog(file, handle, { frames: 0, last: undefined, bytes: FILE_HEADER_BYTES });
    for (const changes of portions(held)) await log.put(changes);
    await handle.sync();
    await rename(beside, file.path);
    await syncFolder(dirname(file.path));
    return log;
  }

  async append(changes: readonly StoreChange[]): Promise<void> {
    const { place } = this;
    try {
      await this.put(changes);
      await this.handle.datasync();
    } catch (error) {
      this.place = place;
      await this.handle.truncate(place.bytes);
      throw error;
    }
  }

  private async put(changes: readonly StoreChange[]): Promise<void> {
    const { frames, last, bytes } = this.place;
    const aad = frameContext(this.file.header, frames, last);
    const sealed = sealBlob({ key: this.file.key, aad }, encodeBatch(changes));
    const frame = encodeFrame(sealed);
    await writeAll(this.handle, frame, bytes);
    this.place = { frames: frames + 1, last: sealed, bytes: bytes + frame.length };
  }

  async compactIfWorthIt(held: ReadonlyMap<string, Uint8Array>): Promise<void> {
    if (this.place.bytes < SLACK_BYTES) return;
    let live = 0;
    for (const [key, value] of held) live += key.length + value.length + 7;
    if (this.place.bytes - live < Math.max(SLACK_BYTES, live)) return;
    await this.replace(held);
  }

  /** The file with nothing in it but this map. */
  async replace(held: ReadonlyMap<string, Uint8Array>): Promise<void> {
    const fresh = await FrameLog.rewrite(this.file, held);
    await this.handle.close();
    this.handle = fresh.handle;
    this.place = fresh.place;
  }

  async close(): Promise<void> {
    await this.handle.close();
    this.file.key.fill(0);
  }
}

/** Batches of about a frame each; at least one, so that a passphrase can be checked against it. */
function* portions(held: ReadonlyMap<string, Uint8Array>): Generator<StoreChange[]> {
  let portion: StoreChange[] = [];
  let size = 0;
  for (const [key, value] of held) {
    portion.push({ key, value });
    size += key.length + value.length;
    if (size < FRAME_BYTES) continue;
    yield portion;
    portion = [];
    size = 0;
  }
  yield portion;
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const step = await handle.write(bytes, written, bytes.length - written, at + written);
    written += step.bytesWritten;
  }
}

/** Makes the rename itself durable; some systems cannot open a folder, and then it is as durable as they make it. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  if (folder === undefined) return;
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
