import { Buffer } from 'node:buffer';
import type { Attestation, CaseView, KnownPerson, Lane, Obligation, Sent, TimelineEntry } from '#client';
import { rivalsIn } from './places.js';

/** The shapes `--json` prints. Names and meanings stay; instants are ISO 8601 in UTC; a later version may add keys. */

export function sentShape(sent: Sent): object {
  return {
    ...pick(sent, ['threadId', 'seq', 'entryHash', 'opened']),
    entryRef: entryRefOf(sent.entryHash),
    ...(sent.flag === undefined ? {} : { flag: sentShape(sent.flag) }),
  };
}

/** How clinical events name another entry: its hash in base64url. */
function entryRefOf(entryHash: string): string {
  return Buffer.from(entryHash, 'hex').toString('base64url');
}

export function personShape(person: KnownPerson): object {
  return pick(person, [
    'userId',
    'displayName',
    'role',
    'state',
    'me',
    'organisationId',
    'organisationName',
    'genesisHash',
    'validTo',
  ]);
}

export function caseShape(view: CaseView): object {
  const rivals = rivalsIn(view);
  return {
    caseId: view.caseId,
    client: view.client ?? null,
    lanes: view.lanes.map((lane) => laneShape(lane, rivals)),
  };
}

function laneShape(lane: Lane, rivals: readonly string[]): object {
  return {
    ...pick(lane, ['lane', 'threadId', 'closed', 'myRole']),
    ambiguous: rivals.includes(lane.threadId),
    health: lane.health(),
    entries: lane.timeline().length,
    headCode: lane.headCode(),
    roster: lane
      .roster()
      .map((row) =>
        pick(row, ['userId', 'displayName', 'role', 'organisationId', 'expiresAt', 'left', 'me']),
      ),
  };
}

export function entryShape(entry: TimelineEntry): object {
  return {
    ...pick(entry, [
      'caseId',
      'threadId',
      'lane',
      'seq',
      'entryHash',
      'at',
      'author',
      'urgency',
      'shown',
      'ops',
    ]),
    entryRef: entryRefOf(entry.entryHash),
  };
}

export function obligationShape(due: Obligation): object {
  return {
    ...pick(due, [
      'ref',
      'caseId',
      'lane',
      'urgency',
      'state',
      'opener',
      'responder',
      'responderRole',
      'owner',
      'handOverTo',
      'openedAt',
      'dueAt',
      'waitingUntil',
      'overdue',
      'nobodyAccountable',
      'answeredInvalidly',
    ]),
    question: due.question === undefined ? null : entryShape(due.question),
  };
}

export function attestationShape(attestation: Attestation): object {
  return pick(attestation, ['attestHash', 'role', 'state', 'userId', 'genesisHash', 'validTo', 'claimBy']);
}

/** Exactly these keys; what is undefined becomes null, so that a key is never missing. */
function pick<T extends object>(from: T, keys: readonly (keyof T & string)[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, from[key] ?? null]));
}
