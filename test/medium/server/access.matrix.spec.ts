import type { Socket } from 'socket.io-client';
import { WEEKDAYS } from '#calendar';
import {
  IDENTITY,
  KIND,
  ORGANISATION,
  PROBLEMS,
  ROUTES,
  SOCKET_EVENT,
  THREAD,
  fromHex,
  toBase64Url,
  type HeadsReply,
  type Kind,
  type Principal,
  type RouteName,
  type SyncReply,
} from '#protocol';
import { newKey, randomBytes, signEntry, type TestKey } from '../../support/chain.signer.js';
import { call, command, connect, done, signIn, toHexId, type Answer } from '../../support/server/caller.js';
import { Clinic, say, type Enrolled } from '../../support/server/clinic.js';
import { startTestService, type TestService } from '../../support/server/service.js';

/** Everybody there is, and everything one could ask for: every pair is tried on every door. */
const ACTORS = [
  'anonymous',
  'invited',
  'administrator',
  'member',
  'colleague',
  'suspended',
  'leaver',
  'other administrator',
  'other member',
] as const;
type Actor = (typeof ACTORS)[number];

const OBJECTS = [
  'organisation',
  'thread',
  'identity',
  'other organisation',
  'other thread',
  'missing',
] as const;
type ObjectName = (typeof OBJECTS)[number];

const MAY_READ: Readonly<Record<Actor, readonly ObjectName[]>> = {
  anonymous: [],
  invited: ['organisation'],
  administrator: ['organisation', 'identity'],
  member: ['organisation', 'thread', 'identity'],
  colleague: ['organisation', 'identity'],
  suspended: [],
  leaver: ['organisation', 'identity'],
  'other administrator': ['other organisation'],
  'other member': ['other organisation', 'other thread'],
};

const MAY_WRITE: Readonly<Record<Actor, readonly ObjectName[]>> = {
  anonymous: [],
  invited: [],
  administrator: ['organisation'],
  member: ['thread', 'identity'],
  colleague: [],
  suspended: [],
  leaver: [],
  'other administrator': ['other organisation'],
  'other member': ['other thread'],
};

/** Documents in order that come to nothing: they replace a version that nobody has written. */
const CALENDAR = {
  format: 'trialogue/business-calendar/1',
  calendar_id: 'office',
  version: 1,
  zone: 'America/Denver',
  week: Object.fromEntries(WEEKDAYS.map((day) => [day, [{ from: '09:00', to: '17:00' }]])),
  special_days: [],
};
const ROTA = {
  format: 'trialogue/rota/1',
  zone: 'America/Denver',
  covers: 'always',
  primary: [
    {
      name: 'weekly',
      people: ['e'.repeat(32)],
      starts_on: '2026-01-05',
      hands_over: { weekday: 'monday', at: '09:00' },
      every_weeks: 1,
      within: null,
    },
  ],
  secondary: [],
};
const LATER = { fromMs: Date.now() + 3_600_000, toMs: Date.now() + 7_200_000 };
const NO_COVERAGE = {
  type: 'urn:trialogue:problem:coverage.not_found',
  code: 'coverage.not_found',
  status: 404,
  retryable: false,
  title: PROBLEMS['coverage.not_found'].title,
  mend: PROBLEMS['coverage.not_found'].mend,
};

interface Standing {
  readonly token: string | undefined;
  readonly kind: Principal['kind'] | undefined;
  readonly key: TestKey;
  readonly keyId: Uint8Array;
  readonly user: Uint8Array;
}

describe('every actor on every door with every object', () => {
  let service: TestService;
  const actors = new Map<Actor, Standing>();
  const objects = new Map<ObjectName, { readonly id: string; readonly kind: Kind }>();

  beforeAll(async () => {
    service = await startTestService();
    const clinic = await Clinic.found(service);
    const member = await clinic.join('therapist');
    const leaver = await clinic.join('client');
    const thread = await clinic.openThread([member, leaver]);
    await say(service, thread, thread.leave(leaver.person), leaver.token);
    const colleague = await clinic.join('prescriber');
    const suspended = await clinic.join('prescriber');
    await clinic.govern(clinic.organisation.suspend(suspended.attestHash, true));
    const invited = await clinic.invite('client');
    const elsewhere = await Clinic.found(service, 'Elsewhere');
    const stranger = await elsewhere.join('therapist');
    const otherThread = await elsewhere.openThread([stranger]);

    actors.set('anonymous', { ...device(member), token: undefined, kind: undefined });
    actors.set('invited', {
      token: (await signIn(service, invited.key)).accessToken,
      kind: 'invite',
      key: invited.key,
      keyId: invited.key.keyId,
      user: clinic.organisation.state.chainId,
    });
    actors.set('administrator', administrator(clinic));
    actors.set('other administrator', administrator(elsewhere));
    actors.set('member', device(member));
    actors.set('leaver', device(leaver));
    actors.set('colleague', device(colleague));
    actors.set('suspended', device(suspended));
    actors.set('other member', device(stranger));

    objects.set('organisation', { id: clinic.id, kind: KIND.organisation });
    objects.set('thread', { id: thread.id, kind: KIND.thread });
    objects.set('identity', { id: member.person.userId, kind: KIND.identity });
    objects.set('other organisation', { id: elsewhere.id, kind: KIND.organisation });
    objects.set('other thread', { id: otherThread.id, kind: KIND.thread });
    objects.set('missing', { id: 'd'.repeat(32), kind: KIND.thread });
  });

  afterAll(async () => {
    await service.close();
  });

  function device({ person, token }: Enrolled): Standing {
    return { token, kind: 'device', key: person.key, keyId: person.deviceId, user: person.state.chainId };
  }

  function administrator(clinic: Clinic): Standing {
    const { admin, state } = clinic.organisation;
    return { token: clinic.adminToken, kind: 'admin', key: admin, keyId: admin.keyId, user: state.chainId };
  }

  const standing = (actor: Actor): Standing => actors.get(actor) ?? fail(actor);
  const object = (name: ObjectName) => objects.get(name) ?? fail(name);
  const nameOfId = (id: string) => OBJECTS.find((name) => object(name).id === id);
  function fail(name: string): never {
    throw new Error(`no ${name}`);
  }

  describe.each(ACTORS)('%s', (actor) => {
    const readable = MAY_READ[actor];
    let socket: Socket | undefined;

    beforeAll(async () => {
      const { token } = standing(actor);
      socket = token === undefined ? undefined : await connect(service, token);
    });
    afterAll(() => socket?.close());

    const ids = () => OBJECTS.map((name) => object(name).id);
    const cursors = () => ids().map((chainId) => ({ chainId, afterSeq: 0 }));

    it.each(Object.keys(ROUTES) as RouteName[])(
      'is let through or not to %s by the kind of his key',
      async (name) => {
        const { token, kind } = standing(actor);
        const kinds: readonly Principal['kind'][] = ROUTES[name].principals;
        if (kinds.length === 0 || name === 'endSession') return;
        const { code } = await call(service, name, {
          token,
          body: ROUTES[name].method === 'GET' ? undefined : {},
        });
        if (kind === undefined) expect(code).toBe('auth.required');
        else if (!kinds.includes(kind)) expect(code).toBe('auth.forbidden');
        else expect(['auth.required', 'auth.forbidden']).not.toContain(code);
      },
    );

    it('reads entries of exactly the chains that concern him', async () => {
      const { token } = standing(actor);
      const answer = await call(service, 'sync', { token, body: { cursors: cursors() } });
      if (token === undefined) {
        expect(answer.code).toBe('auth.required');
        return;
      }
      const reply = answer.body as SyncReply;
      expect(reply.chains.map(({ chainId }) => nameOfId(chainId))).toEqual(readable);
      expect(reply.chains.every(({ entries }) => entries.length > 0)).toBe(true);
      const ack = await command(socket ?? fail('socket'), SOCKET_EVENT.chainSync, { cursors: cursors() });
      expect(ack).toEqual({ ok: true, ...reply });
    });

    it('sees heads of exactly those', async () => {
      const { token } = standing(actor);
      if (token === undefined) return;
      const body = { chainIds: ids() };
      const reply = await done<HeadsReply>(call(service, 'heads', { token, body }));
      expect(reply.heads.map(({ chainId }) => nameOfId(chainId)).sort()).toEqual([...readable].sort());
      const ack = await command(socket ?? fail('socket'), SOCKET_EVENT.chainHeads, body);
      expect(ack).toEqual({ ok: true, ...reply });
    });

    it.each(OBJECTS)('appends to %s only if it is his to write', async (name) => {
      const { token, kind, key, keyId, user } = standing(actor);
      const { id, kind: chainKind } = object(name);
      const header = {
        kind: chainKind,
        type: {
          [KIND.identity]: IDENTITY.userKey,
          [KIND.organisation]: ORGANISATION.attest,
          [KIND.thread]: THREAD.message,
        }[chainKind],
        chainId: fromHex(id),
        seq: 1_000,
        prevHash: randomBytes(32),
        authorUser: user,
        authorDevice: keyId,
        tsMs: Date.now(),
      };
      const body = { chainId: id, entry: toBase64Url(signEntry(header, randomBytes(200), key)) };
      const answer = await call(service, 'appendEntry', { token, body });
      if (kind === undefined) expect(answer.code).toBe('auth.required');
      else if (kind === 'invite') expect(answer.code).toBe('auth.forbidden');
      else if (MAY_WRITE[actor].includes(name)) expect(answer.code).toBe('chain.stale_head');
      else expect(answer.problem).toEqual({ ...notFound, correlationId: answer.problem?.correlationId });
      if (socket === undefined) return;
      const ack = await command(socket, SOCKET_EVENT.entryAppend, body);
      expect(ack.problem?.code).toBe(answer.code);
    });

    const plansFor: ObjectName | undefined = {
      administrator: 'organisation' as const,
      'other administrator': 'other organisation' as const,
    }[actor as string];
    const worksFor: ObjectName | undefined =
      plansFor ??
      {
        member: 'organisation' as const,
        colleague: 'organisation' as const,
        'other member': 'other organisation' as const,
      }[actor as string];

    it.each(['organisation', 'other organisation', 'missing'] as const)(
      'sees the coverage of %s only as its staff or administrator, and plans it only as who may',
      async (name) => {
        const { token, kind } = standing(actor);
        const params = { organisationId: object(name).id, role: 'prescriber' };
        const asked: [RouteName, unknown, boolean][] = [
          ['getCalendar', undefined, worksFor === name],
          ['getRota', undefined, worksFor === name],
          ['listShifts', undefined, worksFor === name],
          ['listCoverageChanges', undefined, worksFor === name],
          ['listCoverageActs', undefined, worksFor === name],
          ['listReadiness', undefined, worksFor === name],
          ['findDuty', { role: 'prescriber' }, worksFor === name],
          ['putCalendar', { replaces: 9, calendar: CALENDAR }, plansFor === name],
          ['putRota', { replaces: 9, rota: ROTA }, plansFor === name],
          [
            'addOverride',
            { role: 'prescriber', slot: 'primary', ...LATER, personId: null },
            plansFor === name,
          ],
          ['addLeave', { personId: 'e'.repeat(32), ...LATER, coverId: null }, plansFor === name],
        ];
        for (const [route, body, entitled] of asked) {
          const answer = await call(service, route, { token, params, body });
          if (kind === undefined) expect([route, answer.code]).toEqual([route, 'auth.required']);
          else if (kind === 'invite') expect([route, answer.code]).toEqual([route, 'auth.forbidden']);
          else if (entitled) expect([route, answer.code]).not.toEqual([route, 'coverage.not_found']);
          else {
            const correlationId = answer.problem?.correlationId;
            expect([route, answer.problem]).toEqual([route, { ...NO_COVERAGE, correlationId }]);
          }
        }
      },
    );

    it.each(['organisation', 'other organisation', 'missing'] as const)(
      'sees the ladders of %s only as its staff, writes them as its administrator, and nobody here approves or oversees',
      async (name) => {
        const { token } = standing(actor);
        const params = { organisationId: object(name).id };
        const ladder = { ackHoldsMinutes: 60, steps: [{ who: ['opener'], at: { minutesAfterDue: 0 } }] };
        const asked: [RouteName, unknown, boolean][] = [
          ['listLadders', undefined, worksFor === name],
          ['listOverdue', undefined, plansFor === name],
          ['putLadder', { urgency: 'soon', ladder }, plansFor === name],
          ['approveLadder', { urgency: 'soon', version: 0 }, false],
        ];
        for (const [route, body, entitled] of asked) {
          const answer = await call(service, route, { token, params, body });
          expectEntitled(route, answer, entitled);
        }
      },
    );

    it.each(['thread', 'other thread', 'missing'] as const)(
      'learns of the escalations of %s, and leaves receipts there, only from within it',
      async (name) => {
        const { token } = standing(actor);
        const params = { threadId: object(name).id };
        const entitled = readable.includes(name);
        expectEntitled(
          'listThreadObligations',
          await call(service, 'listThreadObligations', { token, params }),
          entitled,
        );
        const body = { seenSeq: 1 };
        expectEntitled('putReceipt', await call(service, 'putReceipt', { token, params, body }), entitled);
      },
    );

    /** By the kind of key first; then as if it did not exist, unless it is his. */
    function expectEntitled(route: RouteName, answer: Answer, entitled: boolean): void {
      const { kind } = standing(actor);
      const kinds: readonly Principal['kind'][] = ROUTES[route].principals;
      if (kind === undefined) expect([route, answer.code]).toEqual([route, 'auth.required']);
      else if (!kinds.includes(kind)) expect([route, answer.code]).toEqual([route, 'auth.forbidden']);
      else if (entitled) expect([route, answer.code]).toEqual([route, undefined]);
      else {
        const correlationId = answer.problem?.correlationId;
        expect([route, answer.problem]).toEqual([route, { ...notFound, correlationId }]);
      }
    }

    it.each(['thread', 'other thread', 'missing'] as const)(
      'learns whether somebody reads %s only from within it',
      async (name) => {
        const { token, kind } = standing(actor);
        const answer = await call(service, 'getAvailability', {
          token,
          params: { threadId: object(name).id },
        });
        if (kind === undefined) expect(answer.code).toBe('auth.required');
        else if (kind !== 'device') expect(answer.code).toBe('auth.forbidden');
        else if (readable.includes(name)) expect(answer.status).toBe(200);
        else expect(answer.problem).toEqual({ ...notFound, correlationId: answer.problem?.correlationId });
      },
    );

    it.each(['organisation', 'other organisation', 'missing'] as const)(
      'introduces guests to %s only as its administrator',
      async (name) => {
        const { token, kind } = standing(actor);
        const params = { organisationId: object(name).id, guestId: object('organisation').id };
        const answer = await call(service, 'introduceOrganisation', { token, params });
        const own =
          (actor === 'administrator' && name === 'organisation') ||
          (actor === 'other administrator' && name === 'other organisation');
        if (own) expect(answer.status).toBe(204);
        else if (kind === 'admin')
          expect(answer.problem).toEqual({ ...notFound, correlationId: answer.problem?.correlationId });
        else expect(['auth.required', 'auth.forbidden']).toContain(answer.code);
        await service.sql('DELETE FROM introduction');
      },
    );
  });

  const notFound = {
    type: 'urn:trialogue:problem:chain.not_found',
    code: 'chain.not_found',
    title: 'No such chain for you',
    status: 404,
    mend: 'Check the id; a chain is readable only by those it concerns.',
    retryable: false,
  };

  it('an introduction lets the guests’ members read the host’s chain and people, and nobody else', async () => {
    const host = object('other organisation').id;
    const params = { organisationId: host, guestId: object('organisation').id };
    await call(service, 'introduceOrganisation', { token: standing('other administrator').token, params });
    const seen: Actor[] = [];
    for (const actor of ACTORS) {
      const { token } = standing(actor);
      if (token === undefined) continue;
      const reply = await done<HeadsReply>(call(service, 'heads', { token, body: { chainIds: [host] } }));
      if (reply.heads.length > 0) seen.push(actor);
    }
    expect(seen.sort()).toEqual(
      ['administrator', 'member', 'colleague', 'leaver', 'other administrator', 'other member'].sort(),
    );
    await service.sql('DELETE FROM introduction');
  });

  it('a key nobody named gets no session, so there is no further actor', async () => {
    const { key, keyId } = { key: newKey(), keyId: randomBytes(16) };
    const challenge = await done<{ challenge: string; expiresAtMs: number }>(
      call(service, 'createChallenge', { body: { keyId: toHexId(keyId) } }),
    );
    const signature = toBase64Url(randomBytes(64));
    const answer = await call(service, 'createSession', {
      body: { keyId: toHexId(keyId), ...challenge, signature },
    });
    expect(answer.code).toBe('auth.challenge_invalid');
    expect(key.publicKey).toHaveLength(32);
  });
});
