import type { Command } from 'commander';
import type { MemberEvent } from '#client';
import { spanMs } from '../instant.js';
import { shortId } from '../people.js';
import { shortRef } from '../places.js';
import type { Screen } from '../screen.js';
import { asMember, type Register } from '../session.js';
import { entryShape, obligationShape } from '../shapes.js';
import { entryLines, healthLines, whoIn, type Who } from '../timeline.text.js';

export const follow: Register = (program, shell) => {
  program
    .command('follow')
    .description('Everything new, live, until Ctrl-C; with --json one event a line')
    .option('--for <time>', 'end by itself after this time, such as 30s')
    .action(async (options: { readonly for?: string }, command: Command) => {
      await asMember(command, shell, async ({ member, screen }) => {
        const stop = new AbortController();
        const onSignal = (): void => {
          stop.abort();
        };
        process.once('SIGINT', onSignal);
        const timer = options.for === undefined ? undefined : setTimeout(onSignal, spanMs(options.for));
        try {
          const events = member.follow({ signal: stop.signal });
          await member.connect();
          screen.hint('Following. Ctrl-C ends it.');
          for await (const event of events)
            screen.show(eventShape(event), () => eventText(screen, event, whoIn(member.cases())));
        } finally {
          clearTimeout(timer);
          process.off('SIGINT', onSignal);
        }
      });
    });
};

function eventShape(event: MemberEvent): object {
  if (event.kind === 'entry') return { kind: event.kind, entry: entryShape(event.entry) };
  if (event.kind === 'obligation') return { kind: event.kind, obligation: obligationShape(event.obligation) };
  return event;
}

function eventText(screen: Screen, event: MemberEvent, who: Who): string[] {
  switch (event.kind) {
    case 'entry':
      return entryLines(screen, event.entry, who);
    case 'obligation':
      return [screen.paint('yellow', `${shortRef(event.obligation.ref)} is ${event.obligation.state}`)];
    case 'health':
      return healthLines(screen, event.health);
    case 'fork_alarm':
      return [
        screen.paint(
          'red',
          `FORK in chain ${shortId(event.chainId)} at entry ${event.seq}: compare head codes with the others by another way.`,
        ),
      ];
    case 'notice':
      return [screen.paint('yellow', [event.notice.text, event.notice.urgency].filter(Boolean).join(' '))];
    case 'connection':
      return [screen.paint('dim', event.state)];
  }
}
