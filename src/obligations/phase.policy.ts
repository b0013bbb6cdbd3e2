import type { ObligationStateName } from '#chain';

/** Still missing its answer: acknowledging or waiting on someone stops no clock. */
export function isOwed(state: ObligationStateName): boolean {
  return state === 'open' || state === 'acknowledged' || state === 'waiting';
}
