import { createAdapter, type RedisAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import type { Namespace } from 'socket.io';
import { reconnectAfterMs } from './queue.service.js';

/** What nodes tell each other about sockets, through Redis. */
export interface SocketCluster {
  readonly adapter: (namespace: Namespace) => RedisAdapter;
  close(): void;
}

/**
 * Between nodes, pushes and disconnects travel through Redis. Without it for a while they reach the sockets of this
 * process only; both clients come back by themselves.
 */
export function joinSocketCluster(redisUrl: string): SocketCluster {
  const options = { maxRetriesPerRequest: null, retryStrategy: reconnectAfterMs };
  const subscriber = new Redis(redisUrl, options);
  const publisher = forgiving(subscriber.duplicate({ ...options, enableOfflineQueue: false }));
  for (const client of [publisher, subscriber]) client.on('error', () => undefined);
  const create = createAdapter(publisher, subscriber);
  return {
    // Called with `new`, which an arrow function cannot be.
    adapter: function openAdapter(namespace) {
      return aloneWithoutRedis(create(namespace));
    },
    close: () => {
      for (const client of [publisher, subscriber]) client.disconnect();
    },
  };
}

/** The adapter does not wait for what it publishes: with Redis away a push is lost, which is a hint, and no more. */
function forgiving(publisher: Redis): Redis {
  const publish = publisher.publish.bind(publisher);
  publisher.publish = async (channel: string, message: string) => publish(channel, message).catch(() => 0);
  return publisher;
}

/** Nor does anybody wait for this count who could hear that it failed. */
function aloneWithoutRedis(adapter: RedisAdapter): RedisAdapter {
  const count = adapter.serverCount.bind(adapter);
  adapter.serverCount = () => count().catch(() => 1);
  return adapter;
}
