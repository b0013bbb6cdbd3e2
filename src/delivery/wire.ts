import { WireError, type HeadsReply, type SyncReply } from '#protocol';
import type { ChainPage } from '../chains/index.js';

/** The same canonical base64url as libs/protocol speaks, by the platform's own (ten times faster) codec. */
export function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

/** @throws WireError for anything but the one spelling of these bytes */
export function fromText(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) throw new WireError('wire.not_base64url');
  return new Uint8Array(bytes);
}

/** Bytes become text here and nowhere else in this room. */
export function headToWire(head: { readonly seq: number; readonly hash: Uint8Array }): {
  seq: number;
  hash: string;
} {
  return { seq: head.seq, hash: toText(head.hash) };
}

export function pageToWire(page: ChainPage): SyncReply['chains'][number] {
  return {
    chainId: page.chainId,
    entries: page.entries.map(toText),
    head: headToWire(page.head),
    more: page.more,
  };
}

export function headRowToWire(row: {
  readonly chainId: string;
  readonly seq: number;
  readonly hash: Uint8Array;
}): HeadsReply['heads'][number] {
  return { chainId: row.chainId, head: headToWire(row) };
}
