import { Injectable } from '@nestjs/common';
import type { Server } from 'socket.io';
import { SOCKET_EVENT, toHex, type EntryAppendedEvent, type UserId } from '#protocol';
import type { AppliedEntry } from '../chains/index.js';
import { ROOM } from '../platform/index.js';
import { toText } from './wire.js';

/** Tells open sockets. Best effort: whoever misses a push pulls by cursor. */
@Injectable()
export class PushService {
  private server: Server | undefined;

  attach(server: Server): void {
    this.server = server;
  }

  /** To the devices of the people who are in the thread now, but not to the socket it came from. */
  appended(applied: AppliedEntry, members: readonly UserId[], originSocketId: string | undefined): void {
    if (this.server === undefined || members.length === 0) return;
    const event: EntryAppendedEvent = {
      chainId: applied.chainId,
      seq: applied.entry.header.seq,
      entryHash: toText(applied.entryHash),
      entry: toText(applied.entry.bytes),
    };
    const audience = this.server.to(members.map(ROOM.user));
    (originSocketId === undefined ? audience : audience.except(originSocketId)).emit(
      SOCKET_EVENT.entryAppended,
      event,
    );
  }

  /** Closes every socket of these keys, on every node that shares the adapter. */
  disconnectKeys(keyIds: readonly Uint8Array[]): void {
    for (const keyId of keyIds) this.server?.in(ROOM.key(toHex(keyId))).disconnectSockets(true);
  }

  disconnectSession(sessionId: Uint8Array): void {
    this.server?.in(ROOM.session(toHex(sessionId))).disconnectSockets(true);
  }
}
