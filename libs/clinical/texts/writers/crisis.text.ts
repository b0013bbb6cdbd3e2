import type { Tongue } from '../tongue.js';

/** What stands on the client's screen first. */
export interface CrisisCard {
  readonly title: string;
  readonly lines: readonly string[];
}

/** No number stands here: which one is right depends on where the client is, and a wrong one costs time. */
export function crisisCard(t: Tongue): CrisisCard {
  return {
    title: t.say('crisis.title'),
    lines: [t.say('crisis.call'), t.say('crisis.person'), t.say('crisis.noWait')],
  };
}
