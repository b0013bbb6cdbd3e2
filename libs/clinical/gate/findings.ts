import { disputeOf } from '../fold/addenda.js';
import type { CaseState } from '../fold/case.state.js';
import type { Filed } from '../fold/opened.entry.js';
import type { GateCheck, GateReason, Mender } from './gate.contract.js';
import { GATE_WORDS, type GateReasonCode } from './gate.words.js';

/** Something that was asked for and is not there, or speaks against it. */
export function missing(code: GateReasonCode, mendBy: Mender, entry: string | null = null): GateReason {
  return { code, entry, kind: 'missing', mendBy, words: GATE_WORDS[code] };
}

/** Something that makes it uncertain; red just the same. */
export function doubt(code: GateReasonCode, mendBy: Mender, entry: string | null = null): GateReason {
  return { ...missing(code, mendBy, entry), kind: 'doubt' };
}

/** The reason when it applies, as a list to be joined. */
export function when(applies: boolean, reason: GateReason): readonly GateReason[] {
  return applies ? [reason] : [];
}

/** A condition is met when nothing speaks against it. */
export function conclude<Name extends string>(
  name: Name,
  evidence: string | null,
  reasons: readonly GateReason[],
): GateCheck<Name> {
  if (reasons.length === 0) return { name, state: 'met', evidence, reasons };
  const state = reasons.some(({ kind }) => kind === 'missing') ? 'not_met' : 'unknown';
  return { name, state, evidence, reasons };
}

export function notRequired<Name extends string>(name: Name): GateCheck<Name> {
  return { name, state: 'not_required', evidence: null, reasons: [] };
}

/** Doubts that can fall on any entry that is to be evidence: somebody calls it wrong, or it is dated ahead of now. */
export function doubtsOn(
  state: CaseState,
  filed: Filed,
  { saidAt, nowMs, mendBy }: { readonly saidAt: string; readonly nowMs: number; readonly mendBy: Mender },
): readonly GateReason[] {
  return [
    ...when(disputeOf(state, filed.ref) !== undefined, doubt('disputed', mendBy, filed.ref)),
    ...when(Date.parse(saidAt) > nowMs, doubt('dated_ahead', mendBy, filed.ref)),
  ];
}
