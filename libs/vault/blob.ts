import { LENGTH, concatBytes } from '#protocol';
import { opened, refused, type Opened } from './opened.js';
import type { Randomness } from './randomness.js';
import { Secret, consume } from './secret.js';
import { open, seal } from './sodium.js';

/** What a sealed blob is sealed under and bound to. */
export interface BlobSeal {
  /** 32 bytes, for example from a passphrase; copied, not kept. */
  readonly key: Uint8Array;
  /** What the blob is and where it belongs: another one there is refused. */
  readonly aad: Uint8Array;
}

function blobKey(bytes: Uint8Array): Secret<'aeadKey'> {
  return new Secret('aeadKey', bytes.slice());
}

/** nonce 24 ‖ ciphertext. Draws: nonce 24. */
export function sealBlob(under: BlobSeal, bytes: Uint8Array, random: Randomness): Uint8Array {
  const nonce = random(LENGTH.nonce);
  const { aad } = under;
  return concatBytes(
    nonce,
    consume(blobKey(under.key), (key) => seal(key, bytes, { aad, nonce })),
  );
}

export function openBlob(under: BlobSeal, sealed: Uint8Array): Opened<Uint8Array> {
  if (sealed.length < LENGTH.nonce + LENGTH.tag) return refused('malformed');
  const nonce = sealed.slice(0, LENGTH.nonce);
  const { aad } = under;
  const bytes = consume(blobKey(under.key), (key) => open(key, sealed.slice(LENGTH.nonce), { aad, nonce }));
  return bytes === undefined ? refused('open') : opened(bytes);
}
