import { KIND, THREAD, parseEntry, toHex } from '#protocol';

/** Messages among entries as they were sent in, of one thread. */
export function messagesIn(received: readonly Uint8Array[], threadId: string): Uint8Array[] {
  return received.filter((bytes) => {
    const { header } = parseEntry(bytes);
    return header.type === THREAD.message && toHex(header.chainId) === threadId;
  });
}

/** Places (thread, seq, predecessor, device) for which one device sent two different entries in. */
export function placesSignedTwice(received: readonly Uint8Array[]): string[] {
  const seen = new Map<string, string>();
  const twice = new Set<string>();
  for (const bytes of received) {
    const { kind, chainId, seq, prevHash, authorDevice } = parseEntry(bytes).header;
    if (kind !== KIND.thread || seq === 1) continue;
    const place = [toHex(chainId), seq, toHex(prevHash), toHex(authorDevice)].join('/');
    const text = toHex(bytes);
    if ((seen.get(place) ?? text) !== text) twice.add(place);
    seen.set(place, text);
  }
  return [...twice];
}
