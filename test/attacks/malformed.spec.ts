import { Member, memoryStore, type LiveHandlers } from '#client';
import { toBase64Url } from '#protocol';
import { newScene, openCase } from '../support/client/scene.js';
import { codeOf, laneOf, notesOf, syncAll } from '../support/client/shown.js';

/** The same bytes in a spelling no writer uses: an unused bit of the last digit is set. */
function misspelt(text: string): string {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return text.slice(0, -1) + (digits[digits.indexOf(text.at(-1) ?? '') + 1] ?? '');
}

const ZEROS = toBase64Url(new Uint8Array(32));

describe('replies and pushes that mean nothing', () => {
  it('A23 a push in a wrong spelling, of a wrong shape or of noise ends nothing', async () => {
    const { service, ...scene } = await newScene();
    const lane = (await openCase({ service, ...scene })).lane('care_team');
    const { client, therapist } = scene;
    await syncAll([client]);
    let handlers: LiveHandlers | undefined;
    const real = service.transport();
    const member = await Member.open({
      store: client.store,
      patienceMs: 0,
      transport: {
        request: (url, request) => real.request(url, request),
        live: (url, given) => {
          handlers = given;
          return real.live(url, given);
        },
      },
    });
    client.member = member;
    await member.connect();
    const ended: unknown[] = [];
    const hear = (reason: unknown): number => ended.push(reason);
    process.on('unhandledRejection', hear);
    const chainId = lane.threadId;
    const push = { chainId, seq: 9, entryHash: ZEROS, entry: 'AAA' };
    const { entries } = service.chain(chainId);
    for (const bytes of [entries.at(-1) ?? new Uint8Array(), Uint8Array.of(1, 2, 3, 4)]) {
      const entry = toBase64Url(bytes.slice(0, bytes.length - ((bytes.length + 1) % 3)));
      handlers?.event('entry.appended', { ...push, entry });
      handlers?.event('entry.appended', { ...push, entry: misspelt(entry) });
    }
    handlers?.event('entry.appended', { ...push, entry: 'A' });
    handlers?.event('entry.appended', 'noise');
    const head = { seq: 99, hash: misspelt(ZEROS) };
    handlers?.event('heads.advertised', { heads: [{ chainId, head }] });
    handlers?.event('heads.advertised', { heads: [{ chainId, head: { seq: 0, hash: ZEROS } }] });
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.off('unhandledRejection', hear);
    expect(ended).toEqual([]);
    await laneOf(therapist).note('Still heard');
    await member.sync();
    expect(notesOf(laneOf(client))).toEqual(['Still heard']);
    await member.close();
  });

  it('A23 a reply in a wrong spelling is a bad reply', async () => {
    const { service, ...scene } = await newScene();
    await openCase({ service, ...scene });
    await laneOf(scene.therapist).note('Unread');
    service.tamper = (reply, { name }) => {
      if (name !== 'sync') return reply;
      const { chains } = reply as { chains: { entries: string[]; head: { seq: number; hash: string } }[] };
      for (const page of chains) page.head.hash = misspelt(page.head.hash);
      return { chains };
    };
    expect(await codeOf(scene.client.member.sync())).toBe('connection.unexpected_reply');
    service.tamper = undefined;
    await scene.client.member.sync();
    expect(notesOf(laneOf(scene.client))).toEqual(['Unread']);
  });

  it('A23 a conflict whose repair is noise is a conflict without repair', async () => {
    const { service, ...scene } = await newScene();
    const lane = (await openCase({ service, ...scene })).lane('care_team');
    const real = service.transport();
    const member = await Member.open({
      store: scene.therapist.store,
      patienceMs: 0,
      transport: {
        live: (url, given) => real.live(url, given),
        request: (url, request) =>
          request.route === 'appendEntry'
            ? Promise.resolve({
                status: 409,
                body: { code: 'chain.stale_head', repair: { missed: 7, serverTimeMs: 'soon' } },
              })
            : real.request(url, request),
      },
    });
    const opened = member.case(lane.caseId).lane('care_team');
    expect(await codeOf(opened.note('Never lands'))).toBe('send.exhausted');
  });

  it('A7 a thread of which only the beginning is served shows nothing and harms nothing', async () => {
    const { service, ...scene } = await newScene();
    const lane = (await openCase({ service, ...scene })).lane('care_team');
    const store = memoryStore();
    const kept = [...(await scene.therapist.store.load())].filter(([key]) => !key.includes(lane.threadId));
    await store.write(kept.map(([key, value]) => ({ key, value })));
    const fresh = await Member.open({ store, transport: service.transport(), patienceMs: 0 });
    service.tamper = (reply, { name }) => {
      if (name !== 'sync') return reply;
      const { chains } = reply as { chains: { chainId: string; entries: string[]; more: boolean }[] };
      return {
        chains: chains.map((page) =>
          page.chainId === lane.threadId ? { ...page, entries: page.entries.slice(0, 1), more: false } : page,
        ),
      };
    };
    const told: string[] = [];
    fresh.on((event) => {
      if (event.kind === 'entry' && event.entry.threadId === lane.threadId) told.push(event.entry.shown.kind);
    });
    await fresh.sync();
    expect(told).toEqual([]);
    expect(fresh.case(lane.caseId).lanes.map(({ lane: name }) => name)).toEqual(['clinicians']);
    service.tamper = undefined;
    await fresh.sync();
    expect(fresh.case(lane.caseId).lane('care_team').timeline()[0]?.shown.kind).toBe('founded');
  });
});
