import type { EligibilityDecision } from '../../event.registry.js';
import { kilograms, moment } from '../quantities.js';
import { limitWords, withDose, type Description, type Tongue } from '../tongue.js';
import { coded } from './referral.text.js';

export function eligibilityDecision(made: EligibilityDecision, t: Tongue): Description {
  return {
    title: t.say('eligibility.title', { decision: t.word('decision', made.decision) }),
    lines: [
      t.say('eligibility.not_a_prescription'),
      t.say('eligibility.when', {
        at: moment(made.decided_at),
        how: t.word('evaluation', made.evaluation_mode),
      }),
      ...t.told('eligibility.why', made.rationale),
      ...waiting(made, t),
      ...made.conditions.map(({ text, owner, due_on: day }) =>
        t.say('common.condition', { text, owner: t.word('person', owner), day }),
      ),
      ...permission(made, t),
      ...t.listed('referral.indications', made.indications.map(coded)),
      ...screening(made, t),
      ...evidence(made, t),
      ...t.listed('common.questionsTherapist', made.questions_for_therapist),
    ],
    clientText: made.client_text,
  };
}

function waiting({ deferral }: EligibilityDecision, t: Tongue): string[] {
  if (deferral === null) return [];
  return [t.say('eligibility.waits', { what: t.word('deferral', deferral.needs), text: deferral.what })];
}

function permission(made: EligibilityDecision, t: Tongue): string[] {
  const { session_cap: cap, vitals_limits: limits } = made;
  return [
    ...(cap === null ? [] : [t.say('eligibility.cap', { n: cap.sessions, day: cap.until })]),
    ...t.listed('eligibility.settings', t.words('modality', made.permitted_modalities)),
    ...t.onDay('eligibility.until', made.valid_until),
    ...t.onDay('eligibility.visit', made.next_visit_due),
    ...(limits === null ? [] : t.listed('eligibility.limits', [limitWords(limits, t)])),
  ];
}

/** Everything that is not plainly absent is named, the unknown as loudly as the present. */
function screening({ contraindications }: EligibilityDecision, t: Tongue): string[] {
  const names = Object.keys(contraindications) as (keyof typeof contraindications)[];
  const open = names.filter((name) => contraindications[name] !== 'absent');
  if (open.length === 0) return [t.say('eligibility.allAbsent', { n: names.length })];
  return open.map((name) =>
    t.say('eligibility.screen', {
      what: t.word('contraindication', name),
      finding: t.word('finding', contraindications[name]),
    }),
  );
}

function evidence(made: EligibilityDecision, t: Tongue): string[] {
  return [...basisOf(made, t), ...baselineOf(made, t), ...reviewOf(made, t)];
}

function basisOf({ prescribing_basis: basis }: EligibilityDecision, t: Tongue): string[] {
  if (basis === null) return [];
  const { rule } = basis;
  return [
    t.say('eligibility.basis', { basis: t.word('basis', basis.kind) }),
    ...t.onDay('eligibility.examined', basis.examined_on),
    ...(rule === null
      ? []
      : rule.ends_on === null
        ? [t.say('eligibility.rule', { name: rule.name, day: rule.dated_on })]
        : [t.say('eligibility.ruleEnds', { name: rule.name, day: rule.dated_on, ends: rule.ends_on })]),
  ];
}

function baselineOf({ baseline }: EligibilityDecision, t: Tongue): string[] {
  if (baseline === null) return [];
  const { systolic_mmhg: systolic, diastolic_mmhg: diastolic, measured_on: day } = baseline;
  return [
    t.say('eligibility.baseline', { systolic, diastolic, day }),
    ...(baseline.weight_g === null
      ? []
      : [t.say('eligibility.weight', { kg: kilograms(baseline.weight_g) })]),
  ];
}

function reviewOf({ medications_review: review }: EligibilityDecision, t: Tongue): string[] {
  if (review === null) return [t.say('eligibility.notReviewed')];
  const items = review.items.map((item) =>
    item.interaction_note === null ? withDose(item) : `${withDose(item)} [${item.interaction_note}]`,
  );
  const list = items.length === 0 ? t.say('common.none') : items.join('; ');
  return [t.say('eligibility.reviewed', { day: review.reviewed_on, list })];
}
