import { Module } from '@nestjs/common';
import { ChainsModule } from '../chains/index.js';
import { CallersService } from './callers.service.js';
import { ContactRepository } from './contact.repository.js';
import { ContactsService } from './contacts.service.js';
import { PreferenceRepository } from './preference.repository.js';
import { PushSubscriptionRepository } from './push-subscription.repository.js';
import { SessionRepository } from './session.repository.js';
import { SessionsService } from './sessions.service.js';
import { SmsWishRepository } from './sms-wish.repository.js';

const EXPORTED = [CallersService, ContactsService, SessionRepository, SessionsService, SmsWishRepository];

@Module({
  imports: [ChainsModule],
  providers: [...EXPORTED, ContactRepository, PreferenceRepository, PushSubscriptionRepository],
  exports: EXPORTED,
})
export class AccountsModule {}
