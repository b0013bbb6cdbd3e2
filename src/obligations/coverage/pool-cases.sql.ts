import { OWED } from '../obligation.repository.js';

/** Threads that concern a pool ($1 organisation, $2 role): something is owed there, or one of its people has a place. */
export const CASES_OF_POOL = `
  SELECT thread_id FROM obligation WHERE organisation_id = $1 AND responder_role = $2 AND ${OWED}
  UNION
  SELECT roster.thread_id FROM live_roster AS roster JOIN thread ON thread.id = roster.thread_id
  WHERE roster.organisation_id = $1 AND roster.role = $2 AND NOT thread.closed`;
