import { fromHex, type Principal } from '#protocol';

/**
 * Who may read what: the one place that says so, as sets, denied by default. A chain is readable for
 * - its person: the own identity;
 * - members by a live row: the thread, and everything it ever stated (or nobody could verify its history);
 * - the attested, administrators and the invited: their organisation;
 * - all of these but the invited: organisations that introduced theirs, and the identities attested in any
 *   organisation they may read.
 * $1 the caller's user id or null; $2 the organisation he administers or is invited to, or null; $3 whether he is
 * only invited.
 */
export const READABLE_ORGANISATIONS = `
  own_thread AS MATERIALIZED (SELECT thread_id FROM live_roster WHERE user_id = $1),
  own_organisation AS MATERIALIZED (
    SELECT organisation_id FROM live_attestation WHERE user_id = $1
    UNION SELECT $2::bytea WHERE $2 IS NOT NULL),
  stated AS MATERIALIZED (SELECT s.chain_id FROM thread_stated s JOIN own_thread USING (thread_id)),
  readable_organisation AS MATERIALIZED (
    SELECT organisation_id FROM own_organisation
    UNION SELECT i.organisation_id FROM introduction i JOIN own_organisation o ON o.organisation_id = i.guest_id
      WHERE NOT $3
    UNION SELECT chain_id FROM stated)`;

/** With the above; $4 the ids asked for. Chains that are not readable are left out, like those that do not exist. */
export const READABLE_CHAINS = `${READABLE_ORGANISATIONS},
  readable AS MATERIALIZED (
    SELECT c.* FROM chain c WHERE c.id = ANY($4::bytea[]) AND (
      c.id = $1
      OR c.id IN (SELECT thread_id FROM own_thread)
      OR c.id IN (SELECT chain_id FROM stated)
      OR c.kind = 2 AND c.id IN (SELECT organisation_id FROM readable_organisation)
      OR c.kind = 1 AND NOT $3 AND EXISTS (
        SELECT 1 FROM attestation a JOIN readable_organisation o USING (organisation_id)
        WHERE a.user_id = c.id)))`;

export type Scope = readonly [user: Uint8Array | null, organisation: Uint8Array | null, invited: boolean];

export function scopeOf(caller: Principal): Scope {
  if (caller.kind === 'device') return [fromHex(caller.userId), null, false];
  return [null, fromHex(caller.organisationId), caller.kind === 'invite'];
}
