import { SetMetadata, UseFilters, type CustomDecorator } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  type OnGatewayConnection,
  type OnGatewayInit,
} from '@nestjs/websockets';
import type { Server, Socket } from 'socket.io';
import type { z } from 'zod';
import {
  SOCKET_EVENT,
  appendRequest,
  headsRequest,
  syncRequest,
  type AppendReply,
  type HeadsReply,
  type Principal,
  type SyncReply,
} from '#protocol';
import type { Caller } from '../accounts/index.js';
import { ProblemSocketFilter, SchemaPipe } from '../platform/index.js';
import { AppendService } from './append.service.js';
import { ReadingService } from './reading.service.js';
import { From, SOCKET_COMMAND } from './serve.decorator.js';
import { SocketDoor } from './socket-door.service.js';

/** Which principals may send a command; a handler without it is refused. */
const Command = (...principals: readonly Principal['kind'][]): CustomDecorator =>
  SetMetadata(SOCKET_COMMAND, principals);

type Ok<Reply> = { readonly ok: true } & Reply;

/** The same calls as REST, on an open socket, each answered by its ack. */
@WebSocketGateway()
@UseFilters(ProblemSocketFilter)
export class EntryGateway implements OnGatewayInit<Server>, OnGatewayConnection<Socket> {
  constructor(
    private readonly door: SocketDoor,
    private readonly appends: AppendService,
    private readonly reading: ReadingService,
  ) {}

  afterInit(server: Server): void {
    this.door.open(server);
  }

  handleConnection(socket: Socket): void {
    this.door.welcome(socket);
  }

  @Command('device', 'admin')
  @SubscribeMessage(SOCKET_EVENT.entryAppend)
  async append(
    @From() { principal }: Caller,
    @ConnectedSocket() socket: Socket,
    @MessageBody(new SchemaPipe(appendRequest)) body: z.infer<typeof appendRequest>,
  ): Promise<Ok<AppendReply>> {
    const reply = await this.appends.append({ ...body, caller: principal, socketId: socket.id });
    return { ok: true, ...reply };
  }

  @Command('device', 'admin', 'invite')
  @SubscribeMessage(SOCKET_EVENT.chainSync)
  async sync(
    @From() { principal }: Caller,
    @MessageBody(new SchemaPipe(syncRequest)) body: z.infer<typeof syncRequest>,
  ): Promise<Ok<SyncReply>> {
    return { ok: true, ...(await this.reading.sync(principal, body)) };
  }

  @Command('device', 'admin', 'invite')
  @SubscribeMessage(SOCKET_EVENT.chainHeads)
  async heads(
    @From() { principal }: Caller,
    @MessageBody(new SchemaPipe(headsRequest)) body: z.infer<typeof headsRequest>,
  ): Promise<Ok<HeadsReply>> {
    return { ok: true, ...(await this.reading.heads(principal, body.chainIds)) };
  }
}
