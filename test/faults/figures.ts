import type { Receipt, Run } from './checker.js';
import { inFlightAtCuts } from './checker.duplicates.js';
import { faultsOf, type Fault } from './checker.steps.js';
import type { TakenStep } from './final.state.js';

export interface Lateness {
  readonly steps: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface Figures {
  /** Steps that were due while nothing was wrong. */
  readonly healthy: Lateness;
  /** Steps that were due during a fault, counted from its end; by fault. */
  readonly afterFault: ReadonlyMap<string, Lateness>;
  /** Receipts beyond the first of each delivery. */
  readonly duplicatesAtProvider: number;
  /** Sends the provider had and the ledger had not when something was cut off: more duplicates there cannot be. */
  readonly inFlightAtCuts: number;
  /** Processes killed with -9. */
  readonly kills: number;
  readonly acked: number;
  readonly refused: number;
  readonly unknown: number;
}

/** What a run measured. A pure function, like the verdict. */
export function figuresOf(run: Run): Figures {
  const faults = faultsOf(run);
  const planned = run.final.steps.filter(({ hastened }) => !hastened);
  const duringNone = planned.filter((step) => faultDuring(step, faults, run.graceMs) === undefined);
  const count = (kind: string): number =>
    run.history.filter((event) => event.op === 'append' && event.kind === kind).length;
  return {
    healthy: latenessOf(duringNone.map((step) => step.takenAtMs - step.scheduledForMs)),
    afterFault: new Map(
      faults.map((fault) => [
        fault.name,
        latenessOf(
          planned
            .filter((step) => step.scheduledForMs >= fault.fromMs && step.scheduledForMs < fault.toMs)
            .map((step) => Math.max(0, step.takenAtMs - fault.toMs)),
        ),
      ]),
    ),
    duplicatesAtProvider: duplicates(run.receipts),
    inFlightAtCuts: inFlightAtCuts(run),
    kills: run.history.filter((event) => event.op === 'cut' && event.what === 'kill').length,
    acked: count('ok'),
    refused: count('fail'),
    unknown: count('info'),
  };
}

function faultDuring(
  { scheduledForMs }: TakenStep,
  faults: readonly Fault[],
  graceMs: number,
): Fault | undefined {
  return faults.find(({ fromMs, toMs }) => fromMs <= scheduledForMs + graceMs && toMs > scheduledForMs);
}

function latenessOf(late: readonly number[]): Lateness {
  const sorted = late.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { steps: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99) };
}

function duplicates(receipts: readonly Receipt[]): number {
  return receipts.length - new Set(receipts.map(({ deliveryId }) => deliveryId)).size;
}
