import * as ladder from './ladder.schemas.js';

const ORGANISATION = '/organisations/:organisationId';
const THREAD = '/threads/:threadId';

/** Who is told when of an answer that does not come, how far that has gone, and what is overdue. */
export const LADDER_ROUTES = {
  listLadders: {
    method: 'GET',
    path: `${ORGANISATION}/ladders`,
    summary: 'The ladders in force, and those that wait for a director',
    principals: ['device', 'admin'],
    reply: ladder.laddersReply,
  },
  putLadder: {
    method: 'PUT',
    path: `${ORGANISATION}/ladders`,
    summary: 'Write a new version of a ladder; it is in force once a director has approved it',
    principals: ['admin'],
    request: ladder.putLadderRequest,
    reply: ladder.putLadderReply,
  },
  approveLadder: {
    method: 'POST',
    path: `${ORGANISATION}/ladder-approvals`,
    summary: 'Approve a version of a ladder, as a director',
    principals: ['device'],
    request: ladder.approveLadderRequest,
  },
  listOverdue: {
    method: 'GET',
    path: `${ORGANISATION}/overdue`,
    summary: 'Answers this organisation’s people owe and are late with, without case or counterpart',
    principals: ['device', 'admin'],
    reply: ladder.overdueReply,
  },
  listThreadObligations: {
    method: 'GET',
    path: `${THREAD}/obligations`,
    summary: 'How far the escalation of each obligation of a thread has gone, and who was told when',
    principals: ['device'],
    reply: ladder.threadObligationsReply,
  },
  putReceipt: {
    method: 'PUT',
    path: `${THREAD}/receipt`,
    summary: 'Note how far I was shown a thread; nobody is acknowledged by that',
    principals: ['device'],
    request: ladder.receiptRequest,
  },
} as const;
