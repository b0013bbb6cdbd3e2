import type { DoseDecision, EligibilityDecision } from '../event.registry.js';
import type { Regimen } from '../events/regimen.schema.js';

export type DoseAxis = DoseDecision['axes_changed'][number];

export type Treatment = 'running' | 'held' | 'stopped';

/** Choices a decision makes, by the table of words that says them. */
interface Choices {
  readonly decision: EligibilityDecision['decision'];
  readonly treatment: Treatment;
  readonly modality: Regimen['modality'];
  readonly route: Regimen['route'];
  readonly form: Regimen['form'];
  readonly afterHolding: Regimen['after_holding'];
  readonly person: NonNullable<Regimen['booster']>['authorised_by'];
}
type Choice = {
  [Table in keyof Choices]: {
    readonly unit: 'choice';
    readonly table: Table;
    readonly choice: Choices[Table];
  };
}[keyof Choices];

/** One value of a decision, with what it is counted in. Amounts are micrograms and are said in milligrams. */
export type Quantity =
  | { readonly unit: 'mg'; readonly ug: number }
  | { readonly unit: 'days' | 'minutes' | 'sessions' | 'units'; readonly count: number }
  | { readonly unit: 'date'; readonly day: string }
  | Choice
  /** What the author typed. */
  | { readonly unit: 'typed'; readonly text: string }
  | { readonly unit: 'steps'; readonly steps: readonly { readonly session: number; readonly ug: number }[] }
  /** A list or group; `content` is equal exactly when it is. */
  | { readonly unit: 'details'; readonly content: string };

/**
 * One difference between two decisions. `axis` is the axis of change it belongs to; null for what lies on none (dates,
 * medicines around the session, …). null in `from` or `to`: there was, or is, none.
 */
export interface Change<Field extends string = string> {
  readonly field: Field;
  readonly axis: DoseAxis | null;
  readonly from: Quantity | null;
  readonly to: Quantity | null;
}

const mass = (ug: number): Quantity => ({ unit: 'mg', ug });
const days = (count: number): Quantity => ({ unit: 'days', count });
const minutes = (count: number): Quantity => ({ unit: 'minutes', count });
const sessions = (count: number): Quantity => ({ unit: 'sessions', count });
const day = (value: string): Quantity => ({ unit: 'date', day: value });
const treatment = (choice: Treatment): Quantity => ({ unit: 'choice', table: 'treatment', choice });

interface FieldReader<Source> {
  readonly axis: DoseAxis | null;
  readonly read: (source: Source) => Quantity | null;
}

/** What is compared, in the order in which it is shown; long texts are compared as "differs or not". */
const REGIMEN_FIELDS = {
  per_session: { axis: 'dose', read: (plan) => mass(plan.units_per_session * plan.strength_ug) },
  max_per_session: { axis: 'dose', read: (plan) => mass(plan.max_per_session_ug) },
  strength: { axis: 'dose', read: (plan) => mass(plan.strength_ug) },
  units_per_session: { axis: 'dose', read: (plan) => ({ unit: 'units', count: plan.units_per_session }) },
  titration: { axis: 'dose', read: (plan) => steps(plan) },
  min_days_between: { axis: 'frequency', read: (plan) => days(plan.min_days_between) },
  sessions_authorised: { axis: 'frequency', read: (plan) => sessions(plan.sessions_authorised) },
  modality: {
    axis: 'modality',
    read: (plan) => ({ unit: 'choice', table: 'modality', choice: plan.modality }),
  },
  route: { axis: 'route_or_form', read: (plan) => ({ unit: 'choice', table: 'route', choice: plan.route }) },
  form: { axis: 'route_or_form', read: (plan) => ({ unit: 'choice', table: 'form', choice: plan.form }) },
  form_detail: {
    axis: 'route_or_form',
    read: ({ form_detail: detail }) => (detail === null ? null : { unit: 'typed', text: detail }),
  },
  hold_in_mouth: {
    axis: 'route_or_form',
    read: ({ hold_in_mouth_min: held }) => (held === null ? null : minutes(held)),
  },
  after_holding: {
    axis: 'route_or_form',
    read: (plan) => ({ unit: 'choice', table: 'afterHolding', choice: plan.after_holding }),
  },
  booster_amount: {
    axis: 'in_session_booster',
    read: ({ booster }) => (booster === null ? null : mass(booster.amount_ug)),
  },
  booster_earliest: {
    axis: 'in_session_booster',
    read: ({ booster }) => (booster === null ? null : minutes(booster.earliest_minute)),
  },
  booster_authorised_by: {
    axis: 'in_session_booster',
    read: ({ booster }) =>
      booster === null ? null : { unit: 'choice', table: 'person', choice: booster.authorised_by },
  },
  earliest_start: { axis: null, read: (plan) => day(plan.earliest_start) },
  expires_on: { axis: null, read: (plan) => day(plan.expires_on) },
  premedication: { axis: null, read: (plan) => content(plan.premedication) },
  medications_to_hold: { axis: null, read: (plan) => content(plan.medications_to_hold) },
  fasting: { axis: null, read: (plan) => content(plan.fasting) },
  vitals_override: { axis: null, read: (plan) => content(plan.vitals_override) },
  monitoring_asks: { axis: null, read: (plan) => content(plan.monitoring_asks) },
} as const satisfies Record<string, FieldReader<Regimen>>;
export type RegimenField = keyof typeof REGIMEN_FIELDS | 'treatment';

/** What differs between two dose decisions, and whether the later one says so. */
export interface DoseDiff {
  readonly changes: readonly Change<RegimenField>[];
  /** Axes that differ although the decision does not name them: it may say more, or less, than its author meant. */
  readonly undeclared: readonly DoseAxis[];
  /** Axes it names although nothing on them differs. */
  readonly unchanged: readonly DoseAxis[];
}

/**
 * From the decision that was in force to the one that displaced it. Held or stopped is the change of `treatment` alone;
 * so is going on after that, together with everything the plan says.
 */
export function diffDose(from: DoseDecision, to: DoseDecision): DoseDiff {
  const before = standing(from);
  const after = standing(to);
  const changes: Change<RegimenField>[] = [];
  if (before !== after) {
    changes.push({
      field: 'treatment',
      axis: PAUSE_AXIS[after],
      from: treatment(before),
      to: treatment(after),
    });
  }
  if (to.regimen !== null) changes.push(...fieldChanges(REGIMEN_FIELDS, from.regimen, to.regimen));
  const differing = new Set(changes.flatMap(({ axis }) => axis ?? []));
  const resumes = from.regimen === null;
  return {
    changes,
    undeclared: resumes ? [] : [...differing].filter((axis) => !to.axes_changed.includes(axis)),
    unchanged: to.axes_changed.filter((axis) => !differing.has(axis)),
  };
}

/** Held or stopped means that there is no plan. */
export function standing(decision: DoseDecision): Treatment {
  if (decision.regimen !== null) return 'running';
  return decision.axes_changed.includes('stop') ? 'stopped' : 'held';
}

const PAUSE_AXIS = { running: null, held: 'hold', stopped: 'stop' } as const;

const ELIGIBILITY_FIELDS = {
  decision: { axis: null, read: (made) => ({ unit: 'choice', table: 'decision', choice: made.decision }) },
  valid_until: { axis: null, read: ({ valid_until: until }) => (until === null ? null : day(until)) },
  sessions_capped: {
    axis: null,
    read: ({ session_cap: cap }) => (cap === null ? null : sessions(cap.sessions)),
  },
  capped_until: { axis: null, read: ({ session_cap: cap }) => (cap === null ? null : day(cap.until)) },
  permitted_modalities: { axis: null, read: (made) => content(made.permitted_modalities.toSorted()) },
  conditions: { axis: null, read: (made) => content(made.conditions) },
  contraindications: { axis: null, read: (made) => content(made.contraindications) },
  prescribing_basis: { axis: null, read: (made) => content(made.prescribing_basis) },
  indications: { axis: null, read: (made) => content(made.indications) },
  vitals_limits: { axis: null, read: (made) => content(made.vitals_limits) },
  next_visit_due: { axis: null, read: ({ next_visit_due: due }) => (due === null ? null : day(due)) },
} as const satisfies Record<string, FieldReader<EligibilityDecision>>;
export type EligibilityField = keyof typeof ELIGIBILITY_FIELDS;

export function diffEligibility(
  from: EligibilityDecision,
  to: EligibilityDecision,
): readonly Change<EligibilityField>[] {
  return fieldChanges(ELIGIBILITY_FIELDS, from, to);
}

function fieldChanges<Source, Field extends string>(
  fields: Readonly<Record<Field, FieldReader<Source>>>,
  from: Source | null,
  to: Source,
): Change<Field>[] {
  return (Object.keys(fields) as Field[]).flatMap((field) => {
    const { axis, read } = fields[field];
    const change = { field, axis, from: from === null ? null : read(from), to: read(to) };
    return JSON.stringify(change.from) === JSON.stringify(change.to) ? [] : [change];
  });
}

/** Lists and groups, as text that is equal when their content is. */
function content(value: unknown): Quantity | null {
  return value === null || (Array.isArray(value) && value.length === 0)
    ? null
    : { unit: 'details', content: JSON.stringify(value) };
}

function steps({ titration, strength_ug: strengthUg }: Regimen): Quantity | null {
  if (titration.length === 0) return null;
  const sorted = titration.toSorted((a, b) => a.session_number - b.session_number);
  return {
    unit: 'steps',
    steps: sorted.map(({ session_number: session, units_per_session: units }) => ({
      session,
      ug: units * strengthUg,
    })),
  };
}
