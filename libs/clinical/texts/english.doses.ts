import type { DoseAdjustment, DoseDecision, DoseOrder, DoseReadBack } from '../event.registry.js';
import type { Regimen } from '../events/regimen.schema.js';
import { milligrams, moment } from './quantities.js';
import { AXIS, FORM, MODALITY, NOT_A_PRESCRIPTION, OWNER, REASON, ROUTE } from './english.words.js';
import { limits, listed, type Description } from './english.parts.js';

export function doseOrder(order: DoseOrder): Description {
  const total = milligrams(order.regimen.max_per_session_ug);
  return {
    title: `Dose order: at most ${total} in one session`,
    lines: [NOT_A_PRESCRIPTION, ...decisionLines(order), ...regimen(order.regimen), readBackAsk(total)],
    clientText: order.client_text,
  };
}

export function doseAdjustment(adjustment: DoseAdjustment): Description {
  const plan = adjustment.regimen;
  if (plan === null) return pause(adjustment);
  const total = milligrams(plan.max_per_session_ug);
  return {
    title: `Dose adjustment: at most ${total} in one session`,
    lines: [NOT_A_PRESCRIPTION, ...decisionLines(adjustment), ...regimen(plan), readBackAsk(total)],
    clientText: adjustment.client_text,
  };
}

export function doseReadBack(readBack: DoseReadBack): Description {
  return {
    title: `Read-back: ${milligrams(readBack.total_ug)}`,
    lines: [
      `Read ${moment(readBack.read_at)}: at most ${milligrams(readBack.total_ug)} in one session, any booster included.`,
      ...listed('Remark', readBack.remark),
    ],
    clientText: null,
  };
}

function pause(adjustment: DoseAdjustment): Description {
  const stopped = adjustment.axes_changed.includes('stop');
  return {
    title: stopped ? 'Dose adjustment: treatment STOPPED' : 'Dose adjustment: treatment ON HOLD',
    lines: [
      NOT_A_PRESCRIPTION,
      'No dose may be taken until a later dose decision replaces this one.',
      ...decisionLines(adjustment),
    ],
    clientText: adjustment.client_text,
  };
}

function decisionLines(decision: DoseDecision): string[] {
  const { status, reference } = decision.prescription;
  const axes = decision.axes_changed.map((axis) => AXIS[axis]).join(', ');
  return [
    `Decided ${moment(decision.decided_at)}.`,
    ...(decision.reason === null ? [] : [`Reason: ${REASON[decision.reason]}. Changes: ${axes}.`]),
    ...listed('Explanation', decision.explanation),
    `Prescription: ${status}${reference === null ? '' : `, reference ${reference}`}.`,
  ];
}

function readBackAsk(total: string): string {
  return `Before the next session therapist and client each read back the total: ${total}.`;
}

function regimen(plan: Regimen): string[] {
  const form = plan.form_detail === null ? FORM[plan.form] : `${FORM[plan.form]} (${plan.form_detail})`;
  const base = milligrams(plan.units_per_session * plan.strength_ug);
  return [
    `Ketamine ${form}, ${ROUTE[plan.route]}, ${MODALITY[plan.modality]}.`,
    `${plan.units_per_session} × ${milligrams(plan.strength_ug)} = ${base} to start with; ${booster(plan)}`,
    `The most in one session, booster included: ${milligrams(plan.max_per_session_ug)}.`,
    ...holding(plan),
    `${plan.sessions_authorised} session(s) authorised, at least ${plan.min_days_between} day(s) apart, from ${plan.earliest_start} until ${plan.expires_on}.`,
    ...plan.titration.map(
      (step) =>
        `Session ${step.session_number}: ${step.units_per_session} unit(s) = ${milligrams(step.units_per_session * plan.strength_ug)}.`,
    ),
    ...preparation(plan),
    ...(plan.vitals_override === null ? [] : [`Limits for this client: ${limits(plan.vitals_override)}.`]),
    ...listed('Watch for', plan.monitoring_asks),
  ];
}

function booster(plan: Regimen): string {
  if (plan.booster === null) return 'no in-session booster.';
  const { amount_ug: amountUg, earliest_minute: earliest, authorised_by: by } = plan.booster;
  return `in-session booster ${milligrams(amountUg)}, not before minute ${earliest}, if the ${OWNER[by]} authorises it.`;
}

function holding(plan: Regimen): string[] {
  if (plan.hold_in_mouth_min === null) return [];
  return [`Hold in the mouth for ${plan.hold_in_mouth_min} minute(s), then ${plan.after_holding}.`];
}

function preparation(plan: Regimen): string[] {
  const before = plan.premedication.map(({ name, dose, timing }) => `${name} ${dose}, ${timing}`);
  const held = plan.medications_to_hold.map((entry) => {
    const hours = entry.hours_before === null ? '' : ` from ${entry.hours_before} hour(s) before`;
    return `${entry.name}${hours}${entry.instruction === null ? '' : ` (${entry.instruction})`}`;
  });
  const { fasting } = plan;
  return [
    ...listed('Pre-medication', before),
    ...listed('Hold these medications', held),
    ...(fasting === null
      ? []
      : [
          `No food for ${fasting.food_hours} hour(s), no clear fluids for ${fasting.clear_fluids_hours} hour(s) before.`,
        ]),
  ];
}
