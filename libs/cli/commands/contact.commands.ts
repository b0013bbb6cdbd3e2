import type { Command } from 'commander';
import type { ContactBook } from '#client';
import { phoneNumber, webhookContactRequest, type Locale } from '#protocol';
import { deliveryShape, deliveryTable } from '../delivery.text.js';
import { emailAddress } from '../email.input.js';
import { UsageError } from '../failure.js';
import { clean, type Shell } from '../screen.js';
import { asAdministrator, asMember, type Register } from '../session.js';
import type { WithTold } from '../told.js';
import { addPreferences } from './preferences.command.js';

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
  addSetters(contact, withTold);
  addPreferences(contact, withTold);
  contact
    .command('list')
    .description('What is set')
    .action((_options: object, command: Command) =>
      withTold(command, async ({ contacts, screen }) => {
        const all = await contacts.list();
        screen.show({ contacts: all }, () =>
          all.map(({ channel, address, subscriptionId, optedOut }) =>
            [channel, clean(address), subscriptionId ?? '', optedOut ? 'said STOP' : ''].join('  ').trimEnd(),
          ),
        );
      }),
    );
  contact
    .command('remove <channel> [device]')
    .description('Forget it: email, webhook, sms, or push with the id of the device')
    .action((channel: string, device: string | undefined, _options: object, command: Command) =>
      withTold(command, async ({ contacts, screen }) => {
        await remove(contacts, channel, device);
        screen.show({ removed: channel }, () => [`The ${channel} is forgotten.`]);
      }),
    );
}

function addSetters(contact: Command, withTold: WithTold): void {
  contact
    .command('set-email <address>')
    .description('An e-mail of constant words, without any content')
    .option('--locale <language>', 'en or es', 'en')
    .action((address: string, options: Spoken, command: Command) =>
      withTold(command, async ({ contacts, screen }) => {
        await contacts.setEmail(emailAddress(address), localeOf(options));
        screen.show({ channel: 'email', address }, () => [`Told at ${clean(address)} from now on.`]);
      }),
    );
  contact
    .command('set-webhook <url>')
    .description('A signed call of constant words')
    .action((url: string, _options: object, command: Command) =>
      withTold(command, async ({ contacts, screen }) => {
        if (!webhookContactRequest.safeParse({ url }).success) {
          throw new UsageError(`"${url}" is no address for a webhook: write it as https://example.org/path.`);
        }
        const { secret } = await contacts.setWebhook(url);
        screen.show({ channel: 'webhook', address: url, secret }, () => [
          `Told at ${clean(url)} from now on.`,
          `Key of the signature (shown this once): ${secret}`,
        ]);
      }),
    );
  contact
    .command('set-sms <number>')
    .description('A text of constant words to a number such as +34600000000; its owner ends it by STOP')
    .option('--locale <language>', 'en or es', 'en')
    .action((number: string, options: Spoken, command: Command) =>
      withTold(command, async ({ contacts, screen }) => {
        if (!phoneNumber.safeParse(number).success) {
          throw new UsageError('Write the number with + and the country, without spaces: +34600000000.');
        }
        await contacts.setSms(number, localeOf(options));
        screen.show({ channel: 'sms', address: number }, () => [`Told at ${number} from now on.`]);
      }),
    );
}

interface Spoken {
  readonly locale: string;
}

function localeOf({ locale }: Spoken): Locale {
  if (locale !== 'en' && locale !== 'es') throw new UsageError('--locale is en or es.');
  return locale;
}

async function remove(contacts: ContactBook, channel: string, device: string | undefined): Promise<void> {
  if (channel === 'email') await contacts.removeEmail();
  else if (channel === 'webhook') await contacts.removeWebhook();
  else if (channel === 'sms') await contacts.removeSms();
  else if (channel === 'push' && device !== undefined) await contacts.removePush(device);
  else throw new UsageError('email, webhook, sms, or push with the id that "contact list" shows?');
}

function addDeliveries(parent: Command, withTold: WithTold): void {
  parent
    .command('deliveries')
    .description('The ledger of notifications that were meant for me')
    .action((_options: object, command: Command) =>
      withTold(command, async (told) => {
        const all = await told.deliveries();
        told.screen.show({ deliveries: all.map(deliveryShape) }, () => deliveryTable(all));
      }),
    );
}
