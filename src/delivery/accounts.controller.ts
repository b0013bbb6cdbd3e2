import { Body, Controller } from '@nestjs/common';
import type { z } from 'zod';
import {
  ROUTES,
  type DeliveriesReply,
  type MeReply,
  type SessionReply,
  type challengeReply,
  type contactsReply,
  type webhookContactReply,
} from '#protocol';
import { ContactsService, SessionsService, type Caller } from '../accounts/index.js';
import { DeliveryLedger } from '../notifications/index.js';
import { SchemaPipe } from '../platform/index.js';
import { PushService } from './push.service.js';
import { ReadingService } from './reading.service.js';
import { From, Serve } from './serve.decorator.js';

const requests = {
  challenge: ROUTES.createChallenge.request,
  session: ROUTES.createSession.request,
  refresh: ROUTES.refreshSession.request,
  email: ROUTES.putEmailContact.request,
  webhook: ROUTES.putWebhookContact.request,
} as const;

/** Signing in, who I am, where I am told. */
@Controller()
export class AccountsController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly contacts: ContactsService,
    private readonly reading: ReadingService,
    private readonly ledger: DeliveryLedger,
    private readonly push: PushService,
  ) {}

  @Serve('createChallenge')
  createChallenge(
    @Body(new SchemaPipe(requests.challenge)) body: z.infer<typeof requests.challenge>,
  ): Promise<z.infer<typeof challengeReply>> {
    return this.sessions.challenge(body.keyId);
  }

  @Serve('createSession')
  createSession(
    @Body(new SchemaPipe(requests.session)) body: z.infer<typeof requests.session>,
  ): Promise<SessionReply> {
    return this.sessions.signIn(body);
  }

  @Serve('refreshSession')
  refreshSession(
    @Body(new SchemaPipe(requests.refresh)) body: z.infer<typeof requests.refresh>,
  ): Promise<SessionReply> {
    return this.sessions.refresh(body.refreshToken);
  }

  @Serve('endSession')
  async endSession(@From() { sessionId }: Caller): Promise<void> {
    await this.sessions.end(sessionId);
    this.push.disconnectSession(sessionId);
  }

  @Serve('getMe')
  getMe(@From() { principal }: Caller): Promise<MeReply> {
    return this.reading.me(principal);
  }

  @Serve('listContacts')
  async listContacts(@From() { principal }: Caller): Promise<z.infer<typeof contactsReply>> {
    return { contacts: [...(await this.contacts.listFor(principal))] };
  }

  @Serve('putEmailContact')
  putEmailContact(
    @From() { principal }: Caller,
    @Body(new SchemaPipe(requests.email)) body: z.infer<typeof requests.email>,
  ): Promise<void> {
    return this.contacts.putEmail(principal, body.address, body.locale);
  }

  @Serve('putWebhookContact')
  async putWebhookContact(
    @From() { principal }: Caller,
    @Body(new SchemaPipe(requests.webhook)) body: z.infer<typeof requests.webhook>,
  ): Promise<z.infer<typeof webhookContactReply>> {
    return { secret: await this.contacts.putWebhook(principal, body.url) };
  }

  @Serve('deleteEmailContact')
  deleteEmailContact(@From() { principal }: Caller): Promise<void> {
    return this.contacts.remove(principal, 'email');
  }

  @Serve('deleteWebhookContact')
  deleteWebhookContact(@From() { principal }: Caller): Promise<void> {
    return this.contacts.remove(principal, 'webhook');
  }

  @Serve('listDeliveries')
  listDeliveries(@From() { principal }: Caller): Promise<DeliveriesReply> {
    return this.ledger.listFor(principal);
  }
}
