import { CreateOutbox1795000000000 } from './1795000000000-create-outbox.js';
import { CreateChains1795000001000 } from './1795000001000-create-chains.js';
import { CreateAccounts1795000002000 } from './1795000002000-create-accounts.js';
import { CreateObligations1795000030000 } from './1795000030000-create-obligations.js';
import { CreateNotifications1795000040000 } from './1795000040000-create-notifications.js';
import { WidenNotices1795000050000 } from './1795000050000-widen-notices.js';
import { CreateCoverage1795000051000 } from './1795000051000-create-coverage.js';
import { WatchCoverage1795000052000 } from './1795000052000-watch-coverage.js';
import { HandOverLevels1795000053000 } from './1795000053000-hand-over-levels.js';
import { CreateLadders1795000055000 } from './1795000055000-create-ladders.js';
import { CreateReceipts1795000056000 } from './1795000056000-create-receipts.js';
import { FollowDeliveries1795000060000 } from './1795000060000-follow-deliveries.js';
import { WidenContacts1795000061000 } from './1795000061000-widen-contacts.js';
import { NoteEarlySteps1795000063000 } from './1795000063000-note-early-steps.js';
import { BoundOutbox1795000070000 } from './1795000070000-bound-outbox.js';

/** Every migration in order. Never edited once released; expand first, contract a release later. */
export const MIGRATIONS = [
  CreateOutbox1795000000000,
  CreateChains1795000001000,
  CreateAccounts1795000002000,
  CreateObligations1795000030000,
  CreateNotifications1795000040000,
  WidenNotices1795000050000,
  CreateCoverage1795000051000,
  WatchCoverage1795000052000,
  HandOverLevels1795000053000,
  CreateLadders1795000055000,
  CreateReceipts1795000056000,
  FollowDeliveries1795000060000,
  WidenContacts1795000061000,
  NoteEarlySteps1795000063000,
  BoundOutbox1795000070000,
] as const;
