import { describeChange } from '../event.description.js';
import { foldCase } from '../fold/case.fold.js';
import { viewCase, type CaseView } from '../fold/case.view.js';
import { askGate } from '../gate/gate.policy.js';
import type { GateReport } from '../gate/gate.contract.js';
import { milligrams } from '../texts/quantities.js';
import type { RoleWord } from '../vocabulary.js';
import type { Expectation, Moment, ReplayCase } from './replay.case.js';

export interface Difference {
  readonly expected: unknown;
  readonly found: unknown;
}

/** Folds the case up to a moment and says what differs from what the script expects; empty when nothing does. */
export function compareMoment(
  { entries }: ReplayCase,
  moment: Moment,
): Readonly<Partial<Record<keyof Expectation, Difference>>> {
  const state = foldCase(entries.slice(0, moment.entries));
  const found = observe(viewCase(state, moment.atMs), askGate(state, moment.request), moment.expected);
  const differences = (Object.keys(moment.expected) as (keyof Expectation)[]).flatMap((key) => {
    const expected = moment.expected[key];
    return same(expected, found[key]) ? [] : [[key, { expected, found: found[key] }] as const];
  });
  return Object.fromEntries(differences);
}

function observe(view: CaseView, gate: GateReport, { owes }: Expectation): Expectation {
  const { dose } = view;
  const maximum = dose?.decided.event.regimen?.max_per_session_ug;
  const { planned } = view.count;
  return {
    phase: view.phase,
    dose: maximum === undefined ? null : milligrams(maximum),
    doseChanges: (dose?.diff?.changes ?? []).map((change) => describeChange(change, 'en')),
    conflicts: dose?.conflicting.length ?? 0,
    sessionsDone: view.count.done,
    ...(planned === null ? {} : { sessionsPlanned: planned }),
    holds: view.holds.length,
    harm: view.harm.length,
    unread: view.unread.length,
    labels: view.sensitivity ?? [],
    phq9: view.scales.phq9.map(({ total }) => total),
    owes: Object.fromEntries(Object.keys(owes ?? {}).map((role) => [role, owedBy(view, role as RoleWord)])),
    gate: gate.verdict,
    because: reasonsOf(gate),
  };
}

function owedBy({ duties }: CaseView, role: RoleWord) {
  return duties.filter(({ roles }) => roles.includes(role)).map(({ what }) => what);
}

function reasonsOf({ checks, further }: GateReport) {
  const codes = [...Object.values(checks), ...further].flatMap(({ reasons }) =>
    reasons.map(({ code }) => code),
  );
  return [...new Set(codes)];
}

/** Lists are compared without regard to order. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(ordered(a)) === JSON.stringify(ordered(b));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => JSON.stringify(ordered(item))).sort();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, ordered(item)]),
  );
}
