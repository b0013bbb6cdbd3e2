export { AccountsModule } from './accounts.module.js';
export type { Caller } from './caller.js';
export { CallersService } from './callers.service.js';
export type { ChannelName, Contact, Locale } from './contact.repository.js';
export { ContactsService } from './contacts.service.js';
export { SessionRepository } from './session.repository.js';
export { SessionsService } from './sessions.service.js';
export { isCallableUrl, isPublicIp, mayConnect } from './webhook-address.policy.js';
