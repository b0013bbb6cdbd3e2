/**
 * Why somebody is told. The words of a notification never say it; the ledger does, to the person concerned.
 * About an obligation: opened, reminder, due, unattended (nobody accountable is left), answered, escalated (a later
 * step of the ladder), step_empty (a step has nobody), nobody_on_duty (to whoever waits), undelivered (nobody could be
 * reached), wait_over. About a thread: update. About coverage: coverage_gap, readiness_probe, readiness_failed,
 * swap_asked, swap_settled, handover. drill: a test page one asked for oneself.
 */
export const NOTICE_REASONS = [
  'opened',
  'reminder',
  'due',
  'unattended',
  'answered',
  'update',
  'escalated',
  'step_empty',
  'nobody_on_duty',
  'undelivered',
  'wait_over',
  'coverage_gap',
  'readiness_probe',
  'readiness_failed',
  'swap_asked',
  'swap_settled',
  'handover',
  'drill',
] as const;
export type NoticeReason = (typeof NOTICE_REASONS)[number];
