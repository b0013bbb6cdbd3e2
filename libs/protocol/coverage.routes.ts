import * as coverage from './coverage.schemas.js';
import type { Route } from './routes.js';

const STAFF = ['device', 'admin'] as const;
const ORGANISATION = '/organisations/:organisationId';

/** Who is on duty, who is away, and what is planned. */
export const COVERAGE_ROUTES = {
  getCalendar: {
    method: 'GET',
    path: `${ORGANISATION}/calendar`,
    summary: 'Opening hours in force',
    principals: STAFF,
    reply: coverage.calendarReply,
  },
  putCalendar: {
    method: 'PUT',
    path: `${ORGANISATION}/calendar`,
    summary: 'Set the opening hours',
    principals: STAFF,
    request: coverage.putCalendarRequest,
    reply: coverage.versionReply,
  },
  getRota: {
    method: 'GET',
    path: `${ORGANISATION}/rotas/:role`,
    summary: 'The rota in force of the people of a role',
    principals: STAFF,
    reply: coverage.rotaReply,
  },
  putRota: {
    method: 'PUT',
    path: `${ORGANISATION}/rotas/:role`,
    summary: 'Set the rota of the people of a role',
    principals: STAFF,
    request: coverage.putRotaRequest,
    reply: coverage.versionReply,
  },
  findDuty: {
    method: 'POST',
    path: `${ORGANISATION}/duty`,
    summary: 'Who is on duty, now or at an instant, by the plan as it stands',
    principals: STAFF,
    request: coverage.dutyRequest,
    reply: coverage.dutyReply,
  },
  listShifts: {
    method: 'GET',
    path: `${ORGANISATION}/shifts`,
    summary: 'Shifts of the next 14 days, and the gaps between them',
    principals: STAFF,
    reply: coverage.shiftsReply,
  },
  listCoverageChanges: {
    method: 'GET',
    path: `${ORGANISATION}/coverage-changes`,
    summary: 'Overrides, swaps and leave that are not over',
    principals: STAFF,
    reply: coverage.changesReply,
  },
  listCoverageActs: {
    method: 'GET',
    path: `${ORGANISATION}/coverage-acts`,
    summary: 'Who planned what, newest first',
    principals: STAFF,
    reply: coverage.coverageActsReply,
  },
  addOverride: {
    method: 'POST',
    path: `${ORGANISATION}/overrides`,
    summary: 'Put somebody, or nobody, on duty for some time',
    principals: STAFF,
    request: coverage.overrideRequest,
    reply: coverage.createdReply,
  },
  withdrawOverride: {
    method: 'DELETE',
    path: `${ORGANISATION}/overrides/:overrideId`,
    summary: 'Take an override back',
    principals: STAFF,
  },
  addLeave: {
    method: 'POST',
    path: `${ORGANISATION}/leave`,
    summary: 'Be away for some time, with or without a cover',
    principals: STAFF,
    request: coverage.leaveRequest,
    reply: coverage.createdReply,
  },
  withdrawLeave: {
    method: 'DELETE',
    path: `${ORGANISATION}/leave/:leaveId`,
    summary: 'Take leave back',
    principals: STAFF,
  },
  proposeSwap: {
    method: 'POST',
    path: `${ORGANISATION}/swaps`,
    summary: 'Ask a colleague to take over a time I am on duty',
    principals: ['device'],
    request: coverage.swapRequest,
    reply: coverage.createdReply,
  },
  settleSwap: {
    method: 'PUT',
    path: `${ORGANISATION}/swaps/:swapId`,
    summary: 'Accept or decline a swap as its taker, withdraw it as its giver',
    principals: ['device'],
    request: coverage.settleSwapRequest,
  },
  listReadiness: {
    method: 'GET',
    path: `${ORGANISATION}/readiness`,
    summary: 'Readiness checks of the last and the next days',
    principals: STAFF,
    reply: coverage.readinessReply,
  },
  listHandovers: {
    method: 'GET',
    path: '/me/handovers',
    summary: 'What was open when my shifts began',
    principals: ['device'],
    reply: coverage.handoversReply,
  },
  getAvailability: {
    method: 'GET',
    path: '/threads/:threadId/availability',
    summary: 'Whether somebody of each role will read this thread now, or from when',
    principals: ['device'],
    reply: coverage.availabilityReply,
  },
} as const satisfies Readonly<Record<string, Route>>;
