import { Body, Controller } from '@nestjs/common';
import type { z } from 'zod';
import {
  ROUTES,
  type ContactsReply,
  type NoticePreferences,
  type pushSubscriptionReply,
  type webhookContactReply,
} from '#protocol';
import { ContactsService, type Caller } from '../accounts/index.js';
import { SchemaPipe } from '../platform/index.js';
import { From, Id, Serve } from './serve.decorator.js';

const requests = {
  email: ROUTES.putEmailContact.request,
  webhook: ROUTES.putWebhookContact.request,
  sms: ROUTES.putSmsContact.request,
  push: ROUTES.addPushSubscription.request,
  preferences: ROUTES.putPreferences.request,
} as const;

/** Where and how I am told. */
@Controller()
export class ContactsController {
  constructor(private readonly contacts: ContactsService) {}

  @Serve('listContacts')
  list(@From() { principal }: Caller): Promise<ContactsReply> {
    return this.contacts.listFor(principal);
  }

  @Serve('putEmailContact')
  putEmail(
    @From() { principal }: Caller,
    @Body(new SchemaPipe(requests.email)) body: z.infer<typeof requests.email>,
  ): Promise<void> {
    return this.contacts.putEmail(principal, body.address, body.locale);
  }

  @Serve('putWebhookContact')
  async putWebhook(
    @From() { principal }: Caller,
    @Body(new SchemaPipe(requests.webhook)) body: z.infer<typeof requests.webhook>,
  ): Promise<z.infer<typeof webhookContactReply>> {
    return { secret: await this.contacts.putWebhook(principal, body.url) };
  }

  @Serve('putSmsContact')
  putSms(
    @From() { principal }: Caller,
    @Body(new SchemaPipe(requests.sms)) body: z.infer<typeof requests.sms>,
  ): Promise<void> {
    return this.contacts.putSms(principal, body.number, body.locale);
  }

  @Serve('addPushSubscription')
  async addPush(
    @From() { principal }: Caller,
    @Body(new SchemaPipe(requests.push)) body: z.infer<typeof requests.push>,
  ): Promise<z.infer<typeof pushSubscriptionReply>> {
    return { subscriptionId: await this.contacts.addPush(principal, body) };
  }

  @Serve('deleteEmailContact')
  deleteEmail(@From() { principal }: Caller): Promise<void> {
    return this.contacts.remove(principal, 'email');
  }

  @Serve('deleteWebhookContact')
  deleteWebhook(@From() { principal }: Caller): Promise<void> {
    return this.contacts.remove(principal, 'webhook');
  }

  @Serve('deleteSmsContact')
  deleteSms(@From() { principal }: Caller): Promise<void> {
    return this.contacts.remove(principal, 'sms');
  }

  @Serve('deletePushSubscription')
  deletePush(@From() { principal }: Caller, @Id('subscriptionId') subscriptionId: string): Promise<void> {
    return this.contacts.removePush(principal, subscriptionId);
  }

  @Serve('getPreferences')
  getPreferences(@From() { principal }: Caller): Promise<NoticePreferences> {
    return this.contacts.getPreferences(principal);
  }

  @Serve('putPreferences')
  putPreferences(
    @From() { principal }: Caller,
    @Body(new SchemaPipe(requests.preferences)) body: z.infer<typeof requests.preferences>,
  ): Promise<void> {
    return this.contacts.putPreferences(principal, body);
  }
}
