import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { ByteReader, ByteWriter, WireError, concatBytes, fromBase64Url, toBase64Url, utf8 } from '#protocol';

/** What an access token says: which sign-in, until when. Who that is stands in the session's row. */
export interface AccessClaim {
  readonly sessionId: Uint8Array;
  readonly expiresAtMs: number;
}

export const SESSION_ID_BYTES = 16;
const MAC_BYTES = 32;
const CLAIM_BYTES = SESSION_ID_BYTES + 8;
const LABEL = utf8('trialogue access token 1');

function macOf(secret: string, claim: Uint8Array): Uint8Array {
  return createHmac('sha256', secret).update(LABEL).update(claim).digest();
}

/** session id 16 ‖ expiry u64 ‖ HMAC-SHA-256, base64url. Forged tokens cost no query. */
export function sealAccessToken(secret: string, claim: AccessClaim): string {
  const bytes = new ByteWriter().bytes(claim.sessionId, SESSION_ID_BYTES).u64(claim.expiresAtMs).finish();
  return toBase64Url(concatBytes(bytes, macOf(secret, bytes)));
}

/** The claim of a token this installation sealed, expired or not; null for anything else. */
export function openAccessToken(secret: string, token: string): AccessClaim | null {
  if (token.length > 100) return null;
  const bytes = decode(token);
  if (bytes?.length !== CLAIM_BYTES + MAC_BYTES) return null;
  const claim = bytes.slice(0, CLAIM_BYTES);
  if (!timingSafeEqual(macOf(secret, claim), bytes.slice(CLAIM_BYTES))) return null;
  const reader = new ByteReader(claim);
  return { sessionId: reader.bytes(SESSION_ID_BYTES), expiresAtMs: reader.u64() };
}

function decode(token: string): Uint8Array | undefined {
  try {
    return fromBase64Url(token);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

/** Refresh tokens are 256 random bits, so a plain hash is enough to store them unreadable. */
export function hashRefreshToken(token: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(token, 'utf8').digest());
}
