import { Body, Controller, Headers } from '@nestjs/common';
import type { z } from 'zod';
import {
  FOUNDING_HEADER,
  Problem,
  ROUTES,
  type AppendReply,
  type FoundReply,
  type HeadsReply,
  type SyncReply,
  type genesisReply,
} from '#protocol';
import type { Caller } from '../accounts/index.js';
import { SchemaPipe } from '../platform/index.js';
import { AppendService } from './append.service.js';
import { FoundingService } from './founding.service.js';
import { ReadingService } from './reading.service.js';
import { From, Id, Serve } from './serve.decorator.js';

const requests = {
  foundOrganisation: ROUTES.foundOrganisation.request,
  enrol: ROUTES.enrol.request,
  foundThread: ROUTES.foundThread.request,
  append: ROUTES.appendEntry.request,
  sync: ROUTES.sync.request,
  heads: ROUTES.heads.request,
} as const;

/** Founding, appending and reading chains. */
@Controller()
export class ChainsController {
  constructor(
    private readonly founding: FoundingService,
    private readonly appends: AppendService,
    private readonly reading: ReadingService,
  ) {}

  @Serve('foundOrganisation')
  foundOrganisation(
    @Headers(FOUNDING_HEADER) token: string | undefined,
    @Body(new SchemaPipe(requests.foundOrganisation)) body: z.infer<typeof requests.foundOrganisation>,
  ): Promise<FoundReply> {
    return this.founding.foundOrganisation(body, token);
  }

  @Serve('getOrganisationGenesis')
  getOrganisationGenesis(
    @Id('organisationId') organisationId: string,
  ): Promise<z.infer<typeof genesisReply>> {
    return this.reading.organisationGenesis(organisationId);
  }

  @Serve('introduceOrganisation')
  introduceOrganisation(
    @From() { principal }: Caller,
    @Id('organisationId') organisationId: string,
    @Id('guestId') guestId: string,
  ): Promise<void> {
    return this.reading.introduce(principal, organisationId, guestId);
  }

  @Serve('enrol')
  enrol(
    @From() { principal }: Caller,
    @Body(new SchemaPipe(requests.enrol)) body: z.infer<typeof requests.enrol>,
  ): Promise<FoundReply> {
    if (principal.kind !== 'invite') throw new Problem('auth.forbidden');
    return this.founding.enrol(principal, body);
  }

  @Serve('foundThread')
  foundThread(
    @From() { principal }: Caller,
    @Body(new SchemaPipe(requests.foundThread)) body: z.infer<typeof requests.foundThread>,
  ): Promise<FoundReply> {
    if (principal.kind !== 'device') throw new Problem('auth.forbidden');
    return this.founding.foundThread(principal, body);
  }

  @Serve('appendEntry')
  appendEntry(
    @From() { principal }: Caller,
    @Body(new SchemaPipe(requests.append)) body: z.infer<typeof requests.append>,
  ): Promise<AppendReply> {
    return this.appends.append({ ...body, caller: principal });
  }

  @Serve('sync')
  sync(
    @From() { principal }: Caller,
    @Body(new SchemaPipe(requests.sync)) body: z.infer<typeof requests.sync>,
  ): Promise<SyncReply> {
    return this.reading.sync(principal, body);
  }

  @Serve('heads')
  heads(
    @From() { principal }: Caller,
    @Body(new SchemaPipe(requests.heads)) body: z.infer<typeof requests.heads>,
  ): Promise<HeadsReply> {
    return this.reading.heads(principal, body.chainIds);
  }
}
