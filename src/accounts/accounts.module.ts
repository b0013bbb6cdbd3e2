import { Module } from '@nestjs/common';
import { ChainsModule } from '../chains/index.js';
import { CallersService } from './callers.service.js';
import { ContactRepository } from './contact.repository.js';
import { ContactsService } from './contacts.service.js';
import { SessionRepository } from './session.repository.js';
import { SessionsService } from './sessions.service.js';

const EXPORTED = [CallersService, ContactsService, SessionRepository, SessionsService];

@Module({
  imports: [ChainsModule],
  providers: [...EXPORTED, ContactRepository],
  exports: EXPORTED,
})
export class AccountsModule {}
