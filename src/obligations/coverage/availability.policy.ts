import { isOpen, nextOpenAt, shiftsBetween, type BusinessCalendar, type PoolPlan } from '#calendar';
import type { Availability } from '#protocol';
import { AHEAD_MS } from './duty-answer.policy.js';

type Standing = Omit<Availability, 'role'>;

/** What is known of the people of one role: their rota, when they are open, who of them is in the thread (hex). */
export interface Readers {
  readonly plan: PoolPlan | undefined;
  readonly calendar: BusinessCalendar | undefined;
  readonly present: ReadonlySet<string>;
}

/** Whether one of them will read a thread at an instant. Whoever is on duty but not in the thread cannot read it. */
export function availabilityAt({ plan, calendar, present }: Readers, atMs: number): Standing {
  if (plan !== undefined) return onDutyFrom(plan, present, atMs);
  if (calendar === undefined) return { state: 'unknown', fromMs: null, zone: null };
  const { zone } = calendar;
  const at = new Date(atMs).toISOString();
  if (isOpen(calendar, at)) return { state: 'open', fromMs: null, zone };
  const opensMs = Date.parse(nextOpenAt(calendar, at));
  return { state: 'opens', fromMs: opensMs, zone };
}

function onDutyFrom(plan: PoolPlan, present: ReadonlySet<string>, atMs: number): Standing {
  const { zone } = plan.rota;
  const starts = shiftsBetween(plan, { fromMs: atMs, toMs: atMs + AHEAD_MS })
    .filter(({ person }) => person !== null && present.has(person))
    .map(({ fromMs }) => fromMs);
  if (starts.length === 0) return { state: 'nobody', fromMs: null, zone };
  const fromMs = Math.min(...starts);
  return fromMs === atMs ? { state: 'on_duty', fromMs: null, zone } : { state: 'later', fromMs, zone };
}
