/** A clock further off than this is not corrected by what a service says. */
const MAX_CORRECTION_MS = 86_400_000;

/**
 * The local clock, corrected by what the service says. Only within a day: the gate looks at this clock too, and a
 * service must not be able to keep expired rows alive by turning it back.
 */
export class ServiceClock {
  private offsetMs = 0;

  nowMs(): number {
    return Date.now() + this.offsetMs;
  }

  /** False: too far to be believed, or the service did not say; nothing changes. */
  set(serverTimeMs: number | undefined): boolean {
    if (serverTimeMs === undefined) return false;
    const offsetMs = serverTimeMs - Date.now();
    if (Math.abs(offsetMs) > MAX_CORRECTION_MS) return false;
    this.offsetMs = offsetMs;
    return true;
  }
}
