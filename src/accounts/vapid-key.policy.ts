import { createECDH } from 'node:crypto';

/**
 * The public half of the key that signs pushes (65 bytes): what a browser subscribes with.
 * @param privateKey base64url
 */
export function publicKeyOf(privateKey: string): Uint8Array {
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(Buffer.from(privateKey, 'base64url'));
  return new Uint8Array(pair.getPublicKey());
}
