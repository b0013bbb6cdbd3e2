import { hash, type IdentityState } from '#chain';
import { LABEL, WireError, equalBytes, fromBase64Url, toBase64Url, utf8 } from '#protocol';
import { z } from 'zod';

/** Longest display name, in UTF-16 units. */
export const MAX_NAME = 200;

/** Content of a profile message: the name a person committed to in his identity, and what opens the commitment. */
const profileSchema = z.strictObject({
  displayName: z.string().min(1).max(MAX_NAME),
  nonce: z.string().regex(/^[A-Za-z0-9_-]{22}$/u),
});

export interface Profile {
  readonly displayName: string;
  /** 16 bytes. */
  readonly nonce: Uint8Array;
}

export function profileContent(profile: Profile): z.infer<typeof profileSchema> {
  return { displayName: profile.displayName, nonce: toBase64Url(profile.nonce) };
}

/** The profile, if it is one at all. */
export function parseProfile(content: unknown): Profile | undefined {
  const parsed = profileSchema.safeParse(content);
  if (!parsed.success) return undefined;
  try {
    return { displayName: parsed.data.displayName, nonce: fromBase64Url(parsed.data.nonce) };
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

/** Whether this is the name the person committed to: anything else is somebody calling himself another. */
export function isCommitted(profile: Profile, identity: IdentityState): boolean {
  const commitment = hash(LABEL.display, profile.nonce, utf8(profile.displayName));
  return equalBytes(commitment, identity.displayCommitment);
}
