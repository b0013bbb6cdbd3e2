import {
  Administrator,
  Member,
  memoryStore,
  networkTransport,
  type AdministratorSession,
  type Lane,
  type MemberSession,
  type Transport,
} from '#client';
import type { RoleName } from '#protocol';
import { FOUNDING_TOKEN, type Cluster } from './cluster.js';

const PATIENCE_MS = 3_000;
const ROLES = ['therapist', 'prescriber', 'client'] as const satisfies readonly RoleName[];

/** Somebody with keys of his own, at a real service. */
export interface Player {
  readonly name: string;
  readonly member: MemberSession;
  readonly role: RoleName;
  /** The bearer of his last call, for calls the SDK would not make. */
  bearer(): string;
}

export interface FaultCase {
  readonly name: string;
  readonly players: readonly Player[];
}

export interface Cast {
  readonly administrator: AdministratorSession;
  readonly cases: readonly FaultCase[];
  /** Attested in the organisation, and in no case. */
  readonly outsider: Player;
  close(): Promise<void>;
}

/** One organisation, so many cases of three people, and somebody who is in none. Everybody is told by webhook. */
export async function gather(cluster: Cluster, caseCount: number, webhookUrl: string): Promise<Cast> {
  const administrator = await Administrator.found({
    url: cluster.url,
    foundingToken: FOUNDING_TOKEN,
    name: 'Clinic',
    store: memoryStore(),
    patienceMs: PATIENCE_MS,
  });
  await administrator.contacts.setWebhook(webhookUrl);
  const join = (role: RoleName, name: string): Promise<Player> =>
    joinAs(administrator, { role, name, webhookUrl });
  const cases: FaultCase[] = [];
  for (let index = 1; index <= caseCount; index += 1) {
    const name = `case ${String(index)}`;
    const players: Player[] = [];
    for (const role of ROLES) players.push(await join(role, `${role} of ${name}`));
    await openCase(players);
    cases.push({ name, players });
  }
  const outsider = await join('therapist', 'outsider');
  return {
    administrator,
    cases,
    outsider,
    close: async () => {
      for (const { member } of [...cases.flatMap(({ players }) => players), outsider]) await member.close();
      await administrator.close();
    },
  };
}

async function joinAs(
  administrator: AdministratorSession,
  { role, name, webhookUrl }: { role: RoleName; name: string; webhookUrl: string },
): Promise<Player> {
  const { link } = await administrator.invite({ role });
  let bearer = '';
  const transport: Transport = {
    ...networkTransport,
    request: (url, request) => {
      bearer = request.headers['authorization'] ?? bearer;
      return networkTransport.request(url, request);
    },
    live: (url, handlers) => networkTransport.live(url, handlers),
  };
  const { member } = await Member.join({
    link,
    displayName: name,
    store: memoryStore(),
    transport,
    patienceMs: PATIENCE_MS,
  });
  await member.contacts.setWebhook(webhookUrl);
  return { name, role, member, bearer: () => bearer.replace('Bearer ', '') };
}

async function openCase(players: readonly Player[]): Promise<void> {
  const [therapist, prescriber, client] = players.map(({ member }) => member);
  if (therapist === undefined || prescriber === undefined || client === undefined)
    throw new Error('three people');
  await therapist.sync();
  await therapist.openCase({ client: client.userId, clinicians: [prescriber.userId] });
  // The prescriber holds no socket: he comes by now and then.
  await prescriber.sync();
  for (const { member } of players) if (member !== prescriber) await member.connect();
}

/** The lanes of his only case: one for a client, two for the others. */
export function lanesOf({ member }: Player): readonly Lane[] {
  return member.cases().flatMap(({ lanes }) => lanes);
}
