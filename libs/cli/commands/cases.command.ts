import type { Command } from 'commander';
import { personText, roleText, shortId } from '../people.js';
import { laneText } from '../places.js';
import { asMember, type Register } from '../session.js';
import { caseShape } from '../shapes.js';
import { healthLines } from '../timeline.text.js';

export const cases: Register = (program, shell) => {
  program
    .command('cases')
    .description('The cases I am in')
    .action(async (_options: object, command: Command) => {
      await asMember(command, shell, ({ member, screen }) => {
        const mine = member.cases();
        screen.show({ cases: mine.map(caseShape) }, () =>
          mine.flatMap((view) => [
            `${screen.paint('bold', shortId(view.caseId))}  ${view.caseId}`,
            ...view.lanes.flatMap((lane) => [
              `  ${laneText(lane.lane).padEnd(10)} ${lane.timeline().length} entries, I am ${lane.myRole === undefined ? 'not in it any more' : roleText(lane.myRole)}${lane.closed ? ', closed' : ''}`,
              `             ${lane
                .roster()
                .map((row) => personText(row))
                .join(' · ')}`,
              ...healthLines(screen, lane.health()),
            ]),
          ]),
        );
      });
    });
};
