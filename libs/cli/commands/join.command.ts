import type { Command } from 'commander';
import { existsSync, rmSync } from 'node:fs';
import { ClientProblem, Member as Members, type Joined, type JoinOptions } from '#client';
import { Problem } from '#protocol';
import { emailAddress } from '../email.input.js';
import { askOrRefuse } from '../prompts.js';
import {
  contextOf,
  openOrCreateStore,
  thenClose,
  withStore,
  type Context,
  type Member,
  type Register,
} from '../session.js';

interface Options {
  readonly name?: string;
  readonly email?: string;
}

export const join: Register = (program, shell) => {
  program
    .command('join <link>')
    .description('Claim an invitation with a new identity; makes the key file')
    .option('--name <name>', 'what the others see; sealed, the service never learns it')
    .option('--email <address>', 'where to be told of what is due; the service learns it')
    .action(async (link: string, options: Options, command: Command) => {
      const context = contextOf(command, shell);
      const email = options.email === undefined ? undefined : emailAddress(options.email);
      const displayName =
        options.name ??
        (await askOrRefuse(context.screen, '--name', () => context.prompts.text('Your name')));
      const isNew = !existsSync(context.settings.keyFile);
      try {
        await withStore({ context, command, open: openOrCreateStore }, async (store) => {
          const { member, recoveryWords } = await claim(context, { link, displayName, store });
          await thenClose(member, async () => {
            // First: whatever fails afterwards can be done again, and the words are shown this once.
            await showKit(context, member, recoveryWords);
            if (email !== undefined) await member.contacts.setEmail(email);
          });
        });
      } catch (error) {
        // A link that was refused before anything was claimed leaves no key file of nobody behind.
        if (isNew && isRefusedLink(error)) rmSync(context.settings.keyFile, { force: true });
        throw error;
      }
    });
};

function claim({ screen, settings: { url } }: Context, options: JoinOptions): Promise<Joined> {
  const joining = Members.join({ ...options, ...(url === undefined ? {} : { url }) });
  return screen.progress('Making keys and claiming the invitation', joining);
}

function isRefusedLink(error: unknown): boolean {
  return (error instanceof ClientProblem || error instanceof Problem) && /^(link|invite)\./u.test(error.code);
}

async function showKit(
  { screen, prompts, settings }: Context,
  member: Member,
  words: readonly string[],
): Promise<void> {
  const result = {
    userId: member.userId,
    genesisHash: member.genesisHash,
    url: member.url,
    keyFile: settings.keyFile,
    recoveryWords: words,
  };
  screen.show(result, () => [
    `Joined as ${screen.paint('bold', member.displayName)}, id ${member.userId}.`,
    `Keys: ${settings.keyFile}`,
    '',
    'Recovery kit — write these 24 words on paper, in order. They are shown this once.',
    ...kitLines(words),
    'Who holds them can read everything you can: keep them like a passport.',
    '',
    'Their use (a lost phone, a new device) comes with a later version; the kit made now will serve then.',
  ]);
  if (screen.interactive) await confirmKit(screen, prompts, words);
}

function kitLines(words: readonly string[]): string[] {
  const cells = words.map((word, index) => `${String(index + 1).padStart(4)} ${word.padEnd(9)}`);
  return Array.from({ length: Math.ceil(cells.length / 4) }, (_, row) =>
    cells.slice(row * 4, row * 4 + 4).join(''),
  );
}

async function confirmKit(
  screen: Context['screen'],
  prompts: Context['prompts'],
  words: readonly string[],
): Promise<void> {
  const index = Math.floor(Math.random() * words.length);
  await prompts.text(`To check what you wrote: word ${index + 1}?`, {
    check: (answer) => (answer.trim().toLowerCase() === words[index] ? true : 'Not that one: look again.'),
  });
  screen.hint('Good. Keep the paper safe.');
}
