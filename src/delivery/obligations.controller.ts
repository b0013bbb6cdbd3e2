import { Body, Controller } from '@nestjs/common';
import type { z } from 'zod';
import { ROUTES, type ThreadObligationsReply } from '#protocol';
import type { Caller } from '../accounts/index.js';
import { Receipts, StandingsService } from '../obligations/index.js';
import { SchemaPipe } from '../platform/index.js';
import { From, Id, Serve } from './serve.decorator.js';

const receipt = ROUTES.putReceipt.request;

/** How the obligations of a thread stand, for its members, and what they were shown. */
@Controller()
export class ObligationsController {
  constructor(
    private readonly standings: StandingsService,
    private readonly receipts: Receipts,
  ) {}

  @Serve('listThreadObligations')
  listThreadObligations(
    @From() { principal }: Caller,
    @Id('threadId') threadId: string,
  ): Promise<ThreadObligationsReply> {
    return this.standings.listOfThread(principal, threadId);
  }

  @Serve('putReceipt')
  putReceipt(
    @From() { principal }: Caller,
    @Id('threadId') threadId: string,
    @Body(new SchemaPipe(receipt)) body: z.output<typeof receipt>,
  ): Promise<void> {
    return this.receipts.noteSeen(principal, threadId, body.seenSeq);
  }
}
