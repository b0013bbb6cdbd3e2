import type { ActOptions, Obligation, Sent } from '#client';
import type { Command } from 'commander';
import { eventTypeOf, readEvent } from '../event.input.js';
import { comingMs } from '../instant.js';
import { findPerson } from '../people.js';
import { findObligation } from '../places.js';
import { askOrRefuse } from '../prompts.js';
import { addSendingFlags, laneOf, sendOptionsOf, showSent, type SendingFlags } from '../sending.js';
import { asMember, type MemberContext, type Register } from '../session.js';
import type { Shell } from '../screen.js';

interface Flags extends SendingFlags {
  readonly note?: string;
}

type Act<F extends Flags> = (
  due: Obligation,
  options: ActOptions,
  context: MemberContext & { readonly flags: F },
) => Promise<Sent>;

/** One act on an obligation: find it, read the flags, act, show what was written. */
function acting<F extends Flags>(command: Command, shell: Shell, act: Act<F>): void {
  addSendingFlags(command)
    .option('--note <text>', 'words that go with it')
    .action(async (ref: string, flags: F, self: Command) => {
      await asMember(self, shell, async (context) => {
        const due = findObligation(context.member, ref);
        const options = {
          ...sendOptionsOf(flags, laneOf(due, context.member), context),
          ...(flags.note === undefined ? {} : { note: flags.note }),
        };
        const sent = act(due, options, { ...context, flags });
        showSent(context, await context.screen.progress('Sending', sent));
      });
    });
}

export const acknowledge: Register = (program, shell) => {
  const command = program
    .command('ack <obligation>')
    .description('Take it on: I have seen it and am accountable. The clock of the answer runs on')
    .option('--owner <person>', 'somebody else of the same role is accountable');
  acting<Flags & { owner?: string }>(command, shell, (due, options, { member, flags }) =>
    member.acknowledge(due.ref, {
      ...options,
      ...(flags.owner === undefined ? {} : { owner: personIn(due, flags.owner, member) }),
    }),
  );
};

export const answer: Register = (program, shell) => {
  const command = program
    .command('answer <obligation> [event]')
    .description('Answer, with --note or with a typed event')
    .option('--from <file>', 'the event as JSON; - for standard input');
  addSendingFlags(command)
    .option('--note <text>', 'the answer in words')
    .action(
      async (ref: string, name: string | undefined, flags: Flags & { from?: string }, self: Command) => {
        await asMember(self, shell, async (context) => {
          const { member, screen, prompts } = context;
          const due = findObligation(member, ref);
          const options = sendOptionsOf(flags, laneOf(due, member), context);
          const content =
            name === undefined
              ? {
                  note:
                    flags.note ??
                    (await askOrRefuse(screen, '--note or an event', () => prompts.text('Answer'))),
                }
              : { event: await readEvent(eventTypeOf(name), flags, context) };
          showSent(
            context,
            await screen.progress('Sending', member.answer(due.ref, { ...options, ...content })),
            'Answered',
          );
        });
      },
    );
};

export const wait: Register = (program, shell) => {
  const command = program
    .command('wait <obligation>')
    .description('Say what it waits for (--note) and until when; the due time stays')
    .requiredOption('--until <time>', 'such as 2d or 2026-12-01T09:00');
  acting<Flags & { until: string }>(command, shell, (due, options, { member, flags }) =>
    member.wait(due.ref, { ...options, until: new Date(comingMs(flags.until, Date.now())) }),
  );
};

export const handOver: Register = (program, shell) => {
  const command = program
    .command('hand-over <obligation>')
    .description('Hand it to somebody else; it is theirs once they acknowledge')
    .requiredOption('--to <person>', 'who takes it');
  acting<Flags & { to: string }>(command, shell, (due, options, { member, flags }) =>
    member.handOver(due.ref, { ...options, to: personIn(due, flags.to, member) }),
  );
};

export const closeObligation: Register = (program, shell) => {
  const command = program
    .command('close <obligation>')
    .description('The answer is enough (who asked says so)');
  acting(command, shell, (due, options, { member }) => member.closeObligation(due.ref, options));
};

export const withdraw: Register = (program, shell) => {
  const command = program
    .command('withdraw <obligation>')
    .description('No answer is needed any more (who asked says so)');
  acting(command, shell, (due, options, { member }) => member.withdraw(due.ref, options));
};

export const reopen: Register = (program, shell) => {
  const command = program
    .command('reopen <obligation>')
    .description('The answer is not enough: asked again')
    .requiredOption('--again-by <time>', 'when the new answer is due, such as 8h');
  acting<Flags & { againBy: string }>(command, shell, (due, options, { member, flags }) =>
    member.reopen(due.ref, { ...options, dueAt: new Date(comingMs(flags.againBy, Date.now())) }),
  );
};

function personIn(due: Obligation, query: string, member: MemberContext['member']): string {
  return findPerson(query, laneOf(due, member).roster()).userId;
}
