import type { FollowUpSummary, IntegrationDone, MedicationChange } from '../../event.registry.js';
import { kilograms, moment } from '../quantities.js';
import { capital, scoreWords, withDose, type Description, type Tongue } from '../tongue.js';
import { sideEffectLines } from './session.text.js';

export function integrationDone(contact: IntegrationDone, t: Tongue): Description {
  const next = contact.next_contact_at;
  return {
    title: t.say('integration.title', {
      number: contact.contact_number,
      result: t.word('contact', contact.result),
    }),
    lines: [
      ...ask(contact, t),
      t.say('integration.when', {
        at: moment(contact.contact_at),
        how: t.word('contactMode', contact.mode),
      }),
      ...(contact.duration_min === null
        ? [t.say('integration.owed')]
        : [t.say('integration.lasted', { n: contact.duration_min }), ...heard(contact, t)]),
      ...t.listed('integration.themes', contact.themes_to_share),
      ...t.listed('integration.steps', contact.steps_agreed),
      ...(next === null ? [] : [t.say('integration.next', { at: moment(next) })]),
      ...t.told('common.remark', contact.remark),
    ],
    clientText: contact.client_text,
  };
}

function ask({ ask: kind, ask_text: text }: IntegrationDone, t: Tongue): string[] {
  if (kind === 'urgent') return t.told('integration.askUrgent', text);
  return t.told(kind === 'adjust' ? 'integration.ask' : 'integration.fyi', text);
}

function heard(contact: IntegrationDone, t: Tongue): string[] {
  return [
    t.say('integration.suicidality', { answer: t.word('suicidality', contact.suicidality) }),
    ...contact.side_effects.flatMap((effect) => sideEffectLines(effect, t)),
    t.say('integration.medicines', { answer: t.word('reported', contact.medication_changes) }),
    t.say('integration.substance', { answer: t.word('reported', contact.substance_use_concern) }),
  ];
}

export function medicationChange(told: MedicationChange, t: Tongue): Description {
  return {
    title: t.say('medicines.title'),
    lines: [
      t.say('medicines.when', { at: moment(told.recorded_at), who: t.word('changeSource', told.source) }),
      ...told.changes.flatMap((change) => changeLines(change, t)),
      ...(told.taken_now === null
        ? [t.say('medicines.notGoneThrough')]
        : told.taken_now.length === 0
          ? [t.say('common.medicinesNone')]
          : t.listed('medicines.now', told.taken_now.map(withDose))),
      ...told.interactions.map(({ medicine: name, rule_set: set, rule, explanation: text }) =>
        t.say('medicines.interaction', { set: set.name, version: set.version, rule, name, text }),
      ),
      ...t.listed('common.questions', told.questions_for_prescriber),
      t.say('medicines.noKetamine'),
    ],
    clientText: told.client_text,
  };
}

function changeLines(change: MedicationChange['changes'][number], t: Tongue): string[] {
  const { name, dose_now: dose, dose_before: before, since, prescribed_by: who, reason } = change;
  const what = t.word('change', change.what);
  return [
    dose === null
      ? t.say('medicines.change', { name, what })
      : t.say('medicines.doseNow', { name, what, dose }),
    ...(before === null ? [] : [t.say('medicines.doseBefore', { name, dose: before })]),
    ...(since === null ? [] : [t.say('medicines.since', { name, day: since })]),
    ...(who === null ? [] : [t.say('medicines.by', { name, who })]),
    ...(reason === null ? [] : [t.say('medicines.reason', { name, text: reason })]),
  ];
}

export function followUpSummary(visit: FollowUpSummary, t: Tongue): Description {
  const { asked_about: asked } = visit;
  const topics = Object.keys(asked) as (keyof typeof asked)[];
  return {
    title: t.say('followUp.title', { plan: t.word('pointsTo', visit.points_to) }),
    lines: [
      t.say('followUp.when', {
        at: moment(visit.visited_at),
        how: t.word('evaluation', visit.mode),
        from: visit.period.from,
        to: visit.period.to,
      }),
      t.say('followUp.sessions', { n: visit.sessions_done }),
      t.say('followUp.response', { response: t.word('response', visit.response) }),
      ...t.told('followUp.findings', visit.findings),
      ...t.listed('followUp.progress', visit.goals_progress),
      ...t.listed(
        'common.scales',
        visit.scales.map((score) => scoreWords(score, t)),
      ),
      t.say('followUp.suicidality', { answer: t.word('suicidality', visit.suicidality) }),
      ...topics.map((topic) =>
        t.say('followUp.asked', {
          what: capital(t.word('askedAbout', topic)),
          answer: t.word('reported', asked[topic]),
        }),
      ),
      ...visit.side_effects.flatMap((effect) => sideEffectLines(effect, t)),
      ...measured(visit, t),
      ...t.onDay('followUp.next', visit.next_visit_due),
      ...t.listed('common.questionsColleague', visit.questions),
      t.say('followUp.nothing'),
    ],
    clientText: visit.client_text,
  };
}

function measured({ measured: found }: FollowUpSummary, t: Tongue): string[] {
  if (found === null) return [t.say('followUp.notMeasured')];
  const { systolic_mmhg: systolic, diastolic_mmhg: diastolic, heart_rate_bpm: rate, weight_g: grams } = found;
  return [
    t.say('followUp.measured', { systolic, diastolic }),
    ...(rate === null ? [] : [t.say('followUp.rate', { rate })]),
    ...(grams === null ? [] : [t.say('followUp.weight', { kg: kilograms(grams) })]),
  ];
}
