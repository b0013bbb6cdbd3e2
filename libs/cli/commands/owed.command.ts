import type { Command } from 'commander';
import type { Obligation, ObligationStanding } from '#client';
import { Problem } from '#protocol';
import { personText } from '../people.js';
import { table, type Screen } from '../screen.js';
import { asMember, type Member, type Register } from '../session.js';
import { obligationShape } from '../shapes.js';
import { historyLines, standingText } from '../standing.text.js';
import { obligationRow, whoIn } from '../timeline.text.js';

/** What the service says of one obligation; undefined when it was not asked. */
type StandingOf = (due: Obligation) => ObligationStanding | undefined;

export const owed: Register = (program, shell) => {
  program
    .command('owed')
    .description('What I owe and what I am owed, by due time, and how far each has escalated')
    .option('--history', 'who was told of each, and when')
    .action(async (options: { readonly history?: true }, command: Command) => {
      await asMember(command, shell, async ({ member, screen, offline }) => {
        const owe = member.owes();
        const waiting = member.owed();
        const standingOf = offline ? () => undefined : await findStandings(member, [...owe, ...waiting]);
        const shape = (due: Obligation) => ({ ...obligationShape(due), standing: standingOf(due) ?? null });
        const show = { member, screen, standingOf, history: options.history === true };
        screen.show({ owe: owe.map(shape), owed: waiting.map(shape) }, () => [
          ...section(show, 'You owe', owe, (due) => `to ${nameOf(member, due, due.opener)}`),
          ...section(
            show,
            'You are owed',
            waiting,
            (due) => `by ${nameOf(member, due, due.owner ?? due.responder)}`,
          ),
        ]);
      });
    });
};

/** One question per thread. */
async function findStandings(member: Member, dues: readonly Obligation[]): Promise<StandingOf> {
  const known = new Map<string, ObligationStanding>();
  for (const threadId of new Set(dues.map((due) => due.threadId))) {
    const standings = await standingsIn(member, threadId);
    for (const standing of standings) known.set(`${threadId}/${standing.id}`, standing);
  }
  return ({ ref }) => known.get(ref);
}

/** None where I have been taken out: what I owe and am owed there still stands in what I hold. */
async function standingsIn(member: Member, threadId: string): Promise<readonly ObligationStanding[]> {
  try {
    return await member.standings(threadId);
  } catch (error) {
    if (error instanceof Problem && error.code === 'chain.not_found') return [];
    throw error;
  }
}

interface Shown {
  readonly member: Member;
  readonly screen: Screen;
  readonly standingOf: StandingOf;
  readonly history: boolean;
}

function section(
  { member, screen, standingOf, history }: Shown,
  title: string,
  dues: readonly Obligation[],
  whom: (due: Obligation) => string,
): string[] {
  const rows = table(
    dues.map((due) => [...obligationRow(screen, due, whom(due)), standingText(standingOf(due))]),
  );
  const who = whoIn(member.cases());
  return [
    screen.paint('bold', title),
    ...(rows.length === 0 ? ['  nothing'] : []),
    ...rows.flatMap((row, index) => {
      const due = dues[index];
      const standing = due && standingOf(due);
      return [`  ${row}`, ...(history ? historyLines(standing, who) : [])];
    }),
  ];
}

function nameOf(member: Member, due: Obligation, userId: string): string {
  const roster = member.case(due.caseId).lane(due.lane).roster();
  return personText(roster.find((row) => row.userId === userId) ?? { userId, displayName: undefined });
}
