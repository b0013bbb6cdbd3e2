export { WEBHOOK_HEADER } from './channels/webhook-signature.policy.js';
export { DeliveryLedger } from './delivery-ledger.service.js';
export type { Backlog } from './ledger.repository.js';
export { Drills } from './drills.service.js';
export { NotificationsModule, NotificationsWorkerModule } from './notifications.module.js';
export { SmsCallbacks, type SignedCall } from './sms-callbacks.service.js';
