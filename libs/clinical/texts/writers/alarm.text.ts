import type { AdverseEvent, Hold, HoldRelease, SafetyFlag, VitalsAlert } from '../../event.registry.js';
import { INSTRUMENTS } from '../../scales/index.js';
import { milligrams, moment } from '../quantities.js';
import { capital, type Description, type Tongue } from '../tongue.js';
import { vitalsLines } from './session.text.js';

export function hold(raised: Hold, t: Tongue): Description {
  return {
    title: t.say('hold.title', { reason: t.word('holdReason', raised.reason) }),
    lines: [
      t.say('hold.when', { at: moment(raised.raised_at) }),
      ...t.told('hold.detail', raised.detail),
      ...(raised.review_by === null ? [] : [t.say('hold.review', { at: moment(raised.review_by) })]),
    ],
    clientText: raised.client_text,
  };
}

export function holdRelease(released: HoldRelease, t: Tongue): Description {
  return {
    title: t.say('release.title', { n: released.holds.length }),
    lines: [
      t.say('release.when', { at: moment(released.released_at) }),
      ...t.told('release.why', released.rationale),
      ...released.conditions.map(({ text, owner, due_on: day }) =>
        t.say('common.condition', { text, owner: t.word('person', owner), day }),
      ),
      ...t.onDay('release.notBefore', released.not_before),
      t.say('release.dose'),
    ],
    clientText: released.client_text,
  };
}

export function vitalsAlert(raised: VitalsAlert, t: Tongue): Description {
  return {
    title: alertTitle(raised, t),
    lines: [
      ...raised.exceeded.map(({ measure, value, limit, limit_from: from, rule_set: set }) =>
        t.say('alert.exceeded', {
          what: capital(t.word('measure', measure)),
          value,
          limit,
          source:
            set === null
              ? t.word('limitFrom', from)
              : `${t.word('limitFrom', from)} ${set.name} (${set.version})`,
        }),
      ),
      ...t.listed('alert.symptomList', t.words('symptom', raised.symptoms)),
      ...t.told('alert.concern', raised.concern),
      ...(raised.call_back === null ? [] : [t.say('alert.call', { phone: raised.call_back })]),
      t.say(raised.emergency_services_called ? 'alert.services' : 'alert.noServices'),
      taken(raised, t),
      ...t.told('alert.done', raised.done_so_far),
      ...vitalsLines(raised.readings, t),
      t.say('alert.when', { at: moment(raised.raised_at) }),
    ],
    clientText: raised.client_text,
  };
}

export function adverseEvent(told: AdverseEvent, t: Tongue): Description {
  const outcome = { outcome: t.word('eventOutcome', told.outcome) };
  const serious = told.serious_because.length > 0;
  return {
    title: serious ? t.say('adverse.titleSerious', outcome) : t.say('adverse.title', outcome),
    lines: [
      ...t.told('adverse.what', told.what),
      ...t.listed('adverse.serious', t.words('seriousness', told.serious_because)),
      t.say('adverse.when', { at: moment(told.occurred_at), told: moment(told.reported_at) }),
      ...(told.ended_at === null ? [] : [t.say('adverse.ended', { at: moment(told.ended_at) })]),
      t.say('adverse.severity', { n: told.severity }),
      t.say('adverse.causality', { answer: t.word('causality', told.causality) }),
      t.say('adverse.expected', { answer: t.word('expected', told.expected) }),
      ...t.told('adverse.action', told.action),
      ...(told.emergency_services_called ? [t.say('adverse.services')] : []),
      t.say('adverse.after', { what: t.word('treatmentAfter', told.treatment_after) }),
      ...told.reports.map(({ to, on: day }) => t.say('adverse.report', { to, day })),
    ],
    clientText: told.client_text,
  };
}

export function safetyFlag(raised: SafetyFlag, t: Tongue): Description {
  const { scale_item: item } = raised;
  return {
    title: t.say('flag.title', { kind: t.word('safety', raised.kind) }),
    lines: [
      raised.immediate_danger === 'yes'
        ? t.say('flag.dangerYes')
        : t.say('flag.danger', { answer: t.word('yesNo', raised.immediate_danger) }),
      ...t.told('flag.concern', raised.concern),
      ...(item === null
        ? []
        : [
            t.say('flag.item', {
              form: INSTRUMENTS[item.instrument].title,
              item: INSTRUMENTS[item.instrument].items[item.item - 1]?.label ?? item.item,
              answer: item.answer,
            }),
          ]),
      t.say('flag.with', { answer: t.word('yesNo', raised.with_somebody) }),
      ...t.told('flag.where', raised.whereabouts),
      ...(raised.call_back === null ? [] : [t.say('flag.call', { phone: raised.call_back })]),
      t.say(raised.emergency_services_called ? 'flag.services' : 'flag.noServices'),
      t.say(raised.crisis_card_shown ? 'flag.card' : 'flag.noCard'),
      t.say('flag.when', { at: moment(raised.raised_at) }),
    ],
    clientText: raised.client_text,
  };
}

function alertTitle({ exceeded, symptoms }: VitalsAlert, t: Tongue): string {
  if (exceeded.length > 0) return t.say('alert.title', { what: t.say('alert.limits') });
  if (symptoms.length > 0) return t.say('alert.title', { what: t.say('alert.symptoms') });
  return t.say('alert.titleConcern');
}

function taken({ taken_ug: ug, first_dose_at: at }: VitalsAlert, t: Tongue): string {
  if (ug === null) return t.say('alert.takenUnknown');
  if (ug === 0 || at === null) return t.say('alert.nothingTaken');
  return t.say('alert.taken', { mg: milligrams(ug), at: moment(at) });
}
