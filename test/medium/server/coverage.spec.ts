import { WEEKDAYS, type BusinessCalendar, type Rota } from '#calendar';
import type {
  AvailabilityReply,
  ChangesReply,
  CoverageActsReply,
  DutyReply,
  HandoversReply,
  ReadinessReply,
  RouteName,
} from '#protocol';
import { call, done } from '../../support/server/caller.js';
import { Clinic, type Enrolled } from '../../support/server/clinic.js';
import { startTestService, type TestService } from '../../support/server/service.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const idOf = ({ person }: Enrolled): string => person.userId;

const CALENDAR: BusinessCalendar = {
  format: 'trialogue/business-calendar/1',
  calendar_id: 'office',
  version: 1,
  zone: 'America/Denver',
  week: Object.fromEntries(
    WEEKDAYS.map((day) => [day, [{ from: '09:00', to: '17:00' }]]),
  ) as BusinessCalendar['week'],
  special_days: [],
};

/** One day for the whole suite: a rota that is read back is the one that was written, also after midnight. */
const FIRST_DAY = new Date(Date.now() - 26 * 7 * DAY_MS);

/** Everybody in turn, a year each, so that no test meets a hand-over. */
function rota(people: readonly Enrolled[], secondary: readonly Enrolled[] = []): Rota {
  const rule = (of: readonly Enrolled[]): Rota['primary'][number] => ({
    name: 'yearly',
    people: of.map(idOf),
    starts_on: FIRST_DAY.toISOString().slice(0, 10),
    hands_over: { weekday: WEEKDAYS[(FIRST_DAY.getUTCDay() + 6) % 7] ?? 'monday', at: '00:00' },
    every_weeks: 52,
    within: null,
  });
  return {
    format: 'trialogue/rota/1',
    zone: 'UTC',
    covers: 'always',
    primary: [rule(people)],
    secondary: secondary.length === 0 ? [] : [rule(secondary)],
  };
}

describe('coverage over REST', () => {
  let service: TestService;
  let clinic: Clinic;
  let ada: Enrolled;
  let ben: Enrolled;
  let cleo: Enrolled;
  let director: Enrolled;
  let client: Enrolled;

  beforeAll(async () => {
    service = await startTestService();
  });
  beforeEach(async () => {
    clinic = await Clinic.found(service);
    [ada, ben, cleo] = [
      await clinic.join('prescriber'),
      await clinic.join('prescriber'),
      await clinic.join('prescriber'),
    ];
    director = await clinic.join('director');
    client = await clinic.join('client');
  });
  afterAll(async () => {
    await service.close();
  });

  const ask = (name: RouteName, token: string, given: { body?: unknown; params?: object } = {}) =>
    call(service, name, {
      token,
      body: given.body,
      params: { organisationId: clinic.id, role: 'prescriber', ...given.params },
    });
  const codeOf = async (...asked: Parameters<typeof ask>) => (await ask(...asked)).code;
  const setRota = (of: Rota, replaces = 0) =>
    done(ask('putRota', director.token, { body: { replaces, rota: of } }));
  const duty = (atMs?: number) =>
    done<DutyReply>(
      ask('findDuty', ben.token, { body: { role: 'prescriber', ...(atMs === undefined ? {} : { atMs }) } }),
    );
  const inHours = (from: number, to: number) => ({
    fromMs: Date.now() + from * HOUR_MS,
    toMs: Date.now() + to * HOUR_MS,
  });

  it('opening hours and rotas are versions: the newest is in force, and nobody overwrites what he has not read', async () => {
    expect((await ask('getRota', ada.token)).body).toEqual({ version: 0, rota: null });
    await setRota(rota([ada]));
    expect(await codeOf('putRota', director.token, { body: { replaces: 0, rota: rota([ben]) } })).toBe(
      'coverage.stale',
    );
    await setRota(rota([ben]), 1);
    expect((await ask('getRota', ada.token)).body).toEqual({ version: 2, rota: rota([ben]) });
    await done(ask('putCalendar', clinic.adminToken, { body: { replaces: 0, calendar: CALENDAR } }));
    expect((await ask('getCalendar', ada.token)).body).toEqual({ version: 1, calendar: CALENDAR });
    expect((await duty()).primary).toBe(idOf(ben));
  });

  it('of two who plan at once, one is told that the other was faster', async () => {
    const codes = await Promise.all(
      [ada, ben].map((person) =>
        codeOf('putRota', director.token, { body: { replaces: 0, rota: rota([person]) } }),
      ),
    );
    expect(codes.filter((code) => code === 'coverage.stale')).toHaveLength(1);
  });

  it('only those who plan write rotas, hours and overrides; for everybody else there is nothing', async () => {
    const body = { replaces: 0, rota: rota([ada]) };
    for (const { token } of [ada, client])
      expect(await codeOf('putRota', token, { body })).toBe('coverage.not_found');
    expect(await codeOf('getRota', client.token)).toBe('coverage.not_found');
    const elsewhere = await Clinic.found(service, 'Elsewhere');
    const stranger = await elsewhere.join('director');
    for (const token of [stranger.token, elsewhere.adminToken]) {
      expect(await codeOf('putRota', token, { body })).toBe('coverage.not_found');
      expect(await codeOf('getRota', token)).toBe('coverage.not_found');
    }
  });

  it('says what does not fit in a document, by its fields and without repeating it', async () => {
    const [rule] = rota([ada]).primary;
    const bad = { ...rota([ada]), zone: 'Mars/Base', primary: [{ ...rule, every_weeks: 0 }] };
    const answer = await ask('putRota', director.token, { body: { replaces: 0, rota: bad } });
    expect(answer.code).toBe('coverage.unusable');
    expect(answer.problem?.repair?.fields?.toSorted()).toEqual(['rota.primary.0.every_weeks', 'rota.zone']);
    expect(JSON.stringify(answer.body)).not.toContain('Mars');
    const strangers = await ask('putRota', director.token, {
      body: { replaces: 0, rota: rota([ada, director]) },
    });
    expect([strangers.code, strangers.problem?.repair?.fields]).toEqual([
      'coverage.person_unknown',
      ['rota.primary.0.people.1'],
    ]);
  });

  describe('with a rota', () => {
    beforeEach(() => setRota(rota([ada], [cleo])));

    it('an override changes who is on duty until it is withdrawn; two of one slot do not overlap', async () => {
      const body = { role: 'prescriber', slot: 'primary', ...inHours(-1, 2), personId: idOf(ben) };
      const { id } = await done<{ id: string }>(ask('addOverride', director.token, { body }));
      expect(await duty()).toMatchObject({ primary: idOf(ben), secondary: idOf(cleo) });
      expect((await duty(Date.now() + 3 * HOUR_MS)).primary).toBe(idOf(ada));
      expect(await codeOf('addOverride', director.token, { body: { ...body, ...inHours(1, 3) } })).toBe(
        'coverage.overlap',
      );
      const params = { overrideId: id };
      expect(await codeOf('withdrawOverride', ada.token, { params })).toBe('coverage.not_found');
      await done(ask('withdrawOverride', director.token, { params }));
      expect((await duty()).primary).toBe(idOf(ada));
      expect(await codeOf('withdrawOverride', director.token, { params })).toBe('coverage.not_found');
    });

    it('refuses times that are over or turned round, and people of another role', async () => {
      const body = { role: 'prescriber', slot: 'primary', ...inHours(1, 2), personId: idOf(ben) };
      const refused = (changes: object) =>
        codeOf('addOverride', director.token, { body: { ...body, ...changes } });
      expect(await refused(inHours(-3, -1))).toBe('coverage.time_over');
      expect(await refused(inHours(2, 1))).toBe('request.malformed');
      expect(await refused(inHours(0, 24 * 400))).toBe('request.malformed');
      expect(await refused({ personId: idOf(director) })).toBe('coverage.person_unknown');
      expect(await refused({ role: 'therapist' })).toBe('coverage.no_rota');
    });

    it('leave is one’s own to write, brings the cover, and is taken back by oneself or who plans', async () => {
      const body = { ...inHours(-1, 5), coverId: idOf(ben) };
      const { id } = await done<{ id: string }>(ask('addLeave', ada.token, { body }));
      expect((await duty()).primary).toBe(idOf(ben));
      expect(await codeOf('addLeave', ada.token, { body })).toBe('coverage.overlap');
      expect(
        await codeOf('addLeave', ben.token, { body: { ...body, personId: idOf(cleo), coverId: null } }),
      ).toBe('coverage.not_found');
      expect(await codeOf('addLeave', cleo.token, { body: { ...body, coverId: idOf(cleo) } })).toBe(
        'request.malformed',
      );
      expect(await codeOf('addLeave', cleo.token, { body: { ...body, coverId: idOf(client) } })).toBe(
        'coverage.person_unknown',
      );
      expect(await codeOf('withdrawLeave', ben.token, { params: { leaveId: id } })).toBe(
        'coverage.not_found',
      );
      await done(ask('withdrawLeave', ada.token, { params: { leaveId: id } }));
      expect((await duty()).primary).toBe(idOf(ada));
      await done(ask('addLeave', director.token, { body: { ...body, personId: idOf(ada), coverId: null } }));
      expect((await duty()).primary).toBe(null);
    });

    describe('a swap', () => {
      const swap = () => ({ role: 'prescriber', slot: 'primary', ...inHours(-1, 5), takerId: idOf(ben) });
      const propose = async () =>
        (await done<{ id: string }>(ask('proposeSwap', ada.token, { body: swap() }))).id;
      const settle = (who: Enrolled, swapId: string, state: string) =>
        codeOf('settleSwap', who.token, { params: { swapId }, body: { state } });

      it('counts only once its taker has accepted, and only he can', async () => {
        const id = await propose();
        expect((await duty()).primary).toBe(idOf(ada));
        for (const other of [ada, cleo, director]) {
          expect(await settle(other, id, 'accepted')).toBe('coverage.not_found');
        }
        expect((await duty()).primary).toBe(idOf(ada));
        expect(await settle(ben, id, 'accepted')).toBe(undefined);
        expect((await duty()).primary).toBe(idOf(ben));
        expect(await settle(ben, id, 'declined')).toBe('coverage.settled');
        expect((await duty(Date.now() + 6 * HOUR_MS)).primary).toBe(idOf(ada));
      });

      it('that is declined or withdrawn changes nothing, and is withdrawn by its giver alone', async () => {
        const declined = await propose();
        expect(await codeOf('proposeSwap', ada.token, { body: swap() })).toBe('coverage.overlap');
        expect(await settle(ben, declined, 'declined')).toBe(undefined);
        const withdrawn = await propose();
        expect(await settle(ben, withdrawn, 'withdrawn')).toBe('coverage.not_found');
        expect(await settle(ada, withdrawn, 'withdrawn')).toBe(undefined);
        expect(await settle(ben, withdrawn, 'accepted')).toBe('coverage.settled');
        expect((await duty()).primary).toBe(idOf(ada));
      });

      it('gives only what the giver has, when it is proposed and when it is accepted', async () => {
        expect(await codeOf('proposeSwap', ben.token, { body: { ...swap(), takerId: idOf(ada) } })).toBe(
          'coverage.not_on_duty',
        );
        expect(await codeOf('proposeSwap', ada.token, { body: { ...swap(), takerId: idOf(director) } })).toBe(
          'coverage.person_unknown',
        );
        const id = await propose();
        const { role, slot, ...rest } = swap();
        const body = { role, slot, fromMs: rest.fromMs, toMs: rest.toMs, personId: idOf(cleo) };
        await done(ask('addOverride', director.token, { body }));
        expect(await settle(ben, id, 'accepted')).toBe('coverage.not_on_duty');
      });

      it('that is accepted and withdrawn at once has one winner, and duty says which', async () => {
        const id = await propose();
        const [accepted, withdrawn] = await Promise.all([
          settle(ben, id, 'accepted'),
          settle(ada, id, 'withdrawn'),
        ]);
        expect([accepted, withdrawn].filter((code) => code === 'coverage.settled')).toHaveLength(1);
        expect((await duty()).primary).toBe(idOf(accepted === undefined ? ben : ada));
      });

      it('asks its taker, and tells its giver how it was settled', async () => {
        const id = await propose();
        await settle(ben, id, 'accepted');
        const rows = await service.sql<{ reason: string; to: string }>(
          `SELECT payload->>'reason' AS reason, payload->>'recipientId' AS to FROM outbox
           WHERE payload->>'organisationId' = $1 ORDER BY id`,
          [clinic.id],
        );
        expect(rows).toEqual([
          { reason: 'swap_asked', to: idOf(ben) },
          { reason: 'swap_settled', to: idOf(ada) },
        ]);
      });
    });

    it('every plan is on record with who wrote it, and everything current is listed', async () => {
      const leave = { ...inHours(1, 2), coverId: null };
      await done(ask('addLeave', ada.token, { body: leave }));
      const { acts } = await done<CoverageActsReply>(ask('listCoverageActs', clinic.adminToken));
      expect(acts.map(({ act, actorId, actorKind }) => [act, actorKind, actorId])).toEqual([
        ['leave_set', 'person', idOf(ada)],
        ['rota_set', 'person', idOf(director)],
      ]);
      const changes = await done<ChangesReply>(ask('listCoverageChanges', cleo.token));
      expect(changes.leave).toEqual([expect.objectContaining({ personId: idOf(ada), ...leave })]);
    });
  });

  describe('what the watch has written', () => {
    const DATABASE_HOUR = `interval '1 hour'`;
    const inAnotherThread = 'c'.repeat(32);
    let threadId: string;

    beforeEach(async () => {
      threadId = (await clinic.openThread([await clinic.join('therapist'), ada])).id;
    });

    it('is handed over to whoever comes: what he is in with its ids, the rest as a number', async () => {
      const [note] = await service.sql<{ id: string }>(
        `INSERT INTO handover_note (organisation_id, role, shift_at, incoming_id, outgoing_id)
         VALUES (decode($1, 'hex'), $2, now(), decode($3, 'hex'), NULL) RETURNING id`,
        [clinic.id, ada.role, idOf(ada)],
      );
      for (const thread of [threadId, inAnotherThread]) {
        await service.sql(
          `INSERT INTO handover_item (note_id, thread_id, obligation_id, urgency, due_at, state, overdue, taken)
           VALUES ($1, decode($2, 'hex'), 512, 3, now() - ${DATABASE_HOUR}, 'open', true, '{2,1,0}')`,
          [note?.id, thread],
        );
      }
      const { notes } = await done<HandoversReply>(ask('listHandovers', ada.token));
      expect(notes).toEqual([
        expect.objectContaining({
          organisationId: clinic.id,
          outgoingId: null,
          elsewhere: 1,
          items: [expect.objectContaining({ threadId, obligation: 512, overdue: true, level: 2 })],
        }),
      ]);
      expect((await done<HandoversReply>(ask('listHandovers', ben.token))).notes).toEqual([]);
      await clinic.govern(clinic.organisation.suspend(ada.attestHash, true));
      expect((await done<HandoversReply>(ask('listHandovers', ada.token))).notes).toEqual([]);
    });

    it('shows to everybody on the staff that somebody is not ready, and names a thread only to its members', async () => {
      await service.sql(
        `INSERT INTO readiness_check (organisation_id, role, slot, person_id, shift_at, hours_before, probe_key,
           evaluate_at, state, probe_confirmed, device_online, threads, missing)
         VALUES (decode($1, 'hex'), $2, 'primary', decode($3, 'hex'), now() + ${DATABASE_HOUR}, 24, 'a key', now(),
           'not_ready', true, true, 5, ARRAY[decode($4, 'hex'), decode($5, 'hex')])`,
        [clinic.id, ben.role, idOf(ben), threadId, inAnotherThread],
      );
      const seenBy = async (token: string) =>
        (await done<ReadinessReply>(ask('listReadiness', token))).checks.map(
          ({ state, personId, missing, missingThreadIds }) => [state, personId, missing, missingThreadIds],
        );
      expect(await seenBy(ada.token)).toEqual([['not_ready', idOf(ben), 2, [threadId]]]);
      for (const token of [ben.token, clinic.adminToken]) {
        expect(await seenBy(token)).toEqual([['not_ready', idOf(ben), 2, []]]);
      }
    });
  });

  describe('whether somebody will read', () => {
    const availability = async (who: Enrolled, threadId: string) =>
      (
        await done<AvailabilityReply>(ask('getAvailability', who.token, { params: { threadId } }))
      ).roles.filter(({ role }) => role === 'prescriber');

    it('is told to a client by role, without a name, from the people who are in the thread', async () => {
      const thread = await clinic.openThread([await clinic.join('therapist'), ada, ben, client]);
      expect(await availability(client, thread.id)).toEqual([
        { role: 'prescriber', state: 'unknown', fromMs: null, zone: null },
      ]);
      await setRota(rota([ada]));
      expect(await availability(client, thread.id)).toEqual([
        { role: 'prescriber', state: 'on_duty', fromMs: null, zone: 'UTC' },
      ]);
      const body = { role: 'prescriber', slot: 'primary', ...inHours(-1, 2), personId: idOf(cleo) };
      await done(ask('addOverride', director.token, { body }));
      expect(await availability(client, thread.id)).toEqual([
        { role: 'prescriber', state: 'later', fromMs: body.toMs, zone: 'UTC' },
      ]);
      const forLong = { ...body, ...inHours(3, 24 * 30), personId: null };
      await done(ask('addOverride', director.token, { body: { ...forLong, fromMs: body.toMs } }));
      expect(await availability(client, thread.id)).toEqual([
        { role: 'prescriber', state: 'nobody', fromMs: null, zone: 'UTC' },
      ]);
    });

    it('comes from the opening hours where there is no rota', async () => {
      const thread = await clinic.openThread([await clinic.join('therapist'), ada, client]);
      const always = Object.fromEntries(WEEKDAYS.map((day) => [day, [{ from: '00:00', to: '24:00' }]]));
      const open = { ...CALENDAR, week: always as BusinessCalendar['week'] };
      await done(ask('putCalendar', director.token, { body: { replaces: 0, calendar: open } }));
      expect(await availability(client, thread.id)).toMatchObject([{ state: 'open' }]);
      const today = new Date().toISOString().slice(0, 10);
      const days = [-1, 0, 1].map((plus) =>
        new Date(Date.parse(today) + plus * DAY_MS).toISOString().slice(0, 10),
      );
      const shut = { ...open, special_days: days.map((on) => ({ on, name: 'shut', hours: [] })) };
      await done(ask('putCalendar', director.token, { body: { replaces: 1, calendar: shut } }));
      expect(await availability(client, thread.id)).toMatchObject([
        { state: 'opens', zone: 'America/Denver' },
      ]);
    });
  });
});
