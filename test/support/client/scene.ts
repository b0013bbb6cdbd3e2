import {
  Administrator,
  Member,
  memoryStore,
  type AdministratorSession,
  type CaseView,
  type KeyStore,
  type MemberSession,
} from '#client';
import type { RoleName } from '#protocol';
import { DOUBLE_URL, FOUNDING_TOKEN, newServiceDouble, type ServiceDouble } from './service.double.js';

/** A member with the store behind him, so that a test can crash and come back. */
export interface Player {
  member: MemberSession;
  readonly store: KeyStore;
  readonly role: RoleName;
}

/** An organisation with a therapist, a prescriber and a client, at a service of this process. */
export interface Scene {
  readonly service: ServiceDouble;
  readonly administrator: AdministratorSession;
  readonly therapist: Player;
  readonly prescriber: Player;
  readonly client: Player;
}

export async function newAdministrator(
  service: ServiceDouble,
  name = 'Clinic',
): Promise<AdministratorSession> {
  return Administrator.found({
    url: DOUBLE_URL,
    foundingToken: FOUNDING_TOKEN,
    name,
    store: memoryStore(),
    transport: service.transport(),
    patienceMs: 0,
  });
}

export async function newPlayer(
  service: ServiceDouble,
  administrator: AdministratorSession,
  role: RoleName,
  displayName: string = role,
): Promise<Player> {
  const { link } = await administrator.invite({ role });
  const store = memoryStore();
  const { member } = await Member.join({
    link,
    displayName,
    store,
    transport: service.transport(),
    patienceMs: 0,
  });
  await member.sync();
  return { member, store, role };
}

export async function newScene(): Promise<Scene> {
  const service = await newServiceDouble();
  const administrator = await newAdministrator(service);
  const therapist = await newPlayer(service, administrator, 'therapist', 'Tess Therapist');
  const prescriber = await newPlayer(service, administrator, 'prescriber', 'Pat Prescriber');
  const client = await newPlayer(service, administrator, 'client', 'Chris Client');
  return { service, administrator, therapist, prescriber, client };
}

/** The process ends without a word and another one opens the same store. */
export async function comeBack(service: ServiceDouble, player: Player): Promise<void> {
  player.member = await Member.open({
    store: player.store,
    transport: service.transport(),
    patienceMs: 0,
  });
}

/** The therapist opens a case with everybody in it; all three have caught up. */
export async function openCase({ therapist, prescriber, client }: Scene): Promise<CaseView> {
  await therapist.member.sync();
  const opened = await therapist.member.openCase({
    client: client.member.userId,
    clinicians: [prescriber.member.userId],
  });
  await prescriber.member.sync();
  await client.member.sync();
  await therapist.member.sync();
  return opened;
}

export function inOneHour(): Date {
  return new Date(Date.now() + 3_600_000);
}
