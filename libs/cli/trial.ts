import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Administrator as Administrators, ClientProblem } from '#client';
import { FileStore } from '#client/file';
import { Problem, type RoleName } from '#protocol';
import { z } from 'zod';
import { UsageError } from './failure.js';
import { noteOwner, openUnlocked } from './keyfile.owner.js';
import type { Administrator } from './session.js';
import { DEFAULT_PROFILE, KEY_FOLDER, passphraseFileOf } from './settings.js';

/** The trial organisation: what `npm start` founds on an empty database, as any administrator would. */
const TRIAL = {
  name: 'Trial organisation',
  email: 'admin@trial.example',
  roles: ['therapist', 'prescriber', 'client'],
} as const satisfies { name: string; email: string; roles: readonly RoleName[] };

export interface TrialOptions {
  readonly url: string;
  readonly dataDir: string;
  readonly foundingToken: string | undefined;
}

export interface TrialLink {
  readonly role: RoleName;
  readonly link: string;
  readonly state: 'unused' | 'used' | 'expired' | 'revoked';
}

export interface Trial {
  readonly organisationName: string;
  readonly organisationId: string;
  /** Founded now, not on an earlier start. */
  readonly isNew: boolean;
  readonly keyFile: string;
  readonly links: readonly TrialLink[];
}

/**
 * Founds the trial organisation and makes its three links, or finds them again. May be killed at any point and
 * started again: the passphrase is written first, the founding is resumed by the SDK, and a link counts only once it
 * stands in the file of links. (A link made and lost in between is never shown and expires.)
 *
 * The links are kept in a file of mode 0600 beside the passphrase, so that a later start can show the unused ones
 * again without making new ones. It gives nothing away that the administrator's keys beside it do not.
 */
export async function foundTrial(options: TrialOptions): Promise<Trial> {
  const keyFile = join(options.dataDir, KEY_FOLDER.administrator, `${DEFAULT_PROFILE.administrator}.keys`);
  const passphrase = passphraseAt(passphraseFileOf(keyFile));
  const store = await openUnlocked(keyFile, () => FileStore.openOrCreate({ path: keyFile, passphrase }));
  const forget = noteOwner(keyFile, 'founder');
  try {
    const { administrator, isNew } = await openOrFound(options, store);
    await syncHere(administrator, keyFile);
    await setContact(administrator);
    const kept = await linksOf(administrator, keyFile.replace(/\.keys$/u, '.links.json'));
    const links = kept.map((one) => ({ ...one, link: readdress(one.link, options.url) }));
    const { organisationName, organisationId } = administrator;
    await administrator.close();
    return { organisationName, organisationId, isNew, keyFile, links };
  } finally {
    forget();
    await store.close();
  }
}

/** The keys outlive their database when a DATA_DIR is pointed at another one: say so instead of failing for ever. */
async function syncHere(administrator: Administrator, keyFile: string): Promise<void> {
  try {
    await administrator.sync();
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'auth.challenge_invalid') throw error;
    throw new UsageError(
      `the keys in ${dirname(keyFile)} belong to another database or address. To found a new trial organisation here, move that folder away.`,
      { cause: error },
    );
  }
}

/** A link binds the organisation and its secret, not the address, which may be another one by now. */
function readdress(link: string, url: string): string {
  return `${new URL(url).origin}${link.slice(link.indexOf('/join/'))}`;
}

function passphraseAt(path: string): string {
  if (existsSync(path)) return readFileSync(path, 'utf8').trim();
  const passphrase = randomBytes(32).toString('base64url');
  writeSecret(path, `${passphrase}\n`);
  return passphrase;
}

/** Whole or not at all, and readable by its owner alone. */
function writeSecret(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(`${path}.new`, text, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}

type Store = Awaited<ReturnType<typeof FileStore.open>>;

async function openOrFound(
  { url, foundingToken }: TrialOptions,
  store: Store,
): Promise<{ administrator: Administrator; isNew: boolean }> {
  try {
    return { administrator: await Administrators.open({ store, url }), isNew: false };
  } catch (error) {
    if (!(error instanceof ClientProblem) || error.code !== 'store.empty') throw error;
  }
  if (foundingToken === undefined)
    throw new UsageError('FOUNDING_TOKEN is needed to found the trial organisation.');
  const founding = { url, foundingToken, name: TRIAL.name, store };
  return { administrator: await Administrators.found(founding), isNew: true };
}

/** Escalations have to reach somebody from the first day. An address set by hand is left alone. */
async function setContact({ contacts }: Administrator): Promise<void> {
  const set = await contacts.list();
  if (!set.some(({ channel }) => channel === 'email')) await contacts.setEmail(TRIAL.email);
}

const linkFile = z.array(
  z.strictObject({ role: z.enum(TRIAL.roles), link: z.string(), attestHash: z.string() }),
);

async function linksOf(administrator: Administrator, path: string): Promise<TrialLink[]> {
  const kept = existsSync(path) ? linkFile.parse(JSON.parse(readFileSync(path, 'utf8'))) : [];
  for (const role of TRIAL.roles) {
    if (kept.some((one) => one.role === role)) continue;
    const { link, attestHash } = await administrator.invite({ role });
    kept.push({ role, link, attestHash });
    writeSecret(path, JSON.stringify(kept, null, 2));
  }
  const now = Date.now();
  const attested = new Map(administrator.people(now).map((one) => [one.attestHash, one]));
  return kept.map(({ role, link, attestHash }) => ({
    role,
    link,
    state: stateOf(attested.get(attestHash), now),
  }));
}

function stateOf(
  one: ReturnType<Administrator['people']>[number] | undefined,
  nowMs: number,
): TrialLink['state'] {
  if (one === undefined || one.state === 'expired') return 'expired';
  if (one.state === 'revoked') return 'revoked';
  if (one.userId !== undefined) return 'used';
  return (one.claimBy?.getTime() ?? 0) >= nowMs ? 'unused' : 'expired';
}
