export { BootRefused } from './boot.guards.js';
export { DatabaseClock, databaseNowMs } from './clock.service.js';
export { correlationId } from './correlation.js';
export { LiveEmitter, ROOM } from './live.emitter.js';
export { LOGGER, NestLogger, createLogger, logUnexpected, type Logger } from './logger.js';
export { Loop } from './loop.js';
export { OPEN_ROUTE, Open } from './open.decorator.js';
export type { Prunable } from './prunable.js';
export {
  OutboxRepository,
  type ClaimedOutboxRow,
  type Late,
  type OutboxRow,
  type UndoneOutboxRow,
} from './outbox.repository.js';
export { PlatformModule } from './platform.module.js';
export { ProblemSocketFilter } from './problem-socket.filter.js';
export { toProblem } from './problem.mapping.js';
export { Queues, type Job, type JobQueue, type NewJob } from './queue.service.js';
export { RedisProbe } from './redis.probe.js';
export { firstRow, rows, type Executor } from './rows.js';
export { SchemaPipe } from './schema.pipe.js';
export { SocketAdapter } from './socket.adapter.js';
export { Transactions, isDatabaseAway } from './transaction.service.js';
