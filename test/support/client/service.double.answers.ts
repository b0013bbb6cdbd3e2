import {
  keyIdOf,
  standingAt,
  type IdentityState,
  type OrganisationState,
  type ThreadState,
  type Verdict,
} from '#chain';
import { ClientProblem, type TransportReply } from '#client';
import { Problem, SUBJECT, WireError, toBase64Url, toHex, type Principal } from '#protocol';

export type State = IdentityState | OrganisationState | ThreadState;

export function idIn(path: string, place: number): string {
  return path.split('/')[place + 1] ?? '';
}

export function headOf(state: State | undefined): { seq: number; hash: string } {
  return { seq: state?.seq ?? 0, hash: toBase64Url(state?.head ?? new Uint8Array(32)) };
}

export function organisationKey(
  state: OrganisationState,
  { keyId, organisationId }: { readonly keyId: string; readonly organisationId: string },
): { principal: Principal; publicKey: Uint8Array } | undefined {
  const admin = state.admins.find((candidate) => candidate.keyId === keyId);
  if (admin !== undefined) {
    return { principal: { kind: 'admin', keyId, organisationId }, publicKey: admin.publicKey };
  }
  const invited = [...state.attestations.values()].find(
    ({ subjectKind, subject }) => subjectKind === SUBJECT.invite && toHex(keyIdOf(subject)) === keyId,
  );
  if (invited === undefined) return undefined;
  if (standingAt(invited, state.seq) !== 'live') throw new Problem('invite.revoked');
  if (invited.claim !== undefined) throw new Problem('invite.used');
  if (invited.claimByMs < Date.now()) throw new Problem('invite.expired');
  const attestHash = toBase64Url(invited.hash);
  return { principal: { kind: 'invite', keyId, organisationId, attestHash }, publicKey: invited.subject };
}

export function problemOf(verdict: Verdict): Problem {
  if (!('rule' in verdict)) return new Problem('entry.invalid', { rule: verdict.kind });
  const code = verdict.kind === 'malformed' ? 'entry.malformed' : 'entry.invalid';
  return new Problem(code, { rule: verdict.rule });
}

export function inviteProblem(verdict: Verdict): Problem {
  const rule = 'rule' in verdict ? verdict.rule : '';
  if (rule === 'claim_taken') return new Problem('invite.used');
  if (rule === 'claim_late') return new Problem('invite.expired');
  return problemOf(verdict);
}

/** Lost answers stay lost; problems become the body of the wire; anything else is a mistake of the double. */
export function problemReply(error: unknown): TransportReply {
  if (error instanceof ClientProblem) throw error;
  const problem = error instanceof WireError ? new Problem('entry.malformed', { rule: error.code }) : error;
  if (!(problem instanceof Problem)) throw problem;
  const body = problem.body('double');
  return { status: body.status, body };
}
