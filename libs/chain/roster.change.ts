import { equalBytes, inRoleMask, toHex, type Entry, type Rotate } from '#protocol';
import { basisAt, type OrganisationAtHead } from './organisation.state.js';
import { rowOf, type RosterRow } from './roster.row.js';
import type { ThreadState } from './thread.state.js';
import { demand } from './verdict.js';

interface RosterChange {
  readonly state: ThreadState;
  readonly entry: Entry;
  readonly record: Rotate;
  readonly rows: readonly RosterRow[];
  readonly organisations: readonly OrganisationAtHead[];
}

/**
 * Who may change what between two rosters. Any member moves heads and generations forward and drops rows that
 * must go; everything else takes an adder, judged by the row he had BEFORE this ROTATE (at the founding, by the
 * one it gives him), so that nobody makes himself one.
 */
export function requireChanges(change: RosterChange): void {
  const { state, entry, rows } = change;
  const founding = state.founding !== undefined;
  const author = rowOf(founding ? { rows } : state, toHex(entry.header.authorUser));
  for (const row of rows) demand(rowOf(state, row.userId)?.left !== true, 'leaver_kept');
  const adder = author !== undefined && inRoleMask(state.adderRoles, author.role);
  demand(adder || !needsAdder(change), 'adder_needed');
  const widened = !founding && rows.some((row) => rowOf(state, row.userId)?.role !== row.role);
  demand(!(state.clientApproval && widened), 'approval_missing');
}

function needsAdder({ state, entry, record, rows, organisations }: RosterChange): boolean {
  const changed = rows.some((row) => !sameButForward(rowOf(state, row.userId), row));
  const dropped = state.rows.filter((row) => rowOf({ rows }, row.userId) === undefined);
  const withheld = dropped.some((row) => !mustGoAt(row, organisations, entry.header.tsMs));
  return changed || withheld || !sameOrganisations(state, record);
}

function sameButForward(before: RosterRow | undefined, after: RosterRow): boolean {
  return (
    before?.role === after.role &&
    before.expiresMs === after.expiresMs &&
    equalBytes(before.basis, after.basis)
  );
}

function sameOrganisations(state: ThreadState, record: Rotate): boolean {
  const pairs = record.organisations.map(({ genesisHash }, index) => {
    const before = state.organisations[index];
    return before !== undefined && equalBytes(before.genesisHash, genesisHash);
  });
  return state.organisations.length === pairs.length && pairs.every(Boolean);
}

/** He left, the row expired, or its attestation is not live at the stated head of the organisation that gave it. */
function mustGoAt(row: RosterRow, organisations: readonly OrganisationAtHead[], tsMs: number): boolean {
  if (row.left || row.expiresMs <= tsMs) return true;
  const giver = organisations.find((organisation) => organisation.genesisHash === row.organisation);
  return giver !== undefined && basisAt(giver.state, row.basis, giver.seq)?.standing !== 'live';
}
