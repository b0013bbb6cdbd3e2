import { createAdapter, type RedisAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import type { Namespace } from 'socket.io';
import { reconnectAfterMs } from './queue.service.js';

/** What nodes tell each other about sockets, through Redis. */
export interface SocketCluster {
  readonly adapter: (namespace: Namespace) => RedisAdapter;
  close(): void;
}

/** A wire may die without a word. Whoever only listens finds out by asking now and then. */
const SILENCE = { askEveryMs: 5_000, endsAfterMs: 3_000 } as const;
/** How long a question to Redis may keep a notification waiting. */
const ANSWER_MS = 1_000;

/**
 * Between nodes, pushes and disconnects travel through Redis. Without it for a while they reach the sockets of this
 * process only; both clients come back by themselves.
 */
export function joinSocketCluster(redisUrl: string): SocketCluster {
  const options = {
    maxRetriesPerRequest: null,
    retryStrategy: reconnectAfterMs,
    socketTimeout: SILENCE.endsAfterMs,
  };
  const subscriber = forgiving(new Redis(redisUrl, options));
  const publisher = forgiving(
    subscriber.duplicate({ ...options, enableOfflineQueue: false, commandTimeout: ANSWER_MS }),
  );
  const clients = [publisher, subscriber];
  for (const client of clients) client.on('error', () => undefined);
  const pulse = setInterval(() => {
    for (const client of clients) if (client.status === 'ready') client.ping().catch(() => undefined);
  }, SILENCE.askEveryMs).unref();
  const create = createAdapter(publisher, subscriber);
  return {
    // Called with `new`, which an arrow function cannot be.
    adapter: function openAdapter(namespace) {
      return aloneWithoutRedis(create(namespace));
    },
    close: () => {
      clearInterval(pulse);
      for (const client of clients) client.disconnect();
    },
  };
}

/** The adapter does not wait for what it says: with Redis away a push is lost, which is a hint, and no more. */
function forgiving(client: Redis): Redis {
  const send = client.sendCommand.bind(client);
  client.sendCommand = (...given) => {
    const answer = send(...given);
    if (answer instanceof Promise) answer.catch(() => undefined);
    return answer;
  };
  return client;
}

/** Nor does anybody wait for this count who could hear that it failed. */
function aloneWithoutRedis(adapter: RedisAdapter): RedisAdapter {
  const count = adapter.serverCount.bind(adapter);
  adapter.serverCount = () => count().catch(() => 1);
  return adapter;
}
