import { toBase64Url, type HeadsReply, type SyncReply } from '#protocol';
import type { ChainPage } from '../chains/index.js';

/** Bytes become base64url here and nowhere else in this room. */
export function headToWire(head: { readonly seq: number; readonly hash: Uint8Array }): {
  seq: number;
  hash: string;
} {
  return { seq: head.seq, hash: toBase64Url(head.hash) };
}

export function pageToWire(page: ChainPage): SyncReply['chains'][number] {
  return {
    chainId: page.chainId,
    entries: page.entries.map(toBase64Url),
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
