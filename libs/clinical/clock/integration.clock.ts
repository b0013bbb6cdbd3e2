import { Temporal, dayAt, endOf, startOf } from '#calendar';
import type { ProtocolTemplate } from './protocol-template.schema.js';

type IntegrationTemplate = ProtocolTemplate['integration'];

export interface IntegrationClock {
  readonly first: {
    readonly targetFromAt: string;
    readonly targetToAt: string;
    /** From here on the contact is overdue. */
    readonly limitAt: string;
    readonly doneAt: string | null;
  };
  /** Null when the template asks for one contact only. */
  readonly second: {
    readonly opensAt: string;
    readonly closesAt: string;
    readonly doneAt: string | null;
  } | null;
}

/**
 * When the therapist owes contact after a session. Hours are real hours from the end of the session, whatever clocks
 * are turned meanwhile; weeks and days are those of the calendar in the zone of the case. `contacts` are those that
 * were held, in any order; one contact never counts twice, and the second only from its own opening on.
 */
export function integrationClock(input: {
  readonly integration: IntegrationTemplate;
  readonly zone: string;
  readonly sessionEndedAt: string;
  readonly contacts: readonly string[];
}): IntegrationClock {
  const { integration, zone, sessionEndedAt } = input;
  const ended = Temporal.Instant.from(sessionEndedAt);
  const held = input.contacts
    .filter((contact) => Temporal.Instant.compare(contact, ended) >= 0)
    .toSorted((a, b) => Temporal.Instant.compare(a, b));
  const after = (hours: number) => ended.add({ hours }).toString();
  const first = {
    targetFromAt: after(integration.target_from_h),
    targetToAt: after(integration.target_to_h),
    limitAt: after(integration.limit_h),
    doneAt: held[0] ?? null,
  };
  const days = secondDays(integration.second, dayAt(sessionEndedAt, zone));
  if (days === null) return { first, second: null };
  const opens = startOf(days.from, zone);
  const doneAt = held.slice(1).find((contact) => Temporal.Instant.compare(contact, opens) >= 0) ?? null;
  return { first, second: { opensAt: opens.toString(), closesAt: endOf(days.to, zone).toString(), doneAt } };
}

export type ContactStanding = 'before_target' | 'in_target' | 'after_target' | 'past_limit';

/** Where the first contact stands at an instant: when it was done, or else "now". Ends belong to the better side. */
export function contactStanding(first: IntegrationClock['first'], at: string): ContactStanding {
  if (Temporal.Instant.compare(at, first.targetFromAt) < 0) return 'before_target';
  if (Temporal.Instant.compare(at, first.targetToAt) <= 0) return 'in_target';
  return Temporal.Instant.compare(at, first.limitAt) <= 0 ? 'after_target' : 'past_limit';
}

function secondDays(second: IntegrationTemplate['second'], day: Temporal.PlainDate) {
  if (second === null) return null;
  if (second.kind === 'days_after') {
    return { from: day.add({ days: second.from_day }), to: day.add({ days: second.to_day }) };
  }
  const untilNextWeek = 7 - ((day.dayOfWeek - second.week_starts_on + 7) % 7);
  const from = day.add({ days: untilNextWeek });
  return { from, to: from.add({ days: 6 }) };
}
