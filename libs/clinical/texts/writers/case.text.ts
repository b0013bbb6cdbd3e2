import type { Bound, NextSession } from '../../clock/index.js';
import type { Duty } from '../../fold/duties.policy.js';
import type { Phase } from '../../fold/phase.policy.js';
import type { GateCheck, GateReport } from '../../gate/gate.contract.js';
import { START_CONDITIONS, type StartCondition } from '../../events/session-start-check.schema.js';
import type { Tongue } from '../tongue.js';

/** One condition of the gate as a person reads it. */
export interface GateLine {
  readonly name: string;
  readonly state: string;
  /** Why it is not met; empty exactly when it is. */
  readonly reasons: readonly string[];
  readonly mendBy: readonly string[];
  /** The entry it rests on. */
  readonly evidence: string | null;
  /** Entries that stand in the way. */
  readonly because: readonly string[];
}

export interface OwedLine {
  readonly who: string;
  readonly what: string;
}

export function gateLines({ checks, further }: GateReport, t: Tongue): readonly GateLine[] {
  return [...START_CONDITIONS.map((name) => checks[name]), ...further].map(
    ({ name, state, reasons, evidence }) => ({
      name: conditionName(name, t),
      state: t.word('conditionState', state),
      reasons: reasons.map(({ words }) => t.own(words)),
      mendBy: [...new Set(reasons.map(({ mendBy }) => t.word('mender', mendBy)))],
      evidence,
      because: [...new Set(reasons.flatMap(({ entry }) => entry ?? []))],
    }),
  );
}

function conditionName(name: GateCheck['name'], t: Tongue): string {
  return isStartCondition(name) ? t.word('startCondition', name) : t.word('furtherCondition', name);
}

function isStartCondition(name: GateCheck['name']): name is StartCondition {
  return (START_CONDITIONS as readonly string[]).includes(name);
}

export function phaseWords(phase: Phase, t: Tongue): string {
  return t.word('step', phase);
}

export function owedLines(duties: readonly Duty[], t: Tongue): readonly OwedLine[] {
  return duties.map(({ what, roles }) => ({
    who: t.words('mender', roles).join(', '),
    what: t.word('duty', what),
  }));
}

export function nextWords(next: NextSession | null, t: Tongue): string {
  switch (next?.kind) {
    case undefined:
      return t.say('next.ended');
    case 'window':
      return t.say('next.window', {
        number: next.number,
        from: next.opens === null ? t.say('next.atOnce') : bound(next.opens, t),
        until: next.closes === null ? t.say('next.noEnd') : bound(next.closes, t),
      });
    case 'review_due':
      return t.say('next.review', { number: next.afterSession });
    case 'none_left':
      return t.say('next.notAllowed', { number: next.number, why: t.word('bound', next.by) });
    case 'no_window':
      return t.say('next.noDay', {
        number: next.number,
        one: bound(next.opens, t),
        other: bound(next.closes, t),
      });
    case 'complete':
      return t.say('next.complete', { n: next.sessions });
  }
}

function bound({ day, by }: Bound, t: Tongue): string {
  return t.say('next.bound', { day, why: t.word('bound', by) });
}
