import {
  ByteWriter,
  fromBase64Url,
  toBase64Url,
  toHex,
  type ContentType,
  type ObligationOp,
  type Urgency,
} from '#protocol';
import type { RowWish } from '#chain';
import type { StoreChange } from './store.contract.js';

/** What is to be written; sealed only when its turn comes, for its place in the chain. */
export type Work =
  | {
      readonly kind: 'message';
      readonly contentType: ContentType;
      readonly content: unknown;
      readonly urgency: Urgency;
      readonly ops: readonly ObligationOp[];
    }
  | { readonly kind: 'roster'; readonly put: readonly RowWish[]; readonly drop: readonly string[] }
  | { readonly kind: 'leave' | 'close'; readonly reason: number };

export interface QueueItem {
  readonly id: string;
  readonly threadId: string;
  readonly createdAtMs: number;
  /** What its author has seen: later entries may need his word before this goes out. */
  readonly seenSeq: number;
  /** Written by the SDK itself (profile, reopening): never asks, and fails silently into the next try. */
  readonly automatic: boolean;
  readonly work: Work;
  readonly state: 'queued' | 'author_needed' | 'failed';
  readonly problem: string | undefined;
}

/** A sealed entry that may have reached the service; itemId undefined: a rotation the gate asked for. */
export interface Inflight {
  readonly itemId: string | undefined;
  readonly bytes: Uint8Array;
}

const QUEUE_KEY = /^queue\/([0-9a-f]+)$/u;
const INFLIGHT_KEY = /^inflight\/([0-9a-f]{32})$/u;

/** Bytes inside the JSON of a queue item, marked so that they come back as bytes. */
const BYTES_MARK = 'bytes:';

function encode(value: unknown): Uint8Array {
  const text = JSON.stringify(value, (_, part: unknown) =>
    part instanceof Uint8Array ? BYTES_MARK + toBase64Url(part) : part,
  );
  return new TextEncoder().encode(text);
}

/** Content is kept as text of its own, so that no word in it can be taken for the mark. */
function decode(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes), (_, part: unknown) =>
    typeof part === 'string' && part.startsWith(BYTES_MARK)
      ? fromBase64Url(part.slice(BYTES_MARK.length))
      : part,
  );
}

function itemChange(item: QueueItem): StoreChange {
  const { work } = item;
  const kept = work.kind === 'message' ? { ...work, content: textBytes(work.content) } : work;
  return { key: `queue/${item.id}`, value: encode({ ...item, work: kept }) };
}

function textBytes(content: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(content));
}

function itemOf(value: Uint8Array): QueueItem {
  const kept = decode(value) as QueueItem;
  const { work } = kept;
  if (work.kind !== 'message') return kept;
  const content: unknown = JSON.parse(new TextDecoder().decode(work.content as Uint8Array));
  return { ...kept, work: { ...work, content } };
}

let made = 0;

/** Ascending in time, so that ids sort in the order of making; unique across restarts. */
export function newItemId(nowMs: number): string {
  made += 1;
  const lot = crypto.getRandomValues(new Uint8Array(6));
  return toHex(new ByteWriter().u64(nowMs).u32(made).raw(lot).finish());
}

/** Unsent work and sealed entries in flight, in memory and as store changes. Survives a crash between any two steps. */
export class Queue {
  private readonly items = new Map<string, QueueItem>();
  private readonly flying = new Map<string, Inflight>();

  rehydrate(stored: ReadonlyMap<string, Uint8Array>): void {
    for (const [key, value] of stored) {
      const [, id] = QUEUE_KEY.exec(key) ?? [];
      if (id !== undefined) this.items.set(id, itemOf(value));
      const [, threadId] = INFLIGHT_KEY.exec(key) ?? [];
      if (threadId !== undefined) this.flying.set(threadId, decode(value) as Inflight);
    }
  }

  /** In the order they were made. */
  all(): readonly QueueItem[] {
    return [...this.items.values()].sort((left, right) => (left.id < right.id ? -1 : 1));
  }

  find(id: string): QueueItem | undefined {
    return this.items.get(id);
  }

  inflight(threadId: string): Inflight | undefined {
    return this.flying.get(threadId);
  }

  put(item: QueueItem): StoreChange {
    this.items.set(item.id, item);
    return itemChange(item);
  }

  remove(id: string): StoreChange {
    this.items.delete(id);
    return { key: `queue/${id}`, value: undefined };
  }

  launch(threadId: string, inflight: Inflight): StoreChange {
    this.flying.set(threadId, inflight);
    return { key: `inflight/${threadId}`, value: encode(inflight) };
  }

  land(threadId: string): StoreChange {
    this.flying.delete(threadId);
    return { key: `inflight/${threadId}`, value: undefined };
  }
}
