import type { Command } from 'commander';
import {
  calledBy,
  poolRoleOf,
  slotOf,
  stretchOf,
  type StretchOptions,
  type WithDesk,
} from '../coverage.desk.js';
import { EXAMPLE_CALENDAR, EXAMPLE_ROTA, readCalendar, readRota } from '../coverage.input.js';
import { findPerson, roleText } from '../people.js';
import { clean, type Screen, type Shell } from '../screen.js';
import { contextOf } from '../session.js';

const FROM = '--from <file>';
const FROM_TEXT = 'JSON, or - for stdin; "example" shows one';

export function addCalendar(parent: Command, shell: Shell, withDesk: WithDesk): void {
  const calendar = parent.command('calendar').description('Opening hours of the organisation');
  addExample(calendar, shell, EXAMPLE_CALENDAR);
  calendar
    .command('show')
    .description('The opening hours in force')
    .action((_options: object, command: Command) =>
      withDesk(command, async ({ coverage, screen }) => {
        showDocument(screen, await coverage.calendar(), 'No opening hours are set.');
      }),
    );
  calendar
    .command('set')
    .description('Set them; business hours count by them from now on')
    .requiredOption(FROM, FROM_TEXT)
    .action(({ from }: { readonly from: string }, command: Command) =>
      withDesk(command, async (desk) => {
        const next = await readCalendar(from, desk);
        const { version: replaces } = await desk.coverage.calendar();
        const version = await desk.coverage.setCalendar(next, { replaces });
        desk.screen.show({ version }, () => [`Version ${version} of the opening hours is in force.`]);
      }),
    );
}

export function addRota(parent: Command, shell: Shell, withDesk: WithDesk): void {
  const rota = parent.command('rota').description('Who takes turns in a role');
  addExample(rota, shell, EXAMPLE_ROTA);
  rota
    .command('show <role>')
    .description('The rota in force')
    .action((role: string, _options: object, command: Command) =>
      withDesk(command, async ({ coverage, screen }) => {
        showDocument(screen, await coverage.rota(poolRoleOf(role)), 'This role has no rota.');
      }),
    );
  rota
    .command('set <role>')
    .description('Set it; people may be named by id, name or "me"')
    .requiredOption(FROM, FROM_TEXT)
    .action((text: string, { from }: { readonly from: string }, command: Command) =>
      withDesk(command, async (desk) => {
        const role = poolRoleOf(text);
        const next = await readRota(from, role, desk);
        const { version: replaces } = await desk.coverage.rota(role);
        const version = await desk.coverage.setRota(role, next, { replaces });
        desk.screen.show({ role, version }, () => [
          `Version ${version} of the rota of role ${roleText(role)} is in force.`,
        ]);
      }),
    );
}

interface OverrideOptions extends StretchOptions {
  readonly slot: string;
  readonly person: string;
}

export function addOverrides(parent: Command, withDesk: WithDesk): void {
  const override = parent.command('override').description('Exceptions from a rota');
  override
    .command('set <role>')
    .description('Put somebody, or nobody, on duty for some time')
    .requiredOption('--person <person>', 'who, or "nobody"')
    .requiredOption('--from <time>', 'from when')
    .requiredOption('--to <time>', 'until when')
    .option('--slot <slot>', 'primary or secondary', 'primary')
    .action((text: string, options: OverrideOptions, command: Command) =>
      withDesk(command, async ({ coverage, people, screen }) => {
        const role = poolRoleOf(text);
        const pool = people.filter((person) => person.role === role);
        const person = options.person === 'nobody' ? null : findPerson(options.person, pool).userId;
        const given = { role, slot: slotOf(options.slot), person, ...stretchOf(options) };
        const id = await coverage.override(given);
        screen.show({ id, ...given }, () => [
          `${clean(calledBy(people)(person))} is on duty then. Id: ${id}`,
        ]);
      }),
    );
  override
    .command('remove <id>')
    .description('Take an override back; "changes" lists them')
    .action((id: string, _options: object, command: Command) =>
      withDesk(command, async ({ coverage, screen }) => {
        await coverage.withdrawOverride(id);
        screen.show({ id, withdrawn: true }, () => ['Taken back: the rota counts again.']);
      }),
    );
}

function addExample(parent: Command, shell: Shell, example: object): void {
  parent
    .command('example')
    .description('One to begin with; needs no keys')
    .action((_options: object, command: Command) => {
      contextOf(command, shell).screen.show(example, () => [JSON.stringify(example, null, 2)]);
    });
}

/** Documents are JSON for people too: what is shown can be changed and set again. */
function showDocument(screen: Screen, shown: { readonly version: number }, none: string): void {
  const { version, ...rest } = shown;
  const [document] = Object.values(rest);
  screen.show(shown, () => (version === 0 ? [none] : [JSON.stringify(document, null, 2)]));
}
