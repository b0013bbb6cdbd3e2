import type { SlotStretch } from './stretch.js';

export type SettledState = 'accepted' | 'declined' | 'withdrawn';

export interface NewSwap extends SlotStretch {
  readonly giverId: Uint8Array;
  readonly takerId: Uint8Array;
}

/** Duty one person asks another to take over. Effective from the moment the taker accepts, never before. */
export interface Swap extends NewSwap {
  readonly id: string;
  readonly state: 'proposed' | SettledState;
}
