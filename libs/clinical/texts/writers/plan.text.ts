import { ASSENTING, assentState, type Assents } from '../../assent.schema.js';
import type { Addendum, CoverageHandover, Discharge, MaintenancePlan } from '../../event.registry.js';
import { milligrams, moment } from '../quantities.js';
import { scoreWords, withDose, type Description, type Tongue } from '../tongue.js';

type Interval = MaintenancePlan['stages'][number]['every'];

export function maintenancePlan(plan: MaintenancePlan, t: Tongue): Description {
  const where = t.word('modality', plan.modality);
  const state = assentState(plan.assents);
  return {
    title: t.say('plan.title', { day: plan.ends_on }),
    lines: [
      ...assentLines(plan.assents, t),
      ...(state === 'partial' ? [] : [t.say(`assent.${state}`)]),
      t.say('plan.when', {
        at: moment(plan.planned_at),
        from: plan.starts_on,
        until: plan.ends_on,
        review: plan.review_on,
      }),
      ...plan.stages.map(({ every, sessions: n }) =>
        t.say('plan.stage', { n, every: interval(every, t), where }),
      ),
      ...t.listed('plan.goals', plan.goals),
      ...t.listed('plan.signs', plan.early_signs),
      ...t.told('plan.then', plan.what_to_do_then),
      ...t.listed(
        'plan.monitoring',
        plan.monitoring.map(({ what, every }) => `${what} ${interval(every, t)}`),
      ),
      ...plan.conditions.map(({ text, owner, due_on: day }) =>
        t.say('common.condition', { text, owner: t.word('person', owner), day }),
      ),
      ...t.told('plan.ending', plan.ending),
      t.say('plan.noDose'),
    ],
    clientText: plan.client_text,
  };
}

function interval({ count: n, unit }: Interval, t: Tongue): string {
  return t.say(unit === 'week' ? 'common.everyWeek' : 'common.everyMonth', { n });
}

function assentLines(assents: Assents, t: Tongue): string[] {
  return ASSENTING.flatMap((role) => {
    const { answer, answered_at: at, how, remark } = assents[role];
    const slots = { who: t.word('person', role), answer: t.word('assent', answer) };
    return [
      at === null || how === null
        ? t.say('assent.line', slots)
        : t.say('assent.how', { ...slots, at: moment(at), how: t.word('assentHow', how) }),
      ...(remark === null ? [] : [t.say('assent.remark', { who: slots.who, text: remark })]),
    ];
  });
}

export function discharge(end: Discharge, t: Tongue): Description {
  const left = end.medicine_left;
  return {
    title: t.say('discharge.title', { reason: t.word('dischargeReason', end.reason) }),
    lines: [
      t.say('discharge.when', { at: moment(end.discharged_at), n: end.sessions_done }),
      ...t.told('discharge.detail', end.reason_detail),
      ...t.told('discharge.course', end.course),
      t.say('discharge.response', { response: t.word('response', end.response) }),
      ...t.listed(
        'common.scales',
        end.scales.map((score) => scoreWords(score, t)),
      ),
      ...t.listed('discharge.risks', end.risks_remaining),
      t.say('discharge.safetyPlan', { state: t.word('safetyPlan', end.safety_plan) }),
      ...medicinesNow(end, t),
      left === null
        ? t.say('discharge.noneLeft')
        : t.say('discharge.left', { mg: milligrams(left.amount_ug), text: left.what_becomes_of_it }),
      ...end.aftercare.map(({ with: who, what, on: day }) =>
        day === null
          ? t.say('discharge.after', { who, what })
          : t.say('discharge.afterOn', { who, what, day }),
      ),
      ...(end.way_back === null ? [t.say('discharge.noBack')] : t.told('discharge.back', end.way_back)),
      ...assentLines(end.assents, t),
    ],
    clientText: end.client_text,
  };
}

function medicinesNow({ medicines_now: now }: Discharge, t: Tongue): string[] {
  if (now === null) return [t.say('discharge.medicinesUnknown')];
  return now.length === 0 ? [t.say('common.medicinesNone')] : t.listed('medicines.now', now.map(withDose));
}

export function coverageHandover(cover: CoverageHandover, t: Tongue): Description {
  const { next_session_at: next } = cover;
  return {
    title: t.say('handover.title', {
      role: t.word('person', cover.role),
      illness: t.word('illness', cover.illness),
    }),
    lines: [
      ...t.listed('handover.risks', cover.risks),
      ...cover.contingencies.map((plan) => t.say('handover.if', plan)),
      ...cover.to_do.map(({ what: text, due_at: at }) =>
        at === null ? t.say('handover.todo', { text }) : t.say('handover.todoBy', { at: moment(at), text }),
      ),
      ...t.told('handover.summary', cover.summary),
      t.say('handover.when', {
        who: cover.covering,
        from: moment(cover.covers_from),
        until: moment(cover.covers_until),
      }),
      ...(next === null ? [] : [t.say('handover.next', { at: moment(next) })]),
      cover.reach_me === null
        ? t.say('handover.noReach')
        : t.say('handover.reach', { phone: cover.reach_me }),
      t.say('handover.sayBack'),
    ],
    clientText: cover.client_text,
  };
}

export function addendum(added: Addendum, t: Tongue): Description {
  return {
    title: t.say('addendum.title', { kind: t.word('addendum', added.kind) }),
    lines: [
      added.text,
      ...(added.part === null ? [] : [t.say('addendum.part', { part: added.part })]),
      t.say('addendum.when', { at: moment(added.added_at) }),
      t.say('addendum.nothing'),
    ],
    clientText: added.client_text,
  };
}
