import { z } from 'zod';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Bits of the last digit that no byte uses, by length modulo 4. A length of 1 modulo 4 is no whole byte. */
const UNUSED_BITS: readonly (number | undefined)[] = [0, undefined, 0b1111, 0b11];

/** The canonical spelling, whose unused bits are zero: what passes here decodes. */
export function isCanonical(text: string): boolean {
  const unused = UNUSED_BITS[text.length % 4];
  return unused !== undefined && (DIGITS.indexOf(text.at(-1) ?? 'A') & unused) === 0;
}

/** Bytes travel as unpadded base64url. */
export const base64Url = (bytes: number): z.ZodString =>
  z
    .string()
    .length(Math.ceil((bytes * 4) / 3))
    .regex(/^[A-Za-z0-9_-]+$/u)
    .refine(isCanonical);

/** A 16-byte id. */
export const hexId = z.string().regex(/^[0-9a-f]{32}$/u);
/** Unix milliseconds. */
export const instantMs = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
