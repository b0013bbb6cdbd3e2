import type { Hold, HoldRelease } from '../event.registry.js';
import type { Filed } from './opened.entry.js';
import { EMPTY_MAP, put, valueOf, valuesIn, without, type SortedMap } from './sorted.map.js';

/**
 * Holds stand until a release names them; nothing else ends one, least of all time. A release may still keep sessions
 * back until a day; releasing the same hold again changes that day.
 */
export interface Holds {
  readonly byRef: SortedMap<Filed<Hold>>;
  /** Holds that nobody has released. */
  readonly standing: SortedMap<Filed<Hold>>;
  /** Hold → its last release. */
  readonly released: SortedMap<Filed<HoldRelease>>;
  /** Hold → its last release, where that keeps sessions back until a day. */
  readonly delaying: SortedMap<Filed<HoldRelease>>;
}

export const NO_HOLDS: Holds = {
  byRef: EMPTY_MAP,
  standing: EMPTY_MAP,
  released: EMPTY_MAP,
  delaying: EMPTY_MAP,
};

export function raiseHold(holds: Holds, hold: Filed<Hold>): Holds {
  const released = valueOf(holds.released, hold.ref) !== undefined;
  return {
    ...holds,
    byRef: put(holds.byRef, hold.ref, hold),
    standing: released ? holds.standing : put(holds.standing, hold.ref, hold),
  };
}

export function releaseHolds(holds: Holds, release: Filed<HoldRelease>): Holds {
  let { standing, released, delaying } = holds;
  for (const ref of release.event.holds) {
    standing = without(standing, ref);
    released = put(released, ref, release);
    delaying = release.event.not_before === null ? without(delaying, ref) : put(delaying, ref, release);
  }
  return { ...holds, standing, released, delaying };
}

/** Holds that stand, earliest first. */
export function standingHolds(holds: Holds): readonly Filed<Hold>[] {
  return [...valuesIn(holds.standing)].sort((a, b) => a.place.seq - b.place.seq);
}
