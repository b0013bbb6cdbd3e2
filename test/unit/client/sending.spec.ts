import { exampleOf } from '#clinical';
import { ClientProblem, memoryStore, Member, type KeyStore, type Lane, type StoreChange } from '#client';
import { KIND, parseEntry, toBase64Url, toHex } from '#protocol';
import {
  comeBack,
  inOneHour,
  newAdministrator,
  newPlayer,
  newScene,
  openCase,
  type Player,
  type Scene,
} from '../../support/client/scene.js';
import { codeOf, laneOf, notesOf, syncAll } from '../../support/client/shown.js';
import { newServiceDouble } from '../../support/client/service.double.js';
import { messagesIn, placesSignedTwice } from '../../support/client/traffic.js';

async function caseOf(): Promise<Scene & { readonly lane: Lane; readonly threadId: string }> {
  const scene = await newScene();
  const lane = (await openCase(scene)).lane('care_team');
  await syncAll([scene.therapist, scene.prescriber, scene.client]);
  return { ...scene, lane, threadId: lane.threadId };
}

describe('sending', () => {
  it('sends the very same bytes again after an answer that got lost, and they stand once', async () => {
    const { service, therapist, lane, threadId } = await caseOf();
    service.loseAcks = 1;
    const before = service.received.length;
    expect(await codeOf(lane.note('Sent once'))).toBe('connection.timeout');
    expect(therapist.member.drafts()).toMatchObject([{ state: 'queued', content: { note: 'Sent once' } }]);
    await therapist.member.sync();
    expect(notesOf(lane)).toEqual(['Sent once']);
    expect(therapist.member.drafts()).toEqual([]);
    const sent = messagesIn(service.received.slice(before), threadId);
    expect(new Set(sent.map(toHex)).size).toBe(1);
  });

  it('does not say twice what was taken, when neither the answer nor the lane comes back for a while', async () => {
    const { service, therapist, lane, threadId } = await caseOf();
    service.loseAcks = 1;
    expect(await codeOf(lane.note('Said once'))).toBe('connection.timeout');
    service.refuse = (name) => (name === 'appendEntry' ? 'chain.not_found' : undefined);
    service.tamper = (reply, { name }) => {
      if (name !== 'sync' && name !== 'heads') return reply;
      const entries = Object.entries(reply as Record<string, { chainId: string }[]>);
      return Object.fromEntries(
        entries.map(([key, list]) => [key, list.filter(({ chainId }) => chainId !== threadId)]),
      );
    };
    await therapist.member.sync();
    const [draft] = therapist.member.drafts();
    expect(draft).toMatchObject({ state: 'failed', problem: 'lane.no_row' });
    service.tamper = undefined;
    service.refuse = undefined;
    await therapist.member.resend(draft?.draftId ?? '');
    await therapist.member.sync();
    expect(notesOf(lane)).toEqual(['Said once']);
    expect(therapist.member.drafts()).toEqual([]);
  });

  it('takes a failed draft away when its entry turns out to stand in the lane', async () => {
    const { service, therapist, lane } = await caseOf();
    service.loseAcks = 1;
    expect(await codeOf(lane.note('It stands'))).toBe('connection.timeout');
    await comeBack(service, therapist);
    service.refuse = (name) => (name === 'appendEntry' ? 'auth.forbidden' : undefined);
    service.tamper = (reply, { name }) => {
      if (name === 'sync') return { chains: [] };
      return name === 'heads' ? { heads: [] } : reply;
    };
    await therapist.member.sync();
    expect(therapist.member.drafts()).toMatchObject([{ state: 'failed' }]);
    service.tamper = undefined;
    await therapist.member.sync();
    expect(notesOf(laneOf(therapist))).toEqual(['It stands']);
    expect(therapist.member.drafts()).toEqual([]);
  });

  it('takes in everything a conflict tells it at once', async () => {
    const { service, therapist, prescriber, threadId } = await caseOf();
    const inner = therapist.store;
    const written: number[] = [];
    const store: KeyStore = {
      load: () => inner.load(),
      close: () => inner.close(),
      write: (changes) => {
        written.push(changes.filter(({ key }) => key.startsWith(`chain/thread/${threadId}`)).length);
        return inner.write(changes);
      },
    };
    const member = await Member.open({ store, transport: service.transport(), patienceMs: 0 });
    const { seq, head } = service.thread(threadId);
    for (let n = 0; n < 20; n += 1) await laneOf(prescriber).note(`Before ${String(n)}`);
    service.tamper = (reply, { name }) => {
      if (name !== 'heads') return reply;
      const { heads } = reply as { heads: { chainId: string }[] };
      const old = { chainId: threadId, head: { seq, hash: toBase64Url(head) } };
      return { heads: heads.map((stated) => (stated.chainId === threadId ? old : stated)) };
    };
    const lane = member.cases()[0]?.lane('care_team');
    await lane?.note('After all of them');
    expect(lane && notesOf(lane)).toHaveLength(21);
    expect(written.filter((count) => count > 0)).toEqual([20, 1]);
  });

  it('sends the very same bytes again, after a restart too, when the service could not take them', async () => {
    const { service, therapist, threadId, lane } = await caseOf();
    const before = service.received.length;
    service.refuse = (name) => (name === 'appendEntry' ? 'service.unavailable' : undefined);
    expect(await codeOf(lane.note('Patience'))).toBe('service.unavailable');
    await therapist.member.sync();
    await comeBack(service, therapist);
    service.refuse = undefined;
    await therapist.member.sync();
    expect(notesOf(laneOf(therapist))).toEqual(['Patience']);
    const sent = messagesIn(service.received.slice(before), threadId);
    expect(sent.length).toBeGreaterThan(2);
    expect(new Set(sent.map(toHex)).size).toBe(1);
  });

  it('keeps what could not leave and sends it with the next sync', async () => {
    const { service, therapist, prescriber, lane } = await caseOf();
    service.down = true;
    expect(await codeOf(lane.note('Written offline'))).toBe('connection.unreachable');
    await comeBack(service, therapist);
    service.down = false;
    await therapist.member.sync();
    await prescriber.member.sync();
    expect(notesOf(laneOf(prescriber))).toEqual(['Written offline']);
  });

  it('rebuilds after a conflict, so that everybody writing at once is heard once, in one order', async () => {
    const { therapist, prescriber, client, service } = await caseOf();
    const players = [therapist, prescriber, client];
    await Promise.all(
      players.flatMap((player) => [1, 2, 3].map((n) => laneOf(player).note(`${player.role} ${String(n)}`))),
    );
    await syncAll(players);
    const [first, ...others] = players.map((player) => notesOf(laneOf(player)));
    expect(first).toHaveLength(9);
    for (const other of others) expect(other).toEqual(first);
    expect(placesSignedTwice(service.received)).toEqual([]);
  });

  it('seals again by the clock of the service when the own one is off', async () => {
    const { service, prescriber, lane } = await caseOf();
    const hour = 3_600_000;
    service.clockMs = () => Date.now() + hour;
    await lane.note('An hour ahead');
    await prescriber.member.sync();
    const [entry] = laneOf(prescriber).timeline().slice(-1);
    expect((entry?.at.getTime() ?? 0) - Date.now()).toBeGreaterThan(hour - 60_000);
  });

  it('founds, invites, joins and opens a case by the clock of the service when the own one is off', async () => {
    const service = await newServiceDouble();
    const hour = 3_600_000;
    service.clockMs = () => Date.now() + hour;
    const administrator = await newAdministrator(service);
    const therapist = await newPlayer(service, administrator, 'therapist');
    const client = await newPlayer(service, administrator, 'client');
    await therapist.member.sync();
    const opened = await therapist.member.openCase({ client: client.member.userId, clinicians: [] });
    await client.member.sync();
    const [founded] = laneOf(client).timeline();
    expect(founded?.shown.kind).toBe('founded');
    expect((founded?.at.getTime() ?? 0) - Date.now()).toBeGreaterThan(hour - 60_000);
    expect(client.member.cases().map(({ caseId }) => caseId)).toEqual([opened.caseId]);
  });

  it('does not found a lane twice because the clock has moved since it was founded', async () => {
    const { service, therapist, client } = await newScene();
    await therapist.member.sync();
    service.tamper = (reply, { name }) => {
      if (name === 'foundThread') throw new ClientProblem('connection.timeout');
      return reply;
    };
    const opening = therapist.member.openCase({ client: client.member.userId, clinicians: [] });
    expect(await codeOf(opening)).toBe('connection.timeout');
    service.tamper = undefined;
    service.clockMs = () => Date.now() + 3_600_000;
    await therapist.member.sync();
    await client.member.sync();
    const lanes = therapist.member.cases().map(({ lanes: all }) => all.map(({ lane }) => lane));
    expect(lanes).toEqual([['care_team', 'clinicians']]);
    expect([...service.chains.values()].filter(({ kind }) => kind === KIND.thread)).toHaveLength(2);
  });

  it('does not let a service turn the clock back by days', async () => {
    const { service, therapist, lane } = await caseOf();
    service.clockMs = () => Date.now() - 3 * 86_400_000;
    expect(await codeOf(lane.note('By whose clock?'))).toBe('chain.clock_skew');
    expect(therapist.member.drafts()).toMatchObject([{ state: 'failed', problem: 'chain.clock_skew' }]);
  });

  it.each([
    ['routine', 8],
    ['urgent', 30],
  ] as const)('gives up a %s message after %i conflicts and keeps the draft', async (urgency, tries) => {
    const { service, therapist, prescriber, lane, threadId } = await caseOf();
    const other = laneOf(prescriber);
    let writing = false;
    service.beforeAppend = async (bytes) => {
      const mine = toHex(parseEntry(bytes).header.authorUser) === therapist.member.userId;
      if (!mine || writing) return;
      writing = true;
      await other.note('Always first');
      writing = false;
    };
    const before = service.received.length;
    expect(await codeOf(lane.note('Never gets a turn', { urgency }))).toBe('send.exhausted');
    service.beforeAppend = undefined;
    const mine = messagesIn(service.received.slice(before), threadId).filter(
      (bytes) => toHex(parseEntry(bytes).header.authorUser) === therapist.member.userId,
    );
    expect(mine).toHaveLength(tries);
    const [draft] = therapist.member.drafts();
    expect(draft).toMatchObject({ state: 'failed', problem: 'send.exhausted', urgency });
    await therapist.member.resend(draft?.draftId ?? '');
    expect(notesOf(lane)).toContain('Never gets a turn');
    expect(therapist.member.drafts()).toEqual([]);
  });

  it('rotates first when the epoch is full, and counts the messages anew', async () => {
    const { lane } = await caseOf();
    const epochs = (): number => lane.timeline().filter(({ shown }) => shown.kind === 'members').length;
    const before = epochs();
    for (let n = 0; n < 202; n += 1) await lane.note(String(n));
    expect(epochs()).toBe(before + 1);
  }, 60_000);
});

describe('the question to the author', () => {
  async function whileOffline(scene: Scene, player: Player, text: string): Promise<void> {
    scene.service.down = true;
    await codeOf(laneOf(player).note(text));
    scene.service.down = false;
  }

  it('is asked when somebody new would read what was written before he came', async () => {
    const scene = await caseOf();
    const { service, administrator, therapist, prescriber } = scene;
    const newcomer = await newPlayer(service, administrator, 'coordinator', 'Newcomer');
    await syncAll([prescriber]);
    await whileOffline(scene, therapist, 'For three people');
    await laneOf(prescriber).addMember({ userId: newcomer.member.userId });
    await therapist.member.sync();
    const [draft] = therapist.member.drafts();
    expect(draft).toMatchObject({ state: 'author_needed', content: { note: 'For three people' } });
    await syncAll([newcomer, prescriber]);
    expect(notesOf(laneOf(newcomer))).toEqual([]);
    await therapist.member.resend(draft?.draftId ?? '');
    await newcomer.member.sync();
    expect(notesOf(laneOf(newcomer))).toEqual(['For three people']);
  });

  it('is asked when a decision came in between, and shows what came', async () => {
    const scene = await caseOf();
    const { therapist, prescriber, lane } = scene;
    await laneOf(prescriber).post(exampleOf('eligibility_decision'));
    const asked: string[][] = [];
    const sent = await lane.note('About eligibility', {
      onQuestion: ({ reasons, between }) => {
        asked.push([...reasons, ...between.map(({ shown }) => shown.kind)]);
        return true;
      },
    });
    expect(asked).toEqual([['hold_or_decision', 'event']]);
    expect(sent.seq).toBe(lane.timeline().length);
    expect(therapist.member.drafts()).toEqual([]);
  });

  it('is asked when somebody else acted on the same obligation', async () => {
    const scene = await caseOf();
    const { administrator, service, therapist, prescriber, lane } = scene;
    const colleague = await newPlayer(service, administrator, 'prescriber', 'Colleague');
    await therapist.member.sync();
    await lane.addMember({ userId: colleague.member.userId });
    const { opened } = await lane.note('Who takes this?', {
      ask: [{ responder: prescriber.member.userId, dueAt: inOneHour() }],
    });
    const [ref = ''] = opened;
    await syncAll([prescriber, colleague]);
    await colleague.member.acknowledge(ref);
    const late = prescriber.member.acknowledge(ref);
    expect(await codeOf(late)).toBe('send.author_needed');
    const [draft] = prescriber.member.drafts();
    await prescriber.member.discard(draft?.draftId ?? '');
    expect(prescriber.member.drafts()).toEqual([]);
    expect(prescriber.member.obligation(ref).owner).toBe(colleague.member.userId);
  });

  it('is not asked when only small talk came in between', async () => {
    const { prescriber, lane } = await caseOf();
    await laneOf(prescriber).note('Small talk');
    await lane.note('Goes out at once');
    expect(notesOf(lane)).toEqual(['Small talk', 'Goes out at once']);
  });
});

/** A store whose process dies right before, or right after, the write of that number. */
class DyingStore implements KeyStore {
  private writes = 0;

  constructor(
    private readonly inner: KeyStore,
    private readonly diesAt: number,
    private readonly after: boolean,
  ) {}

  load(): Promise<ReadonlyMap<string, Uint8Array>> {
    return this.inner.load();
  }

  async write(changes: readonly StoreChange[]): Promise<void> {
    this.writes += 1;
    if (this.writes < this.diesAt) return this.inner.write(changes);
    if (this.writes === this.diesAt && this.after) await this.inner.write(changes);
    throw new Error('the process died');
  }

  get survived(): boolean {
    return this.writes < this.diesAt;
  }

  async close(): Promise<void> {
    await this.inner.close();
  }
}

describe('a crash between any two steps', () => {
  it.each([false, true])(
    'loses nothing that was queued and sends nothing twice (dies after the write: %s)',
    async (after) => {
      const { service, therapist, prescriber } = await caseOf();
      const store = therapist.store;
      for (let step = 1; ; step += 1) {
        const text = `crash ${String(step)}`;
        const dying = new DyingStore(store, step, after);
        const doomed = await Member.open({ store: dying, transport: service.transport(), patienceMs: 0 });
        const [opened] = doomed.cases();
        await opened
          ?.lane('care_team')
          .note(text)
          .catch(() => undefined);
        await comeBack(service, therapist);
        const queued = therapist.member.drafts().length > 0;
        await therapist.member.sync();
        await prescriber.member.sync();
        const times = notesOf(laneOf(prescriber)).filter((note) => note === text).length;
        expect(times).toBeLessThanOrEqual(1);
        if (queued || dying.survived) expect(times).toBe(1);
        expect(therapist.member.drafts()).toEqual([]);
        if (dying.survived) break;
      }
      expect(placesSignedTwice(service.received)).toEqual([]);
      const report = await prescriber.member.verify();
      expect(report.ok).toBe(true);
    },
  );

  it('finishes a joining and a founding that were cut off', async () => {
    const { service, administrator, therapist, prescriber, client } = await newScene();
    const { link } = await administrator.invite({ role: 'therapist' });
    const inner = memoryStore();
    for (let step = 1; ; step += 1) {
      const dying = new DyingStore(inner, step, true);
      const options = { link, displayName: 'Unlucky', transport: service.transport(), patienceMs: 0 };
      const joined = await Member.join({ ...options, store: dying }).catch(() => undefined);
      if (joined !== undefined) {
        expect(joined.recoveryWords).toHaveLength(24);
        const transport = service.transport();
        await (await Member.open({ store: inner, transport, patienceMs: 0 })).sync();
        expect([...(await inner.load()).keys()]).not.toContain('joining');
        break;
      }
      if (step > 20) throw new Error('never joins');
    }
    const people = administrator.people().length;
    expect(people).toBe(4);
    await syncAll([therapist, prescriber, client]);
    const dying = new DyingStore(therapist.store, 3, true);
    const doomed = await Member.open({ store: dying, transport: service.transport(), patienceMs: 0 });
    await codeOf(doomed.openCase({ client: client.member.userId, clinicians: [prescriber.member.userId] }));
    await comeBack(service, therapist);
    await therapist.member.sync();
    const lanes = therapist.member.cases().map(({ lanes: both }) => both.map(({ lane }) => lane));
    expect(lanes).toEqual([['care_team', 'clinicians']]);
  });
});
