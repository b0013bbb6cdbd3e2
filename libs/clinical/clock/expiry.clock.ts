import type { EligibilityDecision } from '../event.registry.js';
import { Temporal, dayAt, endOf, startOf } from '#calendar';
import type { ProtocolTemplate } from './protocol-template.schema.js';

/** A follow-up visit: its day, the days around it that still count, and the first instant that is too late. */
export interface FollowUpDue {
  readonly opensAt: string;
  readonly dueOn: string;
  readonly closesAt: string;
}

/** Counted in calendar days from the day of `since` (the last session, or the visit before) in the zone. */
export function followUpDue(
  followUp: NonNullable<ProtocolTemplate['follow_up']>,
  since: string,
  zone: string,
): FollowUpDue {
  const due = dayAt(since, zone).add({ days: followUp.after_days });
  return {
    opensAt: startOf(due.subtract({ days: followUp.earlier_days }), zone).toString(),
    dueOn: due.toString(),
    closesAt: endOf(due.add({ days: followUp.later_days }), zone).toString(),
  };
}

/** The first instant after a last valid day (YYYY-MM-DD) in the zone whose law or calendar it is. */
export function expiresAt(lastDay: string, zone: string): string {
  return endOf(Temporal.PlainDate.from(lastDay), zone).toString();
}

/** When the assents to going on are due: so many days before the end of the plan's last day. */
export function assentsDueAt(planEndsOn: string, daysBefore: number, zone: string): string {
  return endOf(Temporal.PlainDate.from(planEndsOn).subtract({ days: daysBefore }), zone).toString();
}

type Basis = NonNullable<EligibilityDecision['prescribing_basis']>;

/** The last day a prescribing basis carries: the earlier of the dated rule's end and the examination's; null: none. */
export function prescribingBasisEndsOn(
  basis: Pick<Basis, 'kind' | 'examined_on' | 'rule'>,
  examValidMonths: number | null,
): string | null {
  const ends = [basis.rule?.ends_on ?? null];
  if (basis.kind === 'in_person_exam' && basis.examined_on !== null && examValidMonths !== null) {
    ends.push(Temporal.PlainDate.from(basis.examined_on).add({ months: examValidMonths }).toString());
  }
  return ends.filter((day) => day !== null).toSorted()[0] ?? null;
}

export const EXPIRING = [
  'eligibility',
  'session_cap',
  'dose_decision',
  'prescribing_basis',
  'maintenance_plan',
] as const;

/** Something that ends with a day; null: it has no end. */
export interface Ending {
  readonly what: (typeof EXPIRING)[number];
  readonly lastDay: string | null;
}

export interface Expiry {
  readonly what: Ending['what'];
  readonly lastDay: string;
  readonly expiresAt: string;
}

/** Everything that ends, the earliest first; what has no end is left out. */
export function expiries(endings: readonly Ending[], zone: string): readonly Expiry[] {
  return endings
    .flatMap(({ what, lastDay }) =>
      lastDay === null ? [] : [{ what, lastDay, expiresAt: expiresAt(lastDay, zone) }],
    )
    .toSorted((a, b) => Temporal.Instant.compare(a.expiresAt, b.expiresAt));
}
