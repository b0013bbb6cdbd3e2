import type { CaseView, Lane } from '#client';
import type { Command } from 'commander';
import { personText, roleText, shortId } from '../people.js';
import { instantText } from '../instant.js';
import { laneText, rivalsIn } from '../places.js';
import type { Screen } from '../screen.js';
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
            ...lanesOf(view).flatMap(({ lane, isRival }) => [
              `  ${laneText(lane.lane).padEnd(10)} ${lane.timeline().length} entries, I am ${lane.myRole === undefined ? 'not in it any more' : roleText(lane.myRole)}${lane.closed ? ', closed' : ''}`,
              `             ${lane
                .roster()
                .map((row) => personText(row))
                .join(' · ')}`,
              ...healthLines(screen, lane.health()),
              ...(isRival ? [rivalLine(screen, lane)] : []),
            ]),
          ]),
        );
      });
    });
};

function lanesOf(view: CaseView): readonly { readonly lane: Lane; readonly isRival: boolean }[] {
  const rivals = rivalsIn(view);
  return view.lanes.map((lane) => ({ lane, isRival: rivals.includes(lane.threadId) }));
}

/** Who founded it, when and how far it goes: what people need to agree on which one is meant. */
function rivalLine(screen: Screen, lane: Lane): string {
  const timeline = lane.timeline();
  const [founding, last] = [timeline[0], timeline.at(-1)];
  const by = founding === undefined ? 'nobody known' : personText(founding.author);
  const at = founding === undefined ? '' : ` on ${instantText(founding.at.getTime())}`;
  const until = last === undefined ? '' : `, last entry ${instantText(last.at.getTime())}`;
  return screen.paint(
    'red',
    `             AMBIGUOUS: thread ${lane.threadId}, founded by ${by}${at}${until}; close or leave the wrong one.`,
  );
}
