import type { ClinicalEvent } from '../event.registry.js';
import { checkScaleResult, type InstrumentId, type ScoredScale } from '../scales/index.js';
import { placeKey, type Filed, type Place } from './opened.entry.js';
import { put, type SortedMap } from './sorted.map.js';

/**
 * One measurement. `scored` when the answers are there, else the total as it was reported. `total` is null when the
 * form gives none (a screener, too many missing answers).
 */
export interface ScalePoint {
  readonly ref: string;
  readonly place: Place;
  readonly instrument: InstrumentId;
  readonly takenOn: string;
  readonly total: number | null;
  /** Missing answers were replaced by the mean of those given: to be shown as such. */
  readonly prorated: boolean;
  /** PHQ-9 item about thoughts of death or self-harm; null: not answered or not reported. 0 is not "no risk". */
  readonly item9: number | null;
  readonly scored: ScoredScale | null;
}

type Reported = Extract<ClinicalEvent, { scales: unknown }>['scales'][number];

/** Measurements by instrument, day and place. */
export function addPoints(points: SortedMap<ScalePoint>, filed: Filed): SortedMap<ScalePoint> {
  let after = points;
  pointsOf(filed).forEach((point, index) => {
    const key = `${point.instrument}|${point.takenOn}|${placeKey(point.place)}|${String(index).padStart(3, '0')}`;
    after = put(after, key, point);
  });
  return after;
}

function pointsOf(filed: Filed): readonly ScalePoint[] {
  const { event } = filed;
  if (event.event === 'scale_result') return [fromForm(filed, event)];
  return 'scales' in event ? event.scales.map((score) => fromReport(filed, score)) : [];
}

function fromForm(
  { ref, place }: Filed,
  event: Extract<ClinicalEvent, { event: 'scale_result' }>,
): ScalePoint {
  const { scored } = checkScaleResult(event);
  const total = scored.kind === 'total' || scored.kind === 'prorated' ? scored.total : null;
  return {
    ref,
    place,
    instrument: event.instrument,
    takenOn: event.taken_on,
    total,
    prorated: scored.kind === 'prorated',
    item9: event.instrument === 'phq9' ? (event.items[8] ?? null) : null,
    scored,
  };
}

function fromReport(
  { ref, place }: Filed,
  { instrument, total, taken_on: takenOn, item9 }: Reported,
): ScalePoint {
  return { ref, place, instrument, takenOn, total, prorated: false, item9, scored: null };
}
