export { constantTimeEqual, cryptoReady } from './sodium.js';
export {
  chainIdOf,
  deviceIdOf,
  entryHashOf,
  hash,
  headCodeOf,
  invitePinOf,
  keyHashOf,
  keyIdOf,
  safetyNumberOf,
  signInBytes,
  signingBytesOf,
  verifyEntrySignature,
  verifySignIn,
  type SignInClaim,
} from './hashing.js';
export { OP_RULES, RULES, type OpRule, type Rule } from './rules.js';
export type { Outcome, Refused, Verdict } from './verdict.js';
export type { ChainHead } from './chain.link.js';
export {
  applyIdentity,
  deviceAt,
  devicesAt,
  generationAt,
  type DeviceFact,
  type GenerationFact,
  type IdentityState,
} from './identity.chain.js';
export { applyOrganisation } from './organisation.chain.js';
export {
  basisAt,
  standingAt,
  type AdminFact,
  type AttestationFact,
  type Basis,
  type ClaimFact,
  type OrganisationState,
  type Standing,
} from './organisation.state.js';
export { applyThread } from './thread.chain.js';
export type { DeferredSignature, ThreadEffects, ThreadOutcome, ThreadState, World } from './thread.state.js';
export { presentRowOf, rowOf, type Roster, type RosterRow } from './roster.row.js';
export {
  accountableOf,
  isOwed,
  type Obligation,
  type ObligationChange,
  type ObligationStateName,
  type RefusedOp,
} from './obligation.fold.js';
export { mustGo, mustRotate, type RotateCause } from './send.gate.js';
export { nextRoster, type NextRoster, type RosterWishes, type RowWish } from './roster.next.js';
export {
  checkDeferred,
  loadIdentity,
  loadOrganisation,
  loadThread,
  type AppliedThread,
  type ChainLoad,
  type DeferredOutcome,
  type Stop,
  type ThreadLoad,
} from './cold.start.js';
