import { z } from 'zod';
import { hexId, instantMs } from './scalar.schemas.js';
import { URGENCY, type UrgencyName } from './numbers.js';

/** Whom a step of a ladder can tell. Duty and roles are those of the responder's organisation and role. */
export const STEP_PEOPLE = [
  'responder',
  'opener',
  'primary',
  'secondary',
  'coordinators',
  'directors',
  'administrators',
] as const;
export type StepPeople = (typeof STEP_PEOPLE)[number];

const MONTH_MINUTES = 31 * 24 * 60;
const minutes = z.int().min(0).max(MONTH_MINUTES);
const distinct = (values: readonly string[]): boolean => new Set(values).size === values.length;

/** When a step is due. Business minutes are those of the responder's organisation; the others are real time. */
const stepInstant = z.union([
  z.strictObject({ percentOfTime: z.int().min(0).max(100) }),
  z.strictObject({ minutesAfterOpening: minutes }),
  z.strictObject({ minutesAfterDue: minutes }),
  z.strictObject({ businessMinutesAfterDue: minutes.min(1) }),
]);

/**
 * One step: who is told, when, how. It is taken while the answer is missing; `unlessAcknowledged` makes its clock stand
 * still while an acknowledgement holds. `repeat`: so many times more, so far apart.
 */
export const ladderStep = z.strictObject({
  who: z.array(z.enum(STEP_PEOPLE)).min(1).refine(distinct),
  at: stepInstant,
  allChannels: z.boolean().default(false),
  unlessAcknowledged: z.boolean().default(false),
  repeat: z
    .strictObject({ everyMinutes: z.int().min(1).max(1_440), times: z.int().min(1).max(100) })
    .optional(),
});

/** `ackHoldsMinutes`: how long an acknowledgement is believed before what it held up goes on. */
export const ladder = z.strictObject({
  ackHoldsMinutes: z.int().min(1).max(MONTH_MINUTES),
  steps: z.array(ladderStep).min(1).max(16),
});
export type LadderStep = z.output<typeof ladderStep>;
export type Ladder = z.output<typeof ladder>;

/** What happens to an obligation, without content: signed ops, steps of its ladder, alarms. */
export const HISTORY_KINDS = [
  'op',
  'step',
  'nobody_on_duty',
  'step_empty',
  'unattended',
  'undelivered',
  'wait_over',
] as const;
export type HistoryKind = (typeof HISTORY_KINDS)[number];

const seq = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const urgencyName = z.enum(Object.keys(URGENCY) as [UrgencyName, ...UrgencyName[]]);
const ladderVersion = z.int().min(0).max(1_000_000);

export const putLadderRequest = z.strictObject({ urgency: urgencyName, ladder });
export const approveLadderRequest = z.strictObject({ urgency: urgencyName, version: ladderVersion });
export const putLadderReply = z.strictObject({ urgency: urgencyName, version: ladderVersion });

/** Version 0 is the built-in ladder. `approvedBy`: the director who signed this version off, or nobody yet. */
const ladderState = z.strictObject({
  version: ladderVersion,
  ladder,
  approvedBy: hexId.nullable(),
  approvedAtMs: instantMs.nullable(),
});
export const laddersReply = z.strictObject({
  ladders: z.array(
    z.strictObject({
      urgency: urgencyName,
      /** What obligations opened from now on get. */
      inForce: ladderState,
      /** A newer version that waits for a director. */
      proposed: ladderState.nullable(),
    }),
  ),
});

/** How far somebody was shown a thread. */
export const receiptRequest = z.strictObject({ seenSeq: seq });

/** Clients are not told who of the staff outside the thread it was. */
const told = z.strictObject({ as: z.enum(STEP_PEOPLE), id: hexId.optional() });

/** What happened to an obligation, without content: signed ops by their entry, what the engine did by its step. */
const historyItem = z.strictObject({
  kind: z.enum(HISTORY_KINDS),
  atMs: instantMs,
  /** Of a signed op: its entry, what it did, who wrote it. */
  seq: seq.optional(),
  op: z.int().optional(),
  actorId: hexId.optional(),
  /** Of a step: its place in the ladder (from 1), which repetition, and for when it was planned. */
  level: z.int().optional(),
  repeat: z.int().optional(),
  scheduledForMs: instantMs.optional(),
  told: z.array(told).optional(),
  nextOnDutyAtMs: instantMs.optional(),
});

export const threadObligationsReply = z.strictObject({
  obligations: z.array(
    z.strictObject({
      id: seq,
      state: z.enum(['open', 'acknowledged', 'waiting', 'answered', 'closed', 'withdrawn']),
      dueAtMs: instantMs,
      /** How many steps of its ladder have been taken, of how many. */
      level: z.int(),
      levels: z.int(),
      nextStepAtMs: instantMs.nullable(),
      attended: z.boolean(),
      nextOnDutyAtMs: instantMs.nullable(),
      /** Whether the one who owes has it on a device, and whether he was shown it. Never an acknowledgement. */
      delivered: z.boolean(),
      seen: z.boolean(),
      history: z.array(historyItem),
    }),
  ),
});

/** For those who answer for an organisation: no thread, no counterpart. */
export const overdueReply = z.strictObject({
  overdue: z.array(
    z.strictObject({
      reference: z.string(),
      urgency: urgencyName,
      dueAtMs: instantMs,
      level: z.int(),
      attended: z.boolean(),
      responderId: hexId,
    }),
  ),
  serverTimeMs: instantMs,
});

export type LaddersReply = z.infer<typeof laddersReply>;
export type PutLadderReply = z.infer<typeof putLadderReply>;
export type ThreadObligationsReply = z.infer<typeof threadObligationsReply>;
export type OverdueReply = z.infer<typeof overdueReply>;
