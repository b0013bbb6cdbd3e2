/**
 * Micrograms as milligrams, exactly: 150000 → "150 mg", 12500 → "12.5 mg". Works on digits, so nothing is rounded.
 * Input: integer micrograms, not negative.
 */
export function milligrams(ug: number): string {
  const whole = Math.trunc(ug / 1_000);
  const rest = String(ug % 1_000)
    .padStart(3, '0')
    .replace(/0+$/u, '');
  return rest === '' ? `${whole} mg` : `${whole}.${rest} mg`;
}

/** Grams as kilograms, exactly: 70500 → "70.5 kg". */
export function kilograms(grams: number): string {
  return milligrams(grams).replace(' mg', ' kg');
}

/** "2026-11-22T16:05:00Z" → "2026-11-22 16:05 UTC": the reader's own zone is the client's business, not this room's. */
export function moment(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;
}
