import { CreateOutbox1795000000000 } from './1795000000000-create-outbox.js';

/** Every migration in order. Never edited once released; expand first, contract a release later. */
export const MIGRATIONS = [CreateOutbox1795000000000] as const;
