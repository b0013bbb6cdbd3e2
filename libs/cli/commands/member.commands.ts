import type { Command } from 'commander';
import { CLOSE_REASON, LEAVE_REASON } from '#protocol';
import type { CaseView, Lane, Sent } from '#client';
import { UsageError } from '../failure.js';
import { findPerson } from '../people.js';
import { findCase, laneName, laneOfThread, laneText } from '../places.js';
import { asMember, type MemberContext, type Register } from '../session.js';
import { sentShape } from '../shapes.js';

interface Options {
  readonly lane?: string;
  readonly thread?: string;
}

const LANE_FLAG = [
  '--lane <lane>',
  'only care-team or only clinicians (default: every lane that fits)',
] as const;
const THREAD_FLAG = ['--thread <id>', 'only this thread, where two claim to be one lane'] as const;

export const addMember: Register = (program, shell) => {
  program
    .command('add-member <case> <person>')
    .description('Let somebody read and write from now on; a client never gets into the clinicians lane')
    .option(...LANE_FLAG)
    .action(async (query: string, who: string, options: Options, command: Command) => {
      await asMember(command, shell, async (context) => {
        const { member } = context;
        const view = findCase(member, query);
        const person = findPerson(
          who,
          member.people().filter((one) => one.state === 'live'),
        );
        const lanes = lanesOf(view, options).filter(
          (lane) => options.lane !== undefined || !(lane.lane === 'clinicians' && person.role === 'client'),
        );
        await inEach(context, lanes, (lane) => lane.addMember({ userId: person.userId, role: person.role }));
      });
    });
};

export const removeMember: Register = (program, shell) => {
  program
    .command('remove-member <case> <person>')
    .description('Nothing sealed from now on can be opened by them')
    .option(...LANE_FLAG)
    .action(async (query: string, who: string, options: Options, command: Command) => {
      await asMember(command, shell, async (context) => {
        const view = findCase(context.member, query);
        const person = findPerson(
          who,
          view.lanes.flatMap((lane) => lane.roster()),
        );
        const lanes = lanesOf(view, options).filter(
          (lane) => options.lane !== undefined || lane.roster().some((row) => row.userId === person.userId),
        );
        await inEach(context, lanes, (lane) => lane.removeMember(person.userId));
      });
    });
};

export const leave: Register = (program, shell) => {
  program
    .command('leave <case>')
    .description('Leave it for good')
    .option(...LANE_FLAG)
    .option(...THREAD_FLAG)
    .option('--reason <reason>', Object.keys(LEAVE_REASON).join(', '), 'unspecified')
    .action(async (query: string, options: Options & { readonly reason: string }, command: Command) => {
      const reason = oneOf(options.reason, LEAVE_REASON);
      await asMember(command, shell, async (context) => {
        await inEach(context, lanesOf(findCase(context.member, query), options), (lane) =>
          lane.leave(reason),
        );
      });
    });
};

export const closeCase: Register = (program, shell) => {
  program
    .command('close-case <case>')
    .description('Nothing more is written; no answer may be open')
    .option(...LANE_FLAG)
    .option(...THREAD_FLAG)
    .option('--reason <reason>', Object.keys(CLOSE_REASON).join(', '), 'unspecified')
    .action(async (query: string, options: Options & { readonly reason: string }, command: Command) => {
      const reason = oneOf(options.reason, CLOSE_REASON);
      await asMember(command, shell, async (context) => {
        await inEach(context, lanesOf(findCase(context.member, query), options), (lane) =>
          lane.close(reason),
        );
      });
    });
};

function lanesOf(view: CaseView, { lane, thread }: Options): readonly Lane[] {
  if (thread !== undefined) return [laneOfThread(view, thread)];
  return lane === undefined ? view.lanes.filter((one) => !one.closed) : [view.lane(laneName(lane))];
}

async function inEach(
  { screen }: MemberContext,
  lanes: readonly Lane[],
  act: (lane: Lane) => Promise<Sent>,
): Promise<void> {
  if (lanes.length === 0) throw new UsageError('No lane here fits.');
  const done: { readonly lane: Lane['lane']; readonly sent: Sent }[] = [];
  for (const lane of lanes) done.push({ lane: lane.lane, sent: await screen.progress('Sending', act(lane)) });
  screen.show({ lanes: done.map(({ lane, sent }) => ({ lane, ...sentShape(sent) })) }, () =>
    done.map(({ lane, sent }) => `${laneText(lane)}: entry ${sent.seq}.`),
  );
}

function oneOf<Table extends Readonly<Record<string, number>>>(
  text: string,
  table: Table,
): keyof Table & string {
  const name = text.replaceAll('-', '_');
  if (Object.hasOwn(table, name)) return name;
  throw new UsageError(`"${text}" is no reason: ${Object.keys(table).join(', ')}.`);
}
