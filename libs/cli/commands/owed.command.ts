import type { Command } from 'commander';
import type { Obligation } from '#client';
import { personText } from '../people.js';
import { table, type Screen } from '../screen.js';
import { asMember, type Member, type Register } from '../session.js';
import { obligationShape } from '../shapes.js';
import { obligationRow } from '../timeline.text.js';

export const owed: Register = (program, shell) => {
  program
    .command('owed')
    .description('What I owe and what I am owed, by due time')
    .action(async (_options: object, command: Command) => {
      await asMember(command, shell, ({ member, screen }) => {
        const owe = member.owes();
        const waiting = member.owed();
        screen.show({ owe: owe.map(obligationShape), owed: waiting.map(obligationShape) }, () => [
          ...section(
            screen,
            'You owe',
            owe.map((due) => obligationRow(screen, due, `to ${nameOf(member, due, due.opener)}`)),
          ),
          ...section(
            screen,
            'You are owed',
            waiting.map((due) =>
              obligationRow(screen, due, `by ${nameOf(member, due, due.owner ?? due.responder)}`),
            ),
          ),
        ]);
      });
    });
};

function section(screen: Screen, title: string, rows: readonly (readonly string[])[]): string[] {
  return [
    screen.paint('bold', title),
    ...(rows.length === 0 ? ['  nothing'] : table(rows).map((row) => `  ${row}`)),
  ];
}

function nameOf(member: Member, due: Obligation, userId: string): string {
  const roster = member.case(due.caseId).lane(due.lane).roster();
  return personText(roster.find((row) => row.userId === userId) ?? { userId, displayName: undefined });
}
