export { startEmbeddedPostgres } from './postgres.server.js';
export type { EmbeddedPostgres, EmbeddedPostgresOptions } from './postgres.server.js';
export { freePort, isFree } from './port.js';
