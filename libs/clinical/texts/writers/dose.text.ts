import type {
  DoseAdjustment,
  DoseAdjustmentRequest,
  DoseDecision,
  DoseOrder,
  DoseReadBack,
} from '../../event.registry.js';
import type { Regimen } from '../../events/regimen.schema.js';
import { milligrams, moment } from '../quantities.js';
import { limitWords, type Description, type Tongue } from '../tongue.js';

export function doseOrder(order: DoseOrder, t: Tongue): Description {
  return { title: t.say('dose.order', total(order.regimen)), ...planned(order, order.regimen, t) };
}

export function doseAdjustment(adjustment: DoseAdjustment, t: Tongue): Description {
  const { regimen } = adjustment;
  if (regimen === null) return pause(adjustment, t);
  return { title: t.say('dose.adjustment', total(regimen)), ...planned(adjustment, regimen, t) };
}

export function doseAdjustmentRequest(asked: DoseAdjustmentRequest, t: Tongue): Description {
  const { next_session_at: next } = asked;
  return {
    title: t.say('request.title', { list: t.words('axis', asked.axes_asked).join(', ') }),
    lines: [
      t.say('request.when', { at: moment(asked.requested_at), reason: t.word('doseReason', asked.reason) }),
      ...t.told('request.seen', asked.observations),
      ...t.told('request.proposal', asked.proposal),
      ...(next === null ? [] : [t.say('request.session', { at: moment(next) })]),
      ...t.listed('common.questions', asked.questions_for_prescriber),
      t.say('request.nothing'),
    ],
    clientText: asked.client_text,
  };
}

export function doseReadBack(readBack: DoseReadBack, t: Tongue): Description {
  const mg = milligrams(readBack.total_ug);
  return {
    title: t.say('readBack.title', { mg }),
    lines: [
      t.say('readBack.line', { at: moment(readBack.read_at), mg }),
      ...t.told('readBack.remark', readBack.remark),
    ],
    clientText: null,
  };
}

function total(plan: Regimen): { readonly mg: string } {
  return { mg: milligrams(plan.max_per_session_ug) };
}

function planned(decision: DoseDecision, plan: Regimen, t: Tongue): Omit<Description, 'title'> {
  return {
    lines: [
      t.say('dose.not_a_prescription'),
      ...reasons(decision, t),
      ...regimenLines(plan, t),
      t.say('dose.readBack', total(plan)),
    ],
    clientText: decision.client_text,
  };
}

function pause(adjustment: DoseAdjustment, t: Tongue): Description {
  return {
    title: t.say(adjustment.axes_changed.includes('stop') ? 'dose.stopped' : 'dose.held'),
    lines: [t.say('dose.not_a_prescription'), t.say('dose.nothing'), ...reasons(adjustment, t)],
    clientText: adjustment.client_text,
  };
}

function reasons(decision: DoseDecision, t: Tongue): string[] {
  const { reason, prescription } = decision;
  const list = t.words('axis', decision.axes_changed).join(', ');
  return [
    t.say('dose.when', { at: moment(decision.decided_at) }),
    ...(reason === null ? [] : [t.say('dose.reason', { reason: t.word('doseReason', reason), list })]),
    ...t.told('dose.explanation', decision.explanation),
    t.say('dose.prescription', { status: t.word('prescription', prescription.status) }),
    ...(prescription.reference === null
      ? []
      : [t.say('dose.reference', { reference: prescription.reference })]),
  ];
}

/** The whole plan, sentence by sentence: the composer's preview and the difference to an earlier plan use it too. */
function regimenLines(plan: Regimen, t: Tongue): string[] {
  return [
    substance(plan, t),
    t.say('dose.base', {
      units: plan.units_per_session,
      strength: milligrams(plan.strength_ug),
      mg: milligrams(plan.units_per_session * plan.strength_ug),
    }),
    booster(plan, t),
    t.say('dose.most', total(plan)),
    ...(plan.hold_in_mouth_min === null
      ? []
      : [
          t.say('dose.hold', { n: plan.hold_in_mouth_min, then: t.word('afterHolding', plan.after_holding) }),
        ]),
    t.say('dose.sessions', {
      n: plan.sessions_authorised,
      days: plan.min_days_between,
      from: plan.earliest_start,
      until: plan.expires_on,
    }),
    ...plan.titration.map(({ session_number: number, units_per_session: n }) =>
      t.say('dose.titration', { number, n, mg: milligrams(n * plan.strength_ug) }),
    ),
    ...preparation(plan, t),
    ...(plan.vitals_override === null
      ? []
      : t.listed('eligibility.limits', [limitWords(plan.vitals_override, t)])),
    ...t.listed('dose.watch', plan.monitoring_asks),
  ];
}

function substance(plan: Regimen, t: Tongue): string {
  const slots = {
    form: t.word('form', plan.form),
    route: t.word('route', plan.route),
    where: t.word('modality', plan.modality),
  };
  return plan.form_detail === null
    ? t.say('dose.what', slots)
    : t.say('dose.whatOther', { ...slots, detail: plan.form_detail });
}

function booster({ booster: more }: Regimen, t: Tongue): string {
  if (more === null) return t.say('dose.noBooster');
  return t.say('dose.booster', {
    mg: milligrams(more.amount_ug),
    minute: more.earliest_minute,
    who: t.word('person', more.authorised_by),
  });
}

function preparation(plan: Regimen, t: Tongue): string[] {
  const { fasting } = plan;
  const skipped = plan.medications_to_hold.map(({ name, hours_before: n, instruction }) => {
    const words = n === null ? name : t.say('dose.skipHours', { name, n });
    return instruction === null ? words : `${words} (${instruction})`;
  });
  return [
    ...t.listed(
      'dose.before',
      plan.premedication.map(({ name, dose, timing }) => `${name} ${dose}, ${timing}`),
    ),
    ...t.listed('dose.skip', skipped),
    ...(fasting === null
      ? []
      : [t.say('dose.fasting', { food: fasting.food_hours, drinks: fasting.clear_fluids_hours })]),
  ];
}
