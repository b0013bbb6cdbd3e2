import type { LaddersReply } from '#protocol';
import type { Connection } from './connection.js';
import { dated } from './dated.js';
import type {
  AdministratorLadders,
  LadderBook,
  LadderVersionView,
  MemberLadders,
  ObligationStanding,
} from './ladder.contract.js';

export function memberLadders(connection: Connection, organisationId: string): MemberLadders {
  return {
    ...ladderBook(connection, organisationId),
    async approve(urgency, version) {
      await connection.call('approveLadder', { params: { organisationId }, body: { urgency, version } });
    },
  };
}

export function administratorLadders(connection: Connection, organisationId: string): AdministratorLadders {
  return {
    ...ladderBook(connection, organisationId),
    write(urgency, ladder) {
      return connection.call('putLadder', { params: { organisationId }, body: { urgency, ladder } });
    },
  };
}

function ladderBook(connection: Connection, organisationId: string): LadderBook {
  const params = { organisationId };
  return {
    async list() {
      const { ladders } = await connection.call('listLadders', { params });
      return ladders.map(({ urgency, inForce, proposed }) => ({
        urgency,
        inForce: versionOf(inForce),
        proposed: proposed === null ? null : versionOf(proposed),
      }));
    },
    async overdue() {
      return dated((await connection.call('listOverdue', { params })).overdue);
    },
  };
}

type VersionOnWire = LaddersReply['ladders'][number]['inForce'];

function versionOf({ approvedAtMs, ...version }: VersionOnWire): LadderVersionView {
  return { ...version, approvedAt: approvedAtMs === null ? null : new Date(approvedAtMs) };
}

export async function listStandings(
  connection: Connection,
  threadId: string,
): Promise<readonly ObligationStanding[]> {
  return dated((await connection.call('listThreadObligations', { params: { threadId } })).obligations);
}

/** Told to the service alone, for the counterpart's peace of mind; nothing is signed and nobody acknowledged by it. */
export async function noteSeen(connection: Connection, threadId: string, seenSeq: number): Promise<void> {
  await connection.call('putReceipt', { params: { threadId }, body: { seenSeq } });
}
