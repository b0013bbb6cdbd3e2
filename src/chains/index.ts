export { AccessRepository, type ChainPage, type WritableHead } from './access.repository.js';
export type { AppliedEntry, AppliedThread } from './applied.js';
export { ChainsModule } from './chains.module.js';
export { ChainsService, type Committed } from './chains.service.js';
export { EntryRepository } from './entry.repository.js';
export { KeyDirectory, type InviteStanding, type SigningKey } from './key.directory.js';
export { MembershipRepository } from './membership.repository.js';
export { chainIdIn, type Checked, type Verification } from './verification.js';
