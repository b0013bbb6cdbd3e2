import type { Command } from 'commander';
import { ClientProblem, type CaseView, type Lane } from '#client';
import { Problem } from '#protocol';
import { UsageError } from '../failure.js';
import { availabilityOf } from './availability.command.js';
import { findCase, laneName } from '../places.js';
import { asMember, type Member, type Register } from '../session.js';
import { entryShape } from '../shapes.js';
import { entryLines, laneHeading, whoIn } from '../timeline.text.js';

interface Options {
  readonly lane?: string;
  readonly last?: number;
}

export const read: Register = (program, shell) => {
  program
    .command('read [case]')
    .description('Read a case; entries that do not count or cannot be read are shown as such')
    .option('--lane <lane>', 'care-team or clinicians (default: every lane I am in)')
    .option('--last <n>', 'only the last n entries', wholeNumber)
    .action(async (query: string | undefined, options: Options, command: Command) => {
      await asMember(command, shell, async ({ member, screen, offline }) => {
        const view = findCase(member, query);
        const lanes = options.lane === undefined ? view.lanes : [view.lane(laneName(options.lane))];
        const entries = entriesOf(view, options).slice(-(options.last ?? 0));
        const who = whoIn([view]);
        const isClient = view.client === member.userId;
        const reading = isClient && !offline ? await availabilityOf(member, view) : [];
        screen.show({ caseId: view.caseId, entries: entries.map(entryShape) }, () => [
          ...lanes.flatMap((lane) => laneHeading(screen, lane)),
          ...reading.flatMap(({ lines }) => lines.map((line) => `   ${line}`)),
          '',
          ...entries.flatMap((entry) => entryLines(screen, entry, who)),
        ]);
        if (!offline) await noteShown(member, lanes);
      });
    });
};

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/u.test(text)) return Number(text);
  throw new UsageError(`"${text}" is no number of entries.`);
}

function entriesOf(view: CaseView, { lane }: Options): ReturnType<CaseView['timeline']> {
  return lane === undefined ? view.timeline() : view.lane(laneName(lane)).timeline();
}

/** The others may know that I was shown this. Reading never fails for it: I may have been taken out meanwhile. */
async function noteShown(member: Member, lanes: readonly Lane[]): Promise<void> {
  for (const lane of lanes.filter(({ myRole }) => myRole !== undefined)) {
    const seq = lane.timeline().at(-1)?.seq;
    if (seq === undefined) continue;
    try {
      await member.noteSeen(lane.threadId, seq);
    } catch (error) {
      if (!(error instanceof Problem || error instanceof ClientProblem)) throw error;
    }
  }
}
