import type { Connection } from './connection.js';
import type { ContactBook, DeliveryView } from './member.contract.js';

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
    async removeEmail() {
      await connection.call('deleteEmailContact');
    },
    async removeWebhook() {
      await connection.call('deleteWebhookContact');
    },
  };
}

export async function listDeliveries(connection: Connection): Promise<readonly DeliveryView[]> {
  const { deliveries } = await connection.call('listDeliveries');
  return deliveries.map(({ createdAtMs, sentAtMs, ...delivery }) => ({
    ...delivery,
    createdAt: new Date(createdAtMs),
    sentAt: sentAtMs === null ? undefined : new Date(sentAtMs),
  }));
}
