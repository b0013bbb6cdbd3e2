import { noticePreferences, type DeliveryRecord } from '#protocol';
import type { Connection } from './connection.js';
import type { ContactBook, DeliveryView, DrillView } from './contact.contract.js';

/** Addresses stand in the clear at the service, for the key that calls. */
export function contactBook(connection: Connection): ContactBook {
  return {
    async list() {
      return (await connection.call('listContacts')).contacts;
    },
    async setEmail(address, locale = 'en') {
      await connection.call('putEmailContact', { body: { address, locale } });
    },
    async setWebhook(url) {
      return connection.call('putWebhookContact', { body: { url } });
    },
    async setSms(number, locale = 'en') {
      await connection.call('putSmsContact', { body: { number, locale } });
    },
    async pushKey() {
      return (await connection.call('listContacts')).pushKey ?? undefined;
    },
    async addPush(device, locale = 'en') {
      const { endpoint, p256dh, auth } = device;
      const body = { endpoint, p256dh, auth, locale };
      return (await connection.call('addPushSubscription', { body })).subscriptionId;
    },
    async removeEmail() {
      await connection.call('deleteEmailContact');
    },
    async removeWebhook() {
      await connection.call('deleteWebhookContact');
    },
    async removeSms() {
      await connection.call('deleteSmsContact');
    },
    async removePush(subscriptionId) {
      await connection.call('deletePushSubscription', { params: { subscriptionId } });
    },
    preferences() {
      return connection.call('getPreferences');
    },
    async setPreferences(preferences) {
      await connection.call('putPreferences', { body: noticePreferences.parse(preferences) });
    },
  };
}

export async function listDeliveries(connection: Connection): Promise<readonly DeliveryView[]> {
  return (await connection.call('listDeliveries')).deliveries.map(toView);
}

export async function confirmDelivery(connection: Connection, deliveryId: string): Promise<void> {
  await connection.call('confirmDelivery', { params: { deliveryId: deliveryId.replaceAll('-', '') } });
}

export async function startDrill(connection: Connection): Promise<string> {
  return (await connection.call('startDrill')).drillId;
}

export async function findDrill(connection: Connection, drillId: string): Promise<DrillView> {
  const { done, deliveries } = await connection.call('getDrill', { params: { drillId } });
  return { done, deliveries: deliveries.map(toView) };
}

function toView(record: DeliveryRecord): DeliveryView {
  const { id, reason, channel, state, attempts, code } = record;
  const instant = (ms: number | null): Date | undefined => (ms === null ? undefined : new Date(ms));
  return {
    ...{ id, reason, channel, state, attempts, code: code ?? undefined },
    createdAt: new Date(record.createdAtMs),
    heldUntil: instant(record.heldUntilMs),
    sentAt: instant(record.sentAtMs),
    confirmedAt: instant(record.confirmedAtMs),
  };
}
