/** The SDK, for Node and browsers. The file key store is a door of its own (`#client/file`), for Node only. */
export type * from './store.contract.js';
export type * from './transport.contract.js';
export type * from './timeline.contract.js';
export type * from './contact.contract.js';
export type * from './member.contract.js';
export type * from './judged.contract.js';
export type * from './sending.contract.js';
export type * from './administrator.contract.js';
export type * from './coverage.contract.js';
export type * from './ladder.contract.js';
export { availabilityLine } from './availability.text.js';
export * from './problem.js';
export { networkTransport } from './network.transport.js';
export { memoryStore } from './memory.store.js';
export { Member } from './member.js';
export { Administrator } from './administrator.js';
