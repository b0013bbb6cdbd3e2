import type { Command } from 'commander';
import { eventTypeOf, readEvent } from '../event.input.js';
import { findCase, laneToWrite } from '../places.js';
import { addSendingFlags, sendOptionsOf, showSent, type SendingFlags } from '../sending.js';
import { asMember, type Register } from '../session.js';
import { eventLines } from '../timeline.text.js';

interface Options extends SendingFlags {
  readonly lane?: string;
  readonly from?: string;
}

export const post: Register = (program, shell) => {
  const command = program
    .command('post <case> <event>')
    .description('Sign and post a typed event; without --from a form asks for its fields')
    .option('--lane <lane>', 'care-team or clinicians')
    .option('--from <file>', 'the event as JSON; - for standard input');
  addSendingFlags(command).action(async (query: string, name: string, options: Options, self: Command) => {
    const type = eventTypeOf(name);
    await asMember(self, shell, async (context) => {
      const { member, screen, prompts } = context;
      const lane = laneToWrite(findCase(member, query), options.lane);
      const flags = sendOptionsOf({ ...options, event: type }, lane, context);
      const event = await readEvent(type, options, context);
      if (options.from === undefined) {
        screen.hint(eventLines(event).join('\n'));
        if (!(await prompts.yesNo('Sign and post this?', false))) return;
      }
      showSent(context, await screen.progress('Sending', lane.post(event, flags)), 'Signed and posted');
    });
  });
};
