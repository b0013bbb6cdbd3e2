import { orderReadings, type VitalsReading } from '../flags/vitals.series.js';
import { currentOf, withEarlier, type Accounts } from './accounts.js';

/**
 * Every reading on record, in order of time, each once. A later account of a session stands in place of the earlier
 * one; an alert carries an earlier one on, so what the earlier one measured was measured all the same.
 */
export function readingsOf(accounts: Accounts): readonly VitalsReading[] {
  const alerts = currentOf(accounts, 'vitals_alert').flatMap((alert) =>
    withEarlier<'vitals_alert'>(accounts, alert),
  );
  const readings = [
    ...currentOf(accounts, 'session_start_check').flatMap(({ event }) => event.vitals ?? []),
    ...alerts.flatMap(({ event }) => event.readings),
    ...currentOf(accounts, 'session_outcome').flatMap(({ event }) => event.vitals),
  ];
  return orderReadings(eachOnce(readings));
}

/** The reading of an alert comes again in the account of the session. */
export function eachOnce(readings: readonly VitalsReading[]): readonly VitalsReading[] {
  return [...new Map(readings.map((reading) => [keyOf(reading), reading])).values()];
}

function keyOf(reading: VitalsReading): string {
  const { taken_at: at, phase, systolic_mmhg: high, diastolic_mmhg: low } = reading;
  return [Date.parse(at), phase, high, low, reading.heart_rate_bpm, reading.spo2_percent].join('|');
}
