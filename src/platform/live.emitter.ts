import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Server } from 'socket.io';
import { CONFIG, type Config } from '../config/index.js';
import { joinSocketCluster, type SocketCluster } from './socket.cluster.js';

/** Rooms are named here and joined by the front door only. */
export const ROOM = {
  user: (userId: string): string => `user:${userId}`,
  key: (keyId: string): string => `key:${keyId}`,
  session: (sessionIdHex: string): string => `session:${sessionIdHex}`,
} as const;

export interface LiveQuestion {
  readonly name: string;
  readonly body: unknown;
  readonly withinMs: number;
}

/**
 * Speaks to open sockets from wherever work is done. In a process with a front door these are its own and those of the
 * nodes it shares Redis with; a worker alone reaches them through Redis, and nobody without it.
 */
@Injectable()
export class LiveEmitter implements OnApplicationBootstrap, OnApplicationShutdown {
  private server: Server | undefined;
  private cluster: SocketCluster | undefined;

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** Called by the front door, before anything starts to work. */
  attach(server: Server): void {
    this.server = server;
  }

  /** Alone, it is a server without sockets of its own that takes part in what the nodes tell each other. */
  onApplicationBootstrap(): void {
    const { redisUrl } = this.config;
    if (this.server !== undefined || redisUrl === undefined) return;
    this.cluster = joinSocketCluster(redisUrl.reveal());
    this.server = new Server();
    this.server.adapter(this.cluster.adapter);
  }

  /** Is any socket open in this room now? "Not as far as can be told" is a no. */
  async isListening(room: string): Promise<boolean> {
    try {
      const sockets = await this.server?.in(room).fetchSockets();
      return sockets !== undefined && sockets.length > 0;
    } catch {
      return false;
    }
  }

  /** How many sockets of the room answered in time. */
  ask(room: string, { name, body, withinMs }: LiveQuestion): Promise<number> {
    const { server } = this;
    if (server === undefined) return Promise.resolve(0);
    return new Promise((resolve) => {
      server
        .in(room)
        .timeout(withinMs)
        .emit(name, body, (_missing: Error | null, answers: readonly unknown[] = []) => {
          resolve(answers.length);
        });
    });
  }

  onApplicationShutdown(): void {
    this.cluster?.close();
  }
}
