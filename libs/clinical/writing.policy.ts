import type { ClinicalEvent } from './event.registry.js';
import type { Reason } from './event.parse.js';
import type { Regimen } from './events/regimen.schema.js';

/**
 * The most that can be taken in one session by the plan's own amounts, in micrograms: its highest number of units, and
 * the one in-session booster it has. No clinical limit: what is above it can only be a slipped digit or unit.
 */
function mostByOwnAmountsUg(plan: Regimen): number {
  const units = [plan.units_per_session, ...plan.titration.map((step) => step.units_per_session)];
  return Math.max(...units) * plan.strength_ug + (plan.booster?.amount_ug ?? 0);
}

/** Whether the maximum is more than units, strength and booster explain; read back, it would be read back wrongly. */
export function isMaximumUnexplained(plan: Regimen): boolean {
  return plan.max_per_session_ug > mostByOwnAmountsUg(plan);
}

/**
 * What is wrong with an event that is about to be signed, beyond its schema. An entry that says it already stays
 * readable, and it is for the gate to doubt it: a rule that came later never makes a signed decision unreadable.
 */
export function checkWriting(event: ClinicalEvent): readonly Reason[] {
  if (event.event !== 'dose_order' && event.event !== 'dose_adjustment') return [];
  if (event.regimen === null || !isMaximumUnexplained(event.regimen)) return [];
  return [{ path: 'regimen.max_per_session_ug', words: 'is higher than strength × units plus booster' }];
}
