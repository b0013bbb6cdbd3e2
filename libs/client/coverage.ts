import type { BusinessCalendar, Rota } from '#calendar';
import type { Connection } from './connection.js';
import type { CoverageBook, HandoverNotes, MemberCoverage, ThreadAvailability } from './coverage.contract.js';
import { dated } from './dated.js';

/** @param organisationId hex */
export function coverageBook(connection: Connection, organisationId: string): CoverageBook {
  const params = { organisationId };
  return {
    async calendar() {
      const { version, calendar } = await connection.call('getCalendar', { params });
      return { version, calendar: calendar as BusinessCalendar | null };
    },
    async setCalendar(calendar, { replaces }) {
      return (await connection.call('putCalendar', { params, body: { replaces, calendar } })).version;
    },
    async rota(role) {
      const { version, rota } = await connection.call('getRota', { params: { ...params, role } });
      return { version, rota: rota as Rota | null };
    },
    async setRota(role, rota, { replaces }) {
      const body = { replaces, rota };
      return (await connection.call('putRota', { params: { ...params, role }, body })).version;
    },
    async onDuty(role, at) {
      const body = { role, ...(at === undefined ? {} : { atMs: at.getTime() }) };
      return dated(await connection.call('findDuty', { params, body }));
    },
    async shifts() {
      return dated(await connection.call('listShifts', { params }));
    },
    async changes() {
      return dated(await connection.call('listCoverageChanges', { params }));
    },
    async acts() {
      return dated(await connection.call('listCoverageActs', { params })).acts;
    },
    async readiness() {
      return dated(await connection.call('listReadiness', { params })).checks;
    },
    async override({ role, slot, person, ...stretch }) {
      const body = { role, slot, personId: person, ...inMs(stretch) };
      return (await connection.call('addOverride', { params, body })).id;
    },
    async withdrawOverride(overrideId) {
      await connection.call('withdrawOverride', { params: { ...params, overrideId } });
    },
    async leave({ person, cover, ...stretch }) {
      const whose = person === undefined ? {} : { personId: person };
      const body = { ...whose, coverId: cover, ...inMs(stretch) };
      return (await connection.call('addLeave', { params, body })).id;
    },
    async withdrawLeave(leaveId) {
      await connection.call('withdrawLeave', { params: { ...params, leaveId } });
    },
  };
}

export function memberCoverage(connection: Connection, organisationId: string): MemberCoverage {
  const params = { organisationId };
  return {
    ...coverageBook(connection, organisationId),
    async proposeSwap({ role, slot, taker, ...stretch }) {
      const body = { role, slot, takerId: taker, ...inMs(stretch) };
      return (await connection.call('proposeSwap', { params, body })).id;
    },
    async settleSwap(swapId, state) {
      await connection.call('settleSwap', { params: { ...params, swapId }, body: { state } });
    },
  };
}

export async function listHandovers(connection: Connection): Promise<HandoverNotes> {
  return dated(await connection.call('listHandovers')).notes;
}

export async function availabilityOf(connection: Connection, threadId: string): Promise<ThreadAvailability> {
  return dated(await connection.call('getAvailability', { params: { threadId } }));
}

function inMs({ from, to }: { readonly from: Date; readonly to: Date }): { fromMs: number; toMs: number } {
  return { fromMs: from.getTime(), toMs: to.getTime() };
}
