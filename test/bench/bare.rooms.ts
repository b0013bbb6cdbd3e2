import { io, type Socket } from 'socket.io-client';
import type { Room, Rooms } from './rooms.js';

/** The bytes a Trialogue note takes on the wire (256 padded and 254 beside it), so that both carry the same load. */
const BODY = Buffer.alloc(510, 7);

export class BareRooms implements Rooms {
  private readonly sockets: Socket[] = [];

  constructor(private readonly url: string) {}

  async open(count: number): Promise<Room[]> {
    const rooms: Room[] = [];
    for (let index = 0; index < count; index += 1) {
      const members = await Promise.all([0, 1, 2].map(() => this.connect(`room-${index}`)));
      rooms.push(bareRoom(members));
    }
    return rooms;
  }

  private async connect(room: string): Promise<Socket> {
    const socket = io(this.url, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      auth: { room },
    });
    this.sockets.push(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    return socket;
  }

  close(): void {
    for (const socket of this.sockets) socket.disconnect();
  }
}

function bareRoom(members: readonly Socket[]): Room {
  let turn = 0;
  return {
    send: async () => {
      const socket = members[turn % members.length];
      turn += 1;
      if (socket === undefined) throw new Error('nobody to write');
      const startedAt = performance.now();
      const others = members.filter((member) => member !== socket);
      const seen = Promise.all(
        others.map(
          (member) =>
            new Promise<void>((resolve) =>
              member.once('sent', () => {
                resolve();
              }),
            ),
        ),
      );
      await socket.emitWithAck('send', BODY);
      await seen;
      return performance.now() - startedAt;
    },
  };
}
