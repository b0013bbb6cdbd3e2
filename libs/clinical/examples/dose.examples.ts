import type { DoseAdjustment, DoseOrder, DoseReadBack } from '../event.registry.js';
import type { Regimen } from '../events/regimen.schema.js';
import { NO_ENTRY, SYNTHETIC, type Moments } from './moments.js';

export function doseOrder(moments: Moments): DoseOrder {
  return {
    event: 'dose_order',
    schema: 1,
    supersedes: null,
    reason: null,
    decided_at: moments.now,
    axes_changed: [],
    explanation: `${SYNTHETIC}: careful start.`,
    prescription: { status: 'none', reference: null },
    not_a_prescription: true,
    client_text: `${SYNTHETIC}: 100 mg under the tongue at your session, never more than 150 mg in one session.`,
    regimen: regimen(moments),
  };
}

export function doseAdjustment(moments: Moments): DoseAdjustment {
  return {
    event: 'dose_adjustment',
    schema: 1,
    supersedes: NO_ENTRY,
    reason: 'under_response',
    request: null,
    decided_at: moments.now,
    axes_changed: ['dose'],
    explanation: `${SYNTHETIC}: one step up after a first session with little effect.`,
    prescription: { status: 'sent', reference: 'SYNTHETIC-0001' },
    not_a_prescription: true,
    client_text: `${SYNTHETIC}: from the next session 150 mg under the tongue, never more than 200 mg in one session.`,
    regimen: { ...regimen(moments), units_per_session: 1.5, max_per_session_ug: 200_000, titration: [] },
  };
}

export function doseReadBack({ now }: Moments): DoseReadBack {
  return {
    event: 'dose_read_back',
    schema: 1,
    read_at: now,
    decision: NO_ENTRY,
    total_ug: 150_000,
    remark: `${SYNTHETIC}: read from the plan on the screen.`,
  };
}

function regimen({ day }: Moments): Regimen {
  return {
    form: 'troche',
    form_detail: null,
    route: 'sublingual',
    modality: 'in_clinic',
    strength_ug: 100_000,
    units_per_session: 1,
    max_per_session_ug: 150_000,
    booster: { amount_ug: 50_000, earliest_minute: 20, authorised_by: 'on_call_prescriber' },
    hold_in_mouth_min: 10,
    after_holding: 'spit',
    sessions_authorised: 3,
    min_days_between: 3,
    earliest_start: day(2),
    expires_on: day(45),
    premedication: [{ name: `${SYNTHETIC}: ondansetron`, dose: '4 mg', timing: '30 minutes before' }],
    medications_to_hold: [
      { name: `${SYNTHETIC}: lorazepam`, hours_before: 24, instruction: `${SYNTHETIC}: not on the day` },
    ],
    fasting: { food_hours: 4, clear_fluids_hours: 2 },
    vitals_override: null,
    titration: [{ session_number: 1, units_per_session: 0.5 }],
    monitoring_asks: [`${SYNTHETIC}: blood pressure before, at minute 30 and before leaving`],
  };
}
