export { DeliveryLedger } from './delivery-ledger.service.js';
export { NotificationsModule, NotificationsWorkerModule } from './notifications.module.js';
