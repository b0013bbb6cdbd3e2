import { dayAt } from '#calendar';
import { assentState } from '../assent.schema.js';
import {
  assentsDueAt,
  contactStanding,
  expiries,
  followUpDue,
  integrationClock,
  nextSession,
  prescribingBasisEndsOn,
  type ContactStanding,
  type Course,
  type Ending,
  type Expiry,
  type FollowUpDue,
  type IntegrationClock,
  type NextSession,
  type ProtocolTemplate,
  type SessionLimit,
} from '../clock/index.js';
import { shortestGapDays } from '../clock/protocol-template.schema.js';
import type { MaintenancePlan } from '../event.registry.js';
import { currentOf } from './accounts.js';
import type { CaseState } from './case.state.js';
import { countSessions, isDischarged, proceeds, type SessionCount } from './course.js';
import { standingHolds } from './holds.js';
import { sessionsOf, type Session } from './sessions.js';

export interface ClockSettings {
  readonly template: ProtocolTemplate;
  /** IANA zone of the case: what a day means. */
  readonly zone: string;
  /** Decides nothing but where the contact after the last session stands. */
  readonly nowMs: number;
}

/** What is due in a case, and when, by its entries and its protocol. */
export interface CaseClock {
  /** Null once the client was discharged. */
  readonly next: NextSession | null;
  /** After the last session in which something was taken; null before the first. */
  readonly integration: (IntegrationClock & { readonly standing: ContactStanding }) | null;
  /** Counted from the last visit, or else from the last session; null before either, or where the protocol has none. */
  readonly followUp: FollowUpDue | null;
  readonly endings: readonly Expiry[];
  /** By when all three say whether the plan they agreed to goes on. */
  readonly assentsDueAt: string | null;
}

/** The protocol clock of a folded case. Throws RangeError for a zone nobody knows. */
export function clockOf(state: CaseState, settings: ClockSettings): CaseClock {
  const { template, zone } = settings;
  const dosed = sessionsOf(state).filter((session) => session.dosed);
  const last = dosed.at(-1);
  const plan = agreedPlan(state);
  const isOver = isDischarged(state);
  const daysBefore = template.assents_days_before_end;
  return {
    next: isOver ? null : nextOf(state, dosed, settings),
    integration: last === undefined ? null : integrationOf(last, settings),
    followUp: isOver ? null : followUpOf(state, last, settings),
    endings: expiries(endingsOf(state, template), zone),
    assentsDueAt: plan === null || daysBefore === null ? null : assentsDueAt(plan.ends_on, daysBefore, zone),
  };
}

/** Once a plan for the time after is agreed, its stages are the protocol; sessions go on being numbered as before. */
function nextOf(state: CaseState, dosed: readonly Session[], { template, zone }: ClockSettings): NextSession {
  const started = dosed.map(({ outcome }) => outcome.event.started_at);
  const course: Course = {
    template,
    zone,
    sessions: started,
    reviews: visitsOf(state),
    limits: limitsOf(state),
  };
  const plan = agreedPlan(state);
  return plan === null ? nextSession(course) : nextUnder(plan, course);
}

function nextUnder(plan: MaintenancePlan, course: Course): NextSession {
  const { zone } = course;
  const isUnderPlan = (start: string) => dayAt(start, zone).toString() >= plan.starts_on;
  const before = course.sessions.filter((start) => !isUnderPlan(start));
  const next = nextSession({
    ...course,
    template: { ...course.template, blocks: blocksOf(plan) },
    sessions: course.sessions.filter(isUnderPlan),
    limits: course.limits.map((bounds) => keepingApart(bounds, before.at(-1), zone)),
  });
  return numberedAfter(before.length, next);
}

function numberedAfter(held: number, next: NextSession): NextSession {
  switch (next.kind) {
    case 'complete':
      return { ...next, sessions: next.sessions + held };
    case 'review_due':
      return { ...next, afterSession: next.afterSession + held };
    default:
      return { ...next, number: next.number + held };
  }
}

/** A session may be held from its own turn until the turn of the next. */
function blocksOf({ stages }: MaintenancePlan): ProtocolTemplate['blocks'] {
  return stages.map(({ every, sessions }, at) => {
    const exactly = { every, earlier_days: 0, later_days: 0 };
    return {
      name: `Maintenance ${at + 1}`,
      sessions: { min: sessions, max: sessions },
      spacing: { ...exactly, later_days: shortestGapDays(exactly) },
      span_days: null,
      then: at === stages.length - 1 ? 'end' : 'next_block',
    };
  });
}

/** Sessions before the plan are not counted in it, but days still have to lie between. */
function keepingApart(bounds: SessionLimit, before: string | undefined, zone: string): SessionLimit {
  if (before === undefined || bounds.minDaysBetween === null) return bounds;
  const apart = dayAt(before, zone).add({ days: bounds.minDaysBetween }).toString();
  return { ...bounds, notBefore: [bounds.notBefore ?? apart, apart].sort().at(-1) ?? apart };
}

function visitsOf({ accounts }: CaseState): readonly string[] {
  return currentOf(accounts, 'follow_up_summary').map(({ event }) => event.visited_at);
}

/** What bounds the next session beside the template; without a decision that lets it go ahead none is left. */
function limitsOf(state: CaseState): readonly SessionLimit[] {
  const eligibility = state.eligibility.inForce?.event;
  const dose = state.dose.inForce?.event.regimen ?? null;
  const plan = agreedPlan(state);
  const count = countSessions(state);
  const mayGoAhead = eligibility !== undefined && proceeds(eligibility);
  return [
    limit('eligibility', { notAfter: eligibility?.valid_until ?? null, sessionsLeft: mayGoAhead ? null : 0 }),
    limit('session_cap', { notAfter: count.permitted?.until ?? null, sessionsLeft: left(count.permitted) }),
    limit('dose_decision', {
      notBefore: dose?.earliest_start ?? null,
      notAfter: dose?.expires_on ?? null,
      minDaysBetween: dose?.min_days_between ?? null,
      sessionsLeft: left(count.authorised),
    }),
    limit('maintenance_plan', { notBefore: plan?.starts_on ?? null, notAfter: plan?.ends_on ?? null }),
    limit('hold', { sessionsLeft: standingHolds(state.holds).length > 0 ? 0 : null }),
  ];
}

function left(used: SessionCount['authorised']): number {
  return used === null ? 0 : used.of - used.used;
}

function limit(from: SessionLimit['from'], bounds: Partial<SessionLimit>): SessionLimit {
  return { notBefore: null, notAfter: null, minDaysBetween: null, sessionsLeft: null, ...bounds, from };
}

/** A plan binds once all three have agreed to it. */
function agreedPlan({ maintenance }: CaseState): MaintenancePlan | null {
  const plan = maintenance.inForce?.event ?? null;
  return plan !== null && assentState(plan.assents) === 'complete' ? plan : null;
}

function integrationOf(
  { outcome, contacts }: Session,
  { template, zone, nowMs }: ClockSettings,
): CaseClock['integration'] {
  const clock = integrationClock({
    integration: template.integration,
    zone,
    sessionEndedAt: outcome.event.ended_at,
    contacts: contacts.map(({ event }) => event.contact_at),
  });
  const at = clock.first.doneAt ?? new Date(nowMs).toISOString();
  return { ...clock, standing: contactStanding(clock.first, at) };
}

function followUpOf(
  state: CaseState,
  last: Session | undefined,
  { template, zone }: ClockSettings,
): FollowUpDue | null {
  const since = visitsOf(state).at(-1) ?? last?.outcome.event.started_at;
  return template.follow_up === null || since === undefined
    ? null
    : followUpDue(template.follow_up, since, zone);
}

function endingsOf(state: CaseState, template: ProtocolTemplate): readonly Ending[] {
  const eligibility = state.eligibility.inForce?.event;
  const basis = eligibility?.prescribing_basis ?? null;
  const examMonths = template.in_person_exam_valid_months;
  return [
    { what: 'eligibility', lastDay: eligibility?.valid_until ?? null },
    { what: 'session_cap', lastDay: eligibility?.session_cap?.until ?? null },
    { what: 'dose_decision', lastDay: state.dose.inForce?.event.regimen?.expires_on ?? null },
    { what: 'prescribing_basis', lastDay: basis === null ? null : prescribingBasisEndsOn(basis, examMonths) },
    { what: 'maintenance_plan', lastDay: agreedPlan(state)?.ends_on ?? null },
  ];
}
