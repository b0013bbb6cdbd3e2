import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import {
  Administrator as Administrators,
  Member as Members,
  type AdministratorDoor,
  type KeyStore,
  type MemberDoor,
} from '#client';
import { FileStore } from '#client/file';
import { UsageError } from './failure.js';
import { noteOwner, openUnlocked } from './keyfile.owner.js';
import { askOrRefuse, terminalPrompts, type Prompts } from './prompts.js';
import { Screen, type Shell } from './screen.js';
import { readSettings, type GlobalOptions, type KeyHolder, type Settings } from './settings.js';

export type Member = Awaited<ReturnType<MemberDoor['open']>>;
export type Administrator = Awaited<ReturnType<AdministratorDoor['open']>>;

/** What every command gets: the terminal, how to ask, and whose keys are meant. */
export interface Context {
  readonly shell: Shell;
  readonly screen: Screen;
  readonly prompts: Prompts;
  readonly settings: Settings;
  /** Only what the key file holds already; nothing goes out. */
  readonly offline: boolean;
}

/** Adds one command to the program. */
export type Register = (program: Command, shell: Shell) => void;

export function contextOf(command: Command, shell: Shell, holder: KeyHolder = 'person'): Context {
  const options = command.optsWithGlobals<GlobalOptions & { offline?: boolean }>();
  return {
    shell,
    screen: new Screen(shell, options.json === true),
    prompts: terminalPrompts(shell),
    settings: readSettings(options, shell.env, holder),
    offline: options.offline === true,
  };
}

/** Commands that show what the key file holds; every other one has to reach the service. */
const WORK_OFFLINE: readonly string[] = [
  ...['me', 'people', 'cases', 'owed', 'read', 'drafts', 'safety-number'],
  ...['case', 'gate', 'clock', 'evaluate', 'export'],
];

function requireReach({ offline }: Context, command: Command): void {
  if (offline && !WORK_OFFLINE.includes(command.name())) {
    throw new UsageError(
      `--offline shows what the key file holds; "${command.name()}" has to reach the service.`,
    );
  }
}

export interface MemberContext extends Context {
  readonly member: Member;
}

export interface AdministratorContext extends Context {
  readonly administrator: Administrator;
}

/** Opens the key file, catches up with the service unless --offline, acts, and gives the key file back. */
export async function asMember(
  command: Command,
  shell: Shell,
  act: (context: MemberContext) => void | Promise<void>,
): Promise<void> {
  const context = contextOf(command, shell);
  requireReach(context, command);
  await withStore({ context, command, open: openStore }, async (store) => {
    const member = await Members.open({ store, ...urlOf(context) });
    await thenClose(member, async () => {
      if (!context.offline) await context.screen.progress('Catching up', member.sync());
      await act({ ...context, member });
    });
  });
}

/** The same for the keys of an organisation. */
export async function asAdministrator(
  command: Command,
  shell: Shell,
  act: (context: AdministratorContext) => void | Promise<void>,
): Promise<void> {
  const context = contextOf(command, shell, 'administrator');
  requireReach(context, command);
  await withStore({ context, command, open: openStore }, async (store) => {
    const administrator = await Administrators.open({ store, ...urlOf(context) });
    await thenClose(administrator, async () => {
      if (!context.offline) await context.screen.progress('Catching up', administrator.sync());
      await act({ ...context, administrator });
    });
  });
}

/** Acts, and ends the session whatever happens. */
export async function thenClose<T>(session: { close(): Promise<void> }, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } finally {
    await session.close();
  }
}

interface Lease {
  readonly context: Context;
  readonly command: Command;
  readonly open: (context: Context) => Promise<KeyStore>;
}

/** Gives the key file back whatever happens; whoever finds it locked meanwhile is told who has it. */
export async function withStore<T>(
  { context, command, open }: Lease,
  use: (store: KeyStore) => Promise<T>,
): Promise<T> {
  const store = await open(context);
  const forget = noteOwner(context.settings.keyFile, command.name());
  try {
    return await use(store);
  } finally {
    forget();
    await store.close();
  }
}

async function openStore(context: Context): Promise<KeyStore> {
  const { keyFile } = context.settings;
  // Nobody should have to type a passphrase for a file that is not there.
  const passphrase = existsSync(keyFile) ? await askPassphrase(context) : '';
  return openUnlocked(keyFile, () => FileStore.open({ path: keyFile, passphrase }));
}

/** Opens the key file or makes a new one, whose passphrase a person types twice. */
export async function openOrCreateStore(context: Context): Promise<KeyStore> {
  const { keyFile } = context.settings;
  const passphrase = existsSync(keyFile) ? await askPassphrase(context) : await choosePassphrase(context);
  return openUnlocked(keyFile, () => FileStore.openOrCreate({ path: keyFile, passphrase }));
}

const PASSPHRASE_FLAG = 'A passphrase (TRIALOGUE_PASSPHRASE or --passphrase-file)';
const SHORTEST_PASSPHRASE = 8;
const LENGTH_WORDS = `at least ${SHORTEST_PASSPHRASE} characters`;

async function askPassphrase({ screen, prompts, settings }: Context): Promise<string> {
  if (settings.passphrase !== undefined) return settings.passphrase;
  return askOrRefuse(screen, PASSPHRASE_FLAG, () => prompts.secret('Passphrase of the key file'));
}

/** In a terminal asked again until it is long enough; given by environment or file, refused. */
async function choosePassphrase({ screen, prompts, settings }: Context): Promise<string> {
  if (settings.passphrase !== undefined) {
    if (isLongEnough(settings.passphrase)) return settings.passphrase;
    throw new UsageError(`The passphrase needs ${LENGTH_WORDS}.`);
  }
  const passphrase = await askOrRefuse(screen, PASSPHRASE_FLAG, () =>
    prompts.secret(`Choose a passphrase for the new key file (${LENGTH_WORDS})`, (typed) =>
      isLongEnough(typed) ? true : `Too short: ${LENGTH_WORDS}.`,
    ),
  );
  await prompts.secret('The same passphrase again', (again) =>
    again === passphrase ? true : 'Not the same as before; Ctrl-C begins anew, the link is not used up.',
  );
  return passphrase;
}

function isLongEnough(passphrase: string): boolean {
  return passphrase.length >= SHORTEST_PASSPHRASE;
}

function urlOf({ settings }: Context): { url?: string } {
  return settings.url === undefined ? {} : { url: settings.url };
}
