import type { z } from 'zod';
import * as api from './api.schemas.js';
import type { Principal } from './api.schemas.js';
import { CONTACT_ROUTES } from './contact.routes.js';
import { COVERAGE_ROUTES } from './coverage.routes.js';
import { LADDER_ROUTES } from './ladder.routes.js';

/** One REST call: the server serves it, the SDK calls it, the API page prints it, all from this table. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Under PREFIX; `:…Id` are 16-byte ids in hex, `:role` a role's name. */
  readonly path: string;
  readonly summary: string;
  /** Which principals may call it; empty: no token needed. */
  readonly principals: readonly Principal['kind'][];
  readonly request?: z.ZodType;
  readonly reply?: z.ZodType;
}

export const PREFIX = '/v1';
/** Header that carries the founding token of the installation. */
export const FOUNDING_HEADER = 'x-founding-token';

export const ROUTES = {
  createChallenge: {
    method: 'POST',
    path: '/auth/challenges',
    summary: 'Ask for a single-use challenge to sign in with a key',
    principals: [],
    request: api.challengeRequest,
    reply: api.challengeReply,
  },
  createSession: {
    method: 'POST',
    path: '/auth/sessions',
    summary: 'Sign in: the signed challenge for tokens',
    principals: [],
    request: api.sessionRequest,
    reply: api.sessionReply,
  },
  refreshSession: {
    method: 'POST',
    path: '/auth/refreshes',
    summary: 'Exchange the refresh token, once, for new tokens',
    principals: [],
    request: api.refreshRequest,
    reply: api.sessionReply,
  },
  endSession: {
    method: 'DELETE',
    path: '/auth/sessions',
    summary: 'Sign out',
    principals: ['device', 'admin', 'invite'],
  },
  foundOrganisation: {
    method: 'POST',
    path: '/organisations',
    summary: 'Found an organisation (needs the founding token)',
    principals: [],
    request: api.foundOrganisationRequest,
    reply: api.foundReply,
  },
  getOrganisationGenesis: {
    method: 'GET',
    path: '/organisations/:organisationId/genesis',
    summary: 'The first entry of an organisation, for whoever holds an invitation to it',
    principals: [],
    reply: api.genesisReply,
  },
  introduceOrganisation: {
    method: 'PUT',
    path: '/organisations/:organisationId/introductions/:guestId',
    summary: 'Let the members of a guest organisation read this organisation’s chain',
    principals: ['admin'],
  },
  enrol: {
    method: 'POST',
    path: '/enrolments',
    summary: 'Claim an invitation with a new identity',
    principals: ['invite'],
    request: api.enrolRequest,
    reply: api.foundReply,
  },
  foundThread: {
    method: 'POST',
    path: '/threads',
    summary: 'Found a thread with its first roster',
    principals: ['device'],
    request: api.foundThreadRequest,
    reply: api.foundReply,
  },
  appendEntry: {
    method: 'POST',
    path: '/entries',
    summary: 'Append one signed entry to a chain',
    principals: ['device', 'admin'],
    request: api.appendRequest,
    reply: api.appendReply,
  },
  sync: {
    method: 'POST',
    path: '/sync',
    summary: 'Entries after the given cursors',
    principals: ['device', 'admin', 'invite'],
    request: api.syncRequest,
    reply: api.syncReply,
  },
  heads: {
    method: 'POST',
    path: '/heads',
    summary: 'Current heads of chains',
    principals: ['device', 'admin', 'invite'],
    request: api.headsRequest,
    reply: api.headsReply,
  },
  getMe: {
    method: 'GET',
    path: '/me',
    summary: 'Who I am here and which chains concern me',
    principals: ['device', 'admin', 'invite'],
    reply: api.meReply,
  },
  ...CONTACT_ROUTES,
  ...COVERAGE_ROUTES,
  ...LADDER_ROUTES,
} as const satisfies Readonly<Record<string, Route>>;

export type RouteName = keyof typeof ROUTES;
