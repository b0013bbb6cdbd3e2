import type { HistoryKind, Op, StepPeople } from '#protocol';

/** One thing that happened to an obligation. `cause` names it for ever: the same cause is written once. */
export interface HistoryRow {
  readonly threadId: Uint8Array;
  readonly obligation: number;
  readonly cause: string;
  readonly kind: HistoryKind;
  /** The signed op behind it: its entry, what it did, who wrote it. */
  readonly signed?: { readonly seq: number; readonly op: Op; readonly actorId: Uint8Array };
  /** The step behind it: how many have been taken with it, which repetition, for when it was planned. */
  readonly step?: {
    readonly step: number;
    readonly level: number;
    readonly repeat: number;
    readonly scheduledForMs: number;
    readonly hastened: boolean;
  };
  readonly told?: readonly { readonly as: StepPeople; readonly id: string }[];
  readonly nextOnDutyAtMs?: number | null;
}
