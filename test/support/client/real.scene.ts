import {
  Administrator,
  Member,
  memoryStore,
  type AdministratorSession,
  type CaseView,
  type KeyStore,
  type MemberSession,
} from '#client';
import { freePort } from '#launch';
import type { RoleName } from '#protocol';
import { FOUNDING_TOKEN, startTestService, type TestService } from '../server/service.js';

const PATIENCE_MS = 10_000;

/** Somebody at a real service, with the store behind him. */
export interface RealPlayer {
  member: MemberSession;
  readonly store: KeyStore;
}

export interface RealScene {
  readonly service: TestService;
  readonly administrator: AdministratorSession;
  readonly therapist: RealPlayer;
  readonly prescriber: RealPlayer;
  readonly client: RealPlayer;
  close(): Promise<void>;
}

/** Sign-ins are bound to the public address, so the port has to be known before the service starts. */
export async function startServiceAtItsAddress(
  variables: Readonly<Record<string, string>> = {},
  prepare?: Parameters<typeof startTestService>[1],
): Promise<TestService> {
  const port = String(await freePort());
  const address = { PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}` };
  return startTestService({ ...address, ...variables }, prepare);
}

export async function foundAt(service: TestService, name = 'Clinic'): Promise<AdministratorSession> {
  return Administrator.found({
    url: service.url,
    foundingToken: FOUNDING_TOKEN,
    name,
    store: memoryStore(),
    patienceMs: PATIENCE_MS,
  });
}

export async function joinAt(
  administrator: AdministratorSession,
  role: RoleName,
  displayName: string,
): Promise<RealPlayer> {
  const { link } = await administrator.invite({ role });
  const store = memoryStore();
  const { member } = await Member.join({ link, displayName, store, patienceMs: PATIENCE_MS });
  await member.sync();
  return { member, store };
}

/** One organisation and its three people at a service of their own. */
export async function newRealScene(variables: Readonly<Record<string, string>> = {}): Promise<RealScene> {
  const service = await startServiceAtItsAddress(variables);
  const administrator = await foundAt(service);
  const therapist = await joinAt(administrator, 'therapist', 'Tess Therapist');
  const prescriber = await joinAt(administrator, 'prescriber', 'Pat Prescriber');
  const client = await joinAt(administrator, 'client', 'Chris Client');
  return {
    service,
    administrator,
    therapist,
    prescriber,
    client,
    async close() {
      for (const { member } of [therapist, prescriber, client]) await member.close();
      await administrator.close();
      await service.close();
    },
  };
}

export async function openRealCase({ therapist, prescriber, client }: RealScene): Promise<CaseView> {
  await therapist.member.sync();
  const opened = await therapist.member.openCase({
    client: client.member.userId,
    clinicians: [prescriber.member.userId],
  });
  for (const { member } of [prescriber, client, therapist]) await member.sync();
  return opened;
}
