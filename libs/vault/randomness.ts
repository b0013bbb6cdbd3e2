/** Where fresh bytes come from. A parameter inside this room so that vectors can be frozen; never of its door. */
export type Randomness = (length: number) => Uint8Array;

const POOL_BYTES = 8192;
const pool = new Uint8Array(POOL_BYTES);
let used = POOL_BYTES;

/**
 * Platform randomness drawn in bulk: one call of getRandomValues costs about as much as filling the whole pool,
 * and the library's own randombytes is thirty times slower. Bytes handed out are erased from the pool.
 */
export const platformRandomness: Randomness = (length) => {
  if (length > POOL_BYTES) throw new RangeError('more than the pool holds');
  if (used + length > POOL_BYTES) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  const fresh = pool.slice(used, used + length);
  pool.fill(0, used, used + length);
  used += length;
  return fresh;
};
