import { dueAt, type BusinessCalendar } from '#calendar';
import { Problem } from '#protocol';
import { ClientProblem } from './problem.js';

/** Longest wait on somebody else, in the business days of one's own organisation. */
const BUSINESS_DAYS = 2;
/** Without a calendar: two business days over any weekend. */
const WITHOUT_CALENDAR_MS = 4 * 24 * 3_600_000;

/**
 * Refuses a wait of more than two business days: whoever needs longer asks again or hands over.
 * @param findCalendar may fail: a question that cannot be answered now must not keep anybody from saying that he waits
 */
export async function requireShortWait(
  until: Date,
  nowMs: number,
  findCalendar: () => Promise<BusinessCalendar | null>,
): Promise<void> {
  const calendar = await found(findCalendar);
  if (until.getTime() > latest(calendar, nowMs)) throw new ClientProblem('obligation.wait_too_long');
}

async function found(findCalendar: () => Promise<BusinessCalendar | null>): Promise<BusinessCalendar | null> {
  try {
    return await findCalendar();
  } catch (error) {
    if (error instanceof Problem || error instanceof ClientProblem) return null;
    throw error;
  }
}

function latest(calendar: BusinessCalendar | null, nowMs: number): number {
  if (calendar === null) return nowMs + WITHOUT_CALENDAR_MS;
  return Date.parse(dueAt(calendar, new Date(nowMs).toISOString(), { business_days: BUSINESS_DAYS }));
}
