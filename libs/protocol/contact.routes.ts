import * as contact from './contact.schemas.js';

const MINE = ['device', 'admin'] as const;

function forgetting<Channel extends string>(channel: Channel, summary: string) {
  return { method: 'DELETE', path: `/me/contacts/${channel}`, summary, principals: MINE } as const;
}

/** Where and how I am told, what became of it, and the ways back from those who carry it. */
export const CONTACT_ROUTES = {
  listContacts: {
    method: 'GET',
    path: '/me/contacts',
    summary: 'Where I am told of what is due',
    principals: MINE,
    reply: contact.contactsReply,
  },
  putEmailContact: {
    method: 'PUT',
    path: '/me/contacts/email',
    summary: 'Set my e-mail address',
    principals: MINE,
    request: contact.emailContactRequest,
  },
  putWebhookContact: {
    method: 'PUT',
    path: '/me/contacts/webhook',
    summary: 'Set my webhook',
    principals: MINE,
    request: contact.webhookContactRequest,
    reply: contact.webhookContactReply,
  },
  putSmsContact: {
    method: 'PUT',
    path: '/me/contacts/sms',
    summary: 'Set my number for texts',
    principals: MINE,
    request: contact.smsContactRequest,
  },
  addPushSubscription: {
    method: 'POST',
    path: '/me/contacts/push',
    summary: 'Have pushes sent to this device too',
    principals: MINE,
    request: contact.pushSubscriptionRequest,
    reply: contact.pushSubscriptionReply,
  },
  deleteEmailContact: forgetting('email', 'Forget my e-mail address'),
  deleteWebhookContact: forgetting('webhook', 'Forget my webhook'),
  deleteSmsContact: forgetting('sms', 'Forget my number'),
  deletePushSubscription: forgetting('push/:subscriptionId', 'Send no more pushes to one of my devices'),
  getPreferences: {
    method: 'GET',
    path: '/me/preferences',
    summary: 'How I want to be told',
    principals: MINE,
    reply: contact.noticePreferences,
  },
  putPreferences: {
    method: 'PUT',
    path: '/me/preferences',
    summary: 'Set quiet hours, digest and the order of ways',
    principals: MINE,
    request: contact.noticePreferences,
  },
  listDeliveries: {
    method: 'GET',
    path: '/me/deliveries',
    summary: 'The ledger of notifications meant for me',
    principals: MINE,
    reply: contact.deliveriesReply,
  },
  confirmDelivery: {
    method: 'POST',
    path: '/me/deliveries/:deliveryId/confirmations',
    summary: 'Say that a notification arrived at this device',
    principals: ['device'],
  },
  confirmByToken: {
    method: 'POST',
    path: '/confirmations/:token',
    summary: 'The same by the token of its link, for a push that arrived while nobody was signed in',
    principals: [],
  },
  startDrill: {
    method: 'POST',
    path: '/me/drills',
    summary: 'Send me a test page by every way I have',
    principals: ['device'],
    reply: contact.drillStartedReply,
  },
  getDrill: {
    method: 'GET',
    path: '/me/drills/:drillId',
    summary: 'What became of a test page, way by way',
    principals: ['device'],
    reply: contact.drillReply,
  },
  reportSmsStatus: {
    method: 'POST',
    path: '/callbacks/sms/statuses',
    summary: 'For the SMS provider: what became of a text (signed)',
    principals: [],
    request: contact.smsStatusRequest,
  },
  reportSmsMessage: {
    method: 'POST',
    path: '/callbacks/sms/messages',
    summary: 'For the SMS provider: a text that came in, such as STOP (signed)',
    principals: [],
    request: contact.smsMessageRequest,
  },
} as const;
