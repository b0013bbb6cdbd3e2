import { Body, Controller, Req, type RawBodyRequest } from '@nestjs/common';
import type { Request } from 'express';
import type { z } from 'zod';
import { ROUTES } from '#protocol';
import { SmsCallbacks, WEBHOOK_HEADER, type SignedCall } from '../notifications/index.js';
import { SchemaPipe } from '../platform/index.js';
import { Serve } from './serve.decorator.js';

const requests = {
  status: ROUTES.reportSmsStatus.request,
  message: ROUTES.reportSmsMessage.request,
} as const;

/** The SMS provider's way back; its signature is its token. */
@Controller()
export class SmsCallbackController {
  constructor(private readonly callbacks: SmsCallbacks) {}

  @Serve('reportSmsStatus')
  async status(
    @Req() request: RawBodyRequest<Request>,
    @Body(new SchemaPipe(requests.status)) body: z.infer<typeof requests.status>,
  ): Promise<void> {
    this.callbacks.check(signedCallOf(request));
    await this.callbacks.hearStatus(body);
  }

  @Serve('reportSmsMessage')
  async message(
    @Req() request: RawBodyRequest<Request>,
    @Body(new SchemaPipe(requests.message)) body: z.infer<typeof requests.message>,
  ): Promise<void> {
    this.callbacks.check(signedCallOf(request));
    await this.callbacks.hearMessage(body);
  }
}

function signedCallOf(request: RawBodyRequest<Request>): SignedCall {
  return {
    timestamp: request.header(WEBHOOK_HEADER.timestamp),
    signature: request.header(WEBHOOK_HEADER.signature),
    body: request.rawBody,
  };
}
