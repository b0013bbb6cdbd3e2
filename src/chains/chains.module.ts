import { Module } from '@nestjs/common';
import { AccessRepository } from './access.repository.js';
import { ChainsService } from './chains.service.js';
import { EntryRepository } from './entry.repository.js';
import { KeyDirectory } from './key.directory.js';
import { MembershipRepository } from './membership.repository.js';
import { ProjectionRepository } from './projection.repository.js';
import { StateCache } from './state.cache.js';
import { StateLoader } from './state.loader.js';

const EXPORTED = [AccessRepository, ChainsService, EntryRepository, KeyDirectory, MembershipRepository];

@Module({
  providers: [...EXPORTED, ProjectionRepository, StateCache, StateLoader],
  exports: EXPORTED,
})
export class ChainsModule {}
