import type { Command } from 'commander';
import {
  poolRoleOf,
  slotOf,
  stretchOf,
  type StaffDesk,
  type StretchOptions,
  type WithDesk,
} from '../coverage.desk.js';
import { instantText } from '../instant.js';
import { findPerson, roleText, shortId } from '../people.js';
import type { Shell } from '../screen.js';
import { asMember } from '../session.js';

interface LeaveOptions extends StretchOptions {
  readonly cover?: string;
  readonly person?: string;
}

export function addLeave(parent: Command, withDesk: WithDesk): void {
  const leave = parent.command('leave').description('Being away');
  leave
    .command('add')
    .description('Be away for some time; without a cover nobody stands in')
    .requiredOption('--from <time>', 'from when')
    .requiredOption('--to <time>', 'until when')
    .option('--cover <person>', 'who stands in wherever I would be on duty')
    .option('--person <person>', 'somebody else, for those who plan')
    .action((options: LeaveOptions, command: Command) =>
      withDesk(command, async ({ coverage, people, screen }) => {
        const idOf = (query: string): string => findPerson(query, people).userId;
        const { cover, person } = options;
        const given = {
          ...stretchOf(options),
          cover: cover === undefined ? null : idOf(cover),
          ...(person === undefined ? {} : { person: idOf(person) }),
        };
        const id = await coverage.leave(given);
        screen.show({ id, ...given, person: given.person ?? null }, () => [`Noted. Id: ${id}`]);
      }),
    );
  leave
    .command('remove <id>')
    .description('Take leave back; "changes" lists it')
    .action((id: string, _options: object, command: Command) =>
      withDesk(command, async ({ coverage, screen }) => {
        await coverage.withdrawLeave(id);
        screen.show({ id, withdrawn: true }, () => ['Taken back.']);
      }),
    );
}

interface SwapOptions extends StretchOptions {
  readonly with: string;
  readonly slot: string;
}

const SETTLING = {
  accept: { state: 'accepted', does: 'Take the duty over; counts at once' },
  decline: { state: 'declined', does: 'Say no' },
  withdraw: { state: 'withdrawn', does: 'Take back what I have proposed' },
} as const;

export function addSwaps(
  parent: Command,
  withDesk: (command: Command, act: (desk: StaffDesk) => Promise<void>) => Promise<void>,
): void {
  const swap = parent.command('swap').description('Duty that changes hands when both say so');
  swap
    .command('propose <role>')
    .description('Ask a colleague to take over a time I am on duty')
    .requiredOption('--with <person>', 'whom')
    .requiredOption('--from <time>', 'from when')
    .requiredOption('--to <time>', 'until when')
    .option('--slot <slot>', 'primary or secondary', 'primary')
    .action((text: string, options: SwapOptions, command: Command) =>
      withDesk(command, async ({ coverage, people, screen }) => {
        const role = poolRoleOf(text);
        const pool = people.filter((person) => person.role === role);
        const taker = findPerson(options.with, pool).userId;
        const given = { role, slot: slotOf(options.slot), taker, ...stretchOf(options) };
        const id = await coverage.proposeSwap(given);
        screen.show({ id, ...given, state: 'proposed' }, () => [
          `Asked; you stay on duty until it is accepted. Id: ${id}`,
        ]);
      }),
    );
  for (const [name, { state, does }] of Object.entries(SETTLING)) {
    swap
      .command(`${name} <id>`)
      .description(does)
      .action((id: string, _options: object, command: Command) =>
        withDesk(command, async ({ coverage, screen }) => {
          await coverage.settleSwap(id, state);
          screen.show({ id, state }, () => [`The swap is ${state}.`]);
        }),
      );
  }
}

export function addNotes(parent: Command, shell: Shell): void {
  parent
    .command('notes')
    .description('What was open when my shifts began')
    .action((_options: object, command: Command) =>
      asMember(command, shell, async ({ member, screen }) => {
        const notes = await member.handovers();
        screen.show({ notes }, () =>
          notes.flatMap((note) => [
            screen.paint('bold', `${instantText(note.shiftAt.getTime())}  ${roleText(note.role)}`),
            ...note.items.map(
              (item) =>
                `  ${shortId(item.threadId)}/${item.obligation}  ${item.state}  due ${instantText(item.dueAt.getTime())}${item.overdue ? '  OVERDUE' : ''}${item.level === 0 ? '' : `  step ${item.level}`}`,
            ),
            ...(note.elsewhere === 0
              ? []
              : [`  and ${note.elsewhere} in lanes you are not in: ask to be added`]),
          ]),
        );
      }),
    );
}
