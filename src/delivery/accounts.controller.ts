import { Body, Controller } from '@nestjs/common';
import type { z } from 'zod';
import { ROUTES, type MeReply, type SessionReply, type challengeReply } from '#protocol';
import { SessionsService, type Caller } from '../accounts/index.js';
import { SchemaPipe } from '../platform/index.js';
import { PushService } from './push.service.js';
import { ReadingService } from './reading.service.js';
import { From, Serve } from './serve.decorator.js';

const requests = {
  challenge: ROUTES.createChallenge.request,
  session: ROUTES.createSession.request,
  refresh: ROUTES.refreshSession.request,
} as const;

/** Signing in, and who I am. */
@Controller()
export class AccountsController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly reading: ReadingService,
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
}
