export { startOwnPostgres, startPostgres } from './postgres.js';
export type { DatabaseTemplate, OwnPostgres, TestDatabase, TestPostgres } from './postgres.js';
export { hasRedis, startRedis } from './redis.js';
export { describeWithRedis } from './redis.suite.js';
export type { TestRedis, TestRedisOptions } from './redis.js';
export { describeWithOldestPostgres, startOldestPostgres } from './postgres.fifteen.js';
export type { OldestPostgres } from './postgres.fifteen.js';
export { installMovableClock, type MovableClock } from './moved.clock.js';
