import type { ObligationStanding } from '#client';
import { OP, nameOf } from '#protocol';
import { instantText } from './instant.js';
import type { Who } from './timeline.text.js';

/** How far it has escalated, whether it arrived, and who will be there when nobody is now. */
export function standingText(standing: ObligationStanding | undefined): string {
  if (standing === undefined) return '';
  const { level, levels, delivered, seen, nextStepAt, nextOnDutyAt } = standing;
  return [
    level === 0 ? '' : `level ${level} of ${levels}`,
    seen ? 'seen' : delivered ? 'delivered' : 'not delivered',
    nextStepAt === null ? '' : `next step ${instantText(nextStepAt.getTime())}`,
    nextOnDutyAt === null ? '' : `nobody on duty until ${instantText(nextOnDutyAt.getTime())}`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}

export function historyLines(standing: ObligationStanding | undefined, who: Who): string[] {
  return (standing?.history ?? []).map(
    (item) => `      ${instantText(item.at.getTime())} ${whatHappened(item, who)}`,
  );
}

function whatHappened(item: ObligationStanding['history'][number], who: Who): string {
  const told = (item.told ?? []).map(({ as, id }) =>
    as === 'administrators' || id === undefined ? as : `${as} ${who(id)}`,
  );
  switch (item.kind) {
    case 'op': {
      const op = nameOf(OP, item.op ?? 0)?.replaceAll('_', ' ') ?? 'changed';
      return `${op}${item.actorId === undefined ? '' : ` by ${who(item.actorId)}`}`;
    }
    case 'step':
      return `level ${item.level ?? 0}: told ${told.join(', ') || 'nobody who did not know'}`;
    case 'step_empty':
      return `level ${item.level ?? 0}: nobody stands behind this step`;
    case 'nobody_on_duty':
      return item.nextOnDutyAt === undefined
        ? 'nobody on duty'
        : `nobody on duty until ${instantText(item.nextOnDutyAt.getTime())}`;
    case 'unattended':
      return 'nobody accountable was left';
    case 'undelivered':
      return 'somebody could not be told';
    case 'wait_over':
      return 'the wait was over';
  }
}
