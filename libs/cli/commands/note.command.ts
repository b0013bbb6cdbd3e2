import type { Command } from 'commander';
import { askOrRefuse } from '../prompts.js';
import { findCase, laneToWrite } from '../places.js';
import { addSendingFlags, sendOptionsOf, showSent, type SendingFlags } from '../sending.js';
import { asMember, type Register } from '../session.js';

interface Options extends SendingFlags {
  readonly lane?: string;
  readonly about?: string;
}

export const note: Register = (program, shell) => {
  const command = program
    .command('note <case> [text]')
    .description('Write a note; with --needs-answer-from it is a question')
    .option('--lane <lane>', 'care-team or clinicians')
    .option('--about <entry>', 'the entry it speaks of, as "gate" and "read --json" name it (entryRef)');
  addSendingFlags(command).action(
    async (query: string, text: string | undefined, options: Options, self: Command) => {
      await asMember(self, shell, async (context) => {
        const { member, screen, prompts } = context;
        const lane = laneToWrite(findCase(member, query), options.lane);
        const words = text ?? (await askOrRefuse(screen, 'The text', () => prompts.text('Note')));
        const about = options.about ?? null;
        const event = { event: 'note', schema: 1, about, text: words } as const;
        const sent = lane.post(event, sendOptionsOf(options, lane, context));
        showSent(context, await screen.progress('Sending', sent));
      });
    },
  );
};
