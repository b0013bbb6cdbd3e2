import type { z } from 'zod';
import type { vitalsLimits, vitalsReading } from '../medicine.schema.js';
import type { Measure } from './rule-set.schema.js';

export type VitalsReading = z.infer<typeof vitalsReading>;
export type VitalsPhase = VitalsReading['phase'];
export type VitalsLimits = z.infer<typeof vitalsLimits>;

const PHASES: readonly VitalsPhase[] = ['pre', 'during', 'post'];

/** In order of time; readings of the same instant keep the order they came in. */
export function orderReadings(readings: readonly VitalsReading[]): readonly VitalsReading[] {
  return readings.toSorted((a, b) => Date.parse(a.taken_at) - Date.parse(b.taken_at));
}

/** The last reading by time that carries the measure, optionally of one phase; null when there is none. */
export function latestReading(
  readings: readonly VitalsReading[],
  measure: Measure,
  phase?: VitalsPhase,
): VitalsReading | null {
  const fitting = orderReadings(readings).filter(
    (reading) => reading[measure] !== null && (phase === undefined || reading.phase === phase),
  );
  return fitting.at(-1) ?? null;
}

export interface SessionMoments {
  readonly firstDoseAt: string | null;
  /** Moment of judging: nothing can have been measured later. */
  readonly now: string;
}

export type Doubt =
  | 'in_the_future'
  | 'same_instant_twice'
  | 'phase_went_back'
  | 'pre_after_first_dose'
  | 'not_pre_before_first_dose';

/**
 * What cannot be right about a series: times and phases that contradict each other. Doubt is shown beside a reading
 * and never silences a rule. Values are bounded where they are entered. Positions are those of the list given.
 */
export function findDoubts(
  readings: readonly VitalsReading[],
  moments: SessionMoments,
): readonly { readonly index: number; readonly doubt: Doubt }[] {
  return readings.flatMap((reading, index) => {
    const others = readings.filter((_, other) => other !== index);
    return doubtsOf(reading, others, moments).map((doubt) => ({ index, doubt }));
  });
}

function doubtsOf(
  reading: VitalsReading,
  others: readonly VitalsReading[],
  moments: SessionMoments,
): Doubt[] {
  const at = Date.parse(reading.taken_at);
  const isBack = (other: VitalsReading) => Date.parse(other.taken_at) < at && rank(other) > rank(reading);
  const found: [boolean, Doubt][] = [
    [at > Date.parse(moments.now), 'in_the_future'],
    [others.some((other) => Date.parse(other.taken_at) === at), 'same_instant_twice'],
    [others.some(isBack), 'phase_went_back'],
  ];
  if (moments.firstDoseAt !== null) {
    const dosed = at >= Date.parse(moments.firstDoseAt);
    found.push([dosed && reading.phase === 'pre', 'pre_after_first_dose']);
    found.push([!dosed && reading.phase !== 'pre', 'not_pre_before_first_dose']);
  }
  return found.flatMap(([holds, doubt]) => (holds ? [doubt] : []));
}

function rank(reading: VitalsReading): number {
  return PHASES.indexOf(reading.phase);
}

/**
 * The limits that hold for this client now: those of the dose decision in force replace those of the eligibility
 * decision as a whole, as the prescriber's form says. Null: no prescriber set any.
 */
export function limitsInForce(
  eligibility: VitalsLimits | null,
  doseOverride: VitalsLimits | null,
): { readonly limits: VitalsLimits; readonly from: 'eligibility_decision' | 'dose_decision' } | null {
  if (doseOverride !== null) return { limits: doseOverride, from: 'dose_decision' };
  return eligibility === null ? null : { limits: eligibility, from: 'eligibility_decision' };
}

const LIMIT_OF = {
  systolic_mmhg: 'systolic_max_mmhg',
  diastolic_mmhg: 'diastolic_max_mmhg',
  heart_rate_bpm: 'heart_rate_max_bpm',
  spo2_percent: 'spo2_min_percent',
} as const satisfies Record<Measure, keyof VitalsLimits>;

/** The client's own limit of a measure: a highest value, or for saturation a lowest; null when none was set. */
export function limitOf(limits: VitalsLimits | null, measure: Measure): number | null {
  return limits?.[LIMIT_OF[measure]] ?? null;
}

/**
 * Whether a value lies beyond the limit a prescriber set for this client: above a highest, below a lowest; the limit
 * itself is still within. Compares with a signed decision, so it needs no rule set; what follows from it does.
 */
export function isBeyondLimit(measure: Measure, value: number, limit: number): boolean {
  return measure === 'spo2_percent' ? value < limit : value > limit;
}
