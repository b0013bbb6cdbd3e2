import type { Command } from 'commander';
import { availabilityLine, type CaseView, type RoleAvailability, type ThreadAvailability } from '#client';
import { Problem } from '#protocol';
import { findCase, laneText } from '../places.js';
import { asMember, type Member, type Register } from '../session.js';

export const availability: Register = (program, shell) => {
  program
    .command('availability [case]')
    .description('Whether somebody will read what I write now, or from when')
    .action(async (query: string | undefined, _options: object, command: Command) => {
      await asMember(command, shell, async ({ member, screen }) => {
        const view = findCase(member, query);
        const lanes = await availabilityOf(member, view);
        screen.show(
          { caseId: view.caseId, lanes: lanes.map(({ lane, at, roles }) => ({ lane, at, roles })) },
          () =>
            lanes.flatMap(({ lane, lines }) => [`${laneText(lane)}:`, ...lines.map((line) => `  ${line}`)]),
        );
      });
    });
};

const NOT_SAID = 'The service does not say whether somebody will read this.';

/** A lane the service serves to me no longer stays readable here; then nothing is known. */
async function asked(member: Member, threadId: string): Promise<ThreadAvailability> {
  try {
    return await member.availability(threadId);
  } catch (error) {
    if (error instanceof Problem) return { at: new Date(), roles: [] };
    throw error;
  }
}

interface LaneAvailability {
  readonly lane: CaseView['lanes'][number]['lane'];
  readonly at: Date;
  readonly roles: readonly RoleAvailability[];
  readonly lines: readonly string[];
}

/** Of every lane I am in: what the service says of its roles, and the honest line about each. */
export async function availabilityOf(member: Member, view: CaseView): Promise<LaneAvailability[]> {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const mine = view.lanes.filter(({ myRole, closed }) => myRole !== undefined && !closed);
  return Promise.all(
    mine.map(async ({ lane, threadId }) => {
      const { at, roles } = await asked(member, threadId);
      const lines = roles.map((role) => availabilityLine(role, { language: 'en', at, timeZone }));
      return { lane, at, roles, lines: lines.length === 0 ? [NOT_SAID] : lines };
    }),
  );
}
