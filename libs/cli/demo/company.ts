import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { Administrator as Administrators, memoryStore } from '#client';
import type { Administrator } from '../session.js';
import type { Narrator } from './narrator.js';
import { Player } from './player.js';
import { NAMES, PARTS, type Part } from './script.js';

export interface Place {
  readonly url: string;
  readonly foundingToken: string;
}

/** Two organisations, each with its own administrator, and three people in three processes. */
export interface Company {
  readonly practice: Administrator;
  readonly team: Administrator;
  readonly players: Readonly<Record<Part, Player>>;
  readonly ids: Readonly<Record<Part, string>>;
  readonly emails: Readonly<Record<Part | 'administrator', string>>;
  /** Ends the processes and deletes their key files. */
  disband(): Promise<void>;
}

/** Long, because the chaos run takes the service away. */
const PATIENCE_MS = 60_000;

/** Founds, introduces, invites, joins. The prescriber belongs to the medical team, the two others to the practice. */
export async function gather(place: Place, narrator: Narrator): Promise<Company> {
  const run = randomBytes(4).toString('hex');
  const folder = mkdtempSync(join(tmpdir(), 'trialogue-demo-'));
  const practice = await found(place, `Demo practice ${run}`);
  const team = await found(place, `Demo medical team ${run}`);
  await practice.introduce(team.organisationId);
  await team.introduce(practice.organisationId);
  narrator.does(
    'admins',
    `found ${practice.organisationName} and ${team.organisationName}, and introduce them to each other`,
  );
  const emails = {
    administrator: `admin-${run}@trial.example`,
    therapist: `one-${run}@trial.example`,
    prescriber: `two-${run}@trial.example`,
    client: `three-${run}@trial.example`,
  };
  await team.contacts.setEmail(emails.administrator);
  const players = {
    therapist: Player.start('therapist'),
    prescriber: Player.start('prescriber'),
    client: Player.start('client'),
  };
  let ending: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    await Promise.all(PARTS.map((part) => players[part].stop()));
    await Promise.all([practice, team].map((one) => one.close()));
    rmSync(folder, { recursive: true, force: true });
  };
  const disband = (): Promise<void> => (ending ??= end());
  try {
    const ids = await joinAll({ practice, team, players, emails, folder }, narrator);
    return { practice, team, players, ids, emails, disband };
  } catch (error) {
    await disband();
    throw error;
  }
}

function found(place: Place, name: string): Promise<Administrator> {
  return Administrators.found({ ...place, name, store: memoryStore(), patienceMs: PATIENCE_MS });
}

interface Joining extends Pick<Company, 'practice' | 'team' | 'players' | 'emails'> {
  readonly folder: string;
}

async function joinAll(
  { practice, team, players, emails, folder }: Joining,
  narrator: Narrator,
): Promise<Record<Part, string>> {
  const enter = async (part: Part): Promise<[Part, string]> => {
    const { link } = await (part === 'prescriber' ? team : practice).invite({ role: part });
    const { userId, words } = await players[part].call('join', {
      part,
      link,
      name: NAMES[part],
      email: emails[part],
      keyFile: join(folder, `${part}.keys`),
      passphrase: randomBytes(16).toString('hex'),
    });
    narrator.does(
      part,
      `joins as ${NAMES[part]} in process ${players[part].pid ?? 0}, with ${words} words of recovery kit`,
    );
    return [part, userId];
  };
  return Object.fromEntries(await Promise.all(PARTS.map(enter))) as Record<Part, string>;
}
