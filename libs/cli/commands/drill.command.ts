import type { Command } from 'commander';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeliveryView, DrillView } from '#client';
import { deliveryShape, outcomeText } from '../delivery.text.js';
import { DrillFailure } from '../failure.js';
import { spanMs } from '../instant.js';
import type { Screen } from '../screen.js';
import { asMember, type Member, type Register } from '../session.js';

const LOOK_EVERY_MS = 300;

export const drill: Register = (program, shell) => {
  program
    .command('drill')
    .description('Sends me a test page by every way I have, and shows what becomes of each')
    .option('--for <time>', 'stop looking after this time', '60s')
    .action(async (options: { readonly for: string }, command: Command) => {
      await asMember(command, shell, async ({ member, screen }) => {
        const untilMs = Date.now() + spanMs(options.for);
        const drillId = await member.startDrill();
        const { done, deliveries } = await watch({ member, screen, drillId, untilMs });
        const reached = deliveries.some(({ state }) => state === 'sent');
        screen.show({ drillId, done, reached, deliveries: deliveries.map(deliveryShape) }, () => [
          reached ? 'You can be reached.' : 'No way worked.',
        ]);
        if (!reached) throw new DrillFailure();
      });
    });
};

interface Watch {
  readonly member: Member;
  readonly screen: Screen;
  readonly drillId: string;
  readonly untilMs: number;
}

/** Every change once, as it comes. */
async function watch({ member, screen, drillId, untilMs }: Watch): Promise<DrillView> {
  const shown = new Map<string, string>();
  for (;;) {
    const view = await member.drill(drillId);
    for (const delivery of view.deliveries) {
      const line = lineOf(delivery);
      if (shown.get(delivery.id) !== line) screen.hint(line);
      shown.set(delivery.id, line);
    }
    if (view.done || Date.now() > untilMs) return view;
    await sleep(LOOK_EVERY_MS);
  }
}

function lineOf(delivery: DeliveryView): string {
  const { channel, state, attempts } = delivery;
  const way = channel === 'none' ? 'no way is set' : channel;
  const tries = attempts > 1 ? `attempt ${attempts}` : '';
  const outcome = outcomeText(delivery);
  // "sent 12:00" says that it was sent.
  const became = outcome.startsWith(state) ? '' : state.replaceAll('_', ' ');
  return [way, became, tries, outcome].filter((part) => part !== '').join('  ');
}
