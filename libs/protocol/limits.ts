/** Sizes and counts of trialogue/1 (bytes unless the name says otherwise). Validity rules, the same for everybody. */
export const LIMITS = {
  rows: 32,
  organisations: 8,
  devices: 16,
  admins: 16,
  obligationOps: 8,
  organisationName: 200,
  plaintext: 65_536,
  body: 98_304,
} as const;

/** Lengths fixed by the primitives; asserted against the library when the façade starts. */
export const LENGTH = {
  id: 16,
  hash: 32,
  header: 104,
  signature: 64,
  signingKey: 32,
  kemKey: 1216,
  kemCiphertext: 1120,
  secret: 32,
  nonce: 24,
  tag: 16,
  /** A 32-byte secret sealed by the AEAD. */
  box: 48,
} as const;

/** Smallest padded plaintext of a note without obligation ops, and of everything else. */
export const PADDING = { noteBucket: 256, eventBucket: 4096 } as const;

/** Rules of the send gate, never of validity: a client rotates first when an epoch is older or fuller. */
export const GATE = { epochAgeMs: 7 * 24 * 3_600_000, epochMessages: 200 } as const;

/** The server refuses an entry whose ts_ms is further from its database clock. */
export const CLOCK_SKEW_MS = 600_000;

/** A conflict reply keeps the next slot free for that device this long; tries before a visible failure. */
export const APPEND = { reservationMs: 300, tries: 8, urgentTries: 30 } as const;
