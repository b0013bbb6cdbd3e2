import type { Principal } from '#protocol';

/** Who sent a request, as its access token and the session's row say. */
export interface Caller {
  readonly principal: Principal;
  readonly sessionId: Uint8Array;
  readonly expiresAtMs: number;
}
