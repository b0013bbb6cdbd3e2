import type { Command } from 'commander';
import type { ContactBook, DeliveryView } from '#client';
import { UsageError } from '../failure.js';
import { instantText } from '../instant.js';
import { clean, table, type Screen, type Shell } from '../screen.js';
import { asAdministrator, asMember, type Register } from '../session.js';

interface Told {
  readonly screen: Screen;
  readonly contacts: ContactBook;
  deliveries(): Promise<readonly DeliveryView[]>;
}

/** A person and an administrator set their contacts with the same commands. */
type WithTold = (command: Command, act: (told: Told) => Promise<void>) => Promise<void>;

export const contact: Register = (program, shell) => {
  addContact(program, asPerson(shell));
};

export const deliveries: Register = (program, shell) => {
  addDeliveries(program, asPerson(shell));
};

/** The same two commands under `admin`. */
export function addAdministratorContacts(admin: Command, shell: Shell): void {
  const withTold: WithTold = (command, act) =>
    asAdministrator(command, shell, ({ administrator, screen }) =>
      act({ screen, contacts: administrator.contacts, deliveries: () => administrator.deliveries() }),
    );
  addContact(admin, withTold);
  addDeliveries(admin, withTold);
}

function asPerson(shell: Shell): WithTold {
  return (command, act) =>
    asMember(command, shell, ({ member, screen }) =>
      act({ screen, contacts: member.contacts, deliveries: () => member.deliveries() }),
    );
}

function addContact(parent: Command, withTold: WithTold): void {
  const contact = parent.command('contact').description('Where I am told of what is due');
  contact
    .command('set-email <address>')
    .description('An e-mail of constant words, without any content')
    .option('--locale <language>', 'en or es', 'en')
    .action((address: string, options: { readonly locale: string }, command: Command) =>
      withTold(command, async ({ contacts, screen }) => {
        if (options.locale !== 'en' && options.locale !== 'es') throw new UsageError('--locale is en or es.');
        await contacts.setEmail(address, options.locale);
        screen.show({ channel: 'email', address }, () => [`Told at ${clean(address)} from now on.`]);
      }),
    );
  contact
    .command('set-webhook <url>')
    .description('A signed call of constant words')
    .action((url: string, _options: object, command: Command) =>
      withTold(command, async ({ contacts, screen }) => {
        const { secret } = await contacts.setWebhook(url);
        screen.show({ channel: 'webhook', address: url, secret }, () => [
          `Told at ${clean(url)} from now on.`,
          `Key of the signature (shown this once): ${secret}`,
        ]);
      }),
    );
  contact
    .command('list')
    .description('What is set')
    .action((_options: object, command: Command) =>
      withTold(command, async ({ contacts, screen }) => {
        const all = await contacts.list();
        screen.show({ contacts: all }, () =>
          all.map(({ channel, address }) => `${channel}  ${clean(address)}`),
        );
      }),
    );
  contact
    .command('remove <channel>')
    .description('Forget it: email or webhook')
    .action((channel: string, _options: object, command: Command) =>
      withTold(command, async ({ contacts, screen }) => {
        if (channel === 'email') await contacts.removeEmail();
        else if (channel === 'webhook') await contacts.removeWebhook();
        else throw new UsageError('email or webhook?');
        screen.show({ removed: channel }, () => [`The ${channel} is forgotten.`]);
      }),
    );
}

function addDeliveries(parent: Command, withTold: WithTold): void {
  parent
    .command('deliveries')
    .description('The ledger of notifications that were meant for me')
    .action((_options: object, command: Command) =>
      withTold(command, async (told) => {
        const all = await told.deliveries();
        told.screen.show({ deliveries: all.map((one) => ({ ...one, sentAt: one.sentAt ?? null })) }, () =>
          table(
            all.map((one) => [
              instantText(one.createdAt.getTime()),
              one.reason,
              one.channel,
              one.state.replaceAll('_', ' '),
              `${one.attempts} ${one.attempts === 1 ? 'attempt' : 'attempts'}`,
              one.sentAt === undefined ? '' : `sent ${instantText(one.sentAt.getTime())}`,
            ]),
          ),
        );
      }),
    );
}
