import fc from 'fast-check';
import { applyThread, type RosterRow, type ThreadState } from '#chain';
import type { MemberSession } from '#client';
import { KIND, THREAD, parseEntry, parseMessage, toHex } from '#protocol';
import { Mortal } from '../../support/client/mortal.js';
import { newPlayer, newScene, openCase } from '../../support/client/scene.js';
import type { ServiceDouble } from '../../support/client/service.double.js';
import { notesOf } from '../../support/client/shown.js';
import { placesSignedTwice } from '../../support/client/traffic.js';

const PLAYERS = 5;
const ADDERS = [0, 1, 3];

type Deed =
  | {
      readonly kind: 'send' | 'rotate' | 'leave' | 'crash' | 'offline' | 'online' | 'sync';
      readonly who: number;
    }
  | { readonly kind: 'add' | 'remove'; readonly who: number; readonly whom: number };

const player = fc.nat(PLAYERS - 1);
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('send' as const), who: player }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'rotate' as const,
        'crash' as const,
        'offline' as const,
        'online' as const,
        'sync' as const,
      ),
      who: player,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), who: player }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('add' as const, 'remove' as const),
      who: fc.constantFrom(...ADDERS),
      whom: player,
    }),
  },
);

interface Play {
  readonly service: ServiceDouble;
  readonly people: readonly Mortal[];
  readonly threadId: string;
}

async function newPlay(): Promise<Play> {
  const scene = await newScene();
  const { service, administrator, therapist, prescriber, client } = scene;
  const opened = await openCase(scene);
  const others = [
    await newPlayer(service, administrator, 'therapist', 'Fourth'),
    await newPlayer(service, administrator, 'coordinator', 'Fifth'),
  ];
  const people: Mortal[] = [];
  for (const one of [therapist, prescriber, client, ...others]) people.push(await Mortal.of(service, one));
  return { service, people, threadId: opened.lane('care_team').threadId };
}

function laneIn(member: MemberSession, threadId: string) {
  return member
    .cases()
    .flatMap(({ lanes }) => lanes)
    .find((lane) => lane.threadId === threadId);
}

async function act(
  { people, threadId }: Play,
  { index, ...what }: Deed & { readonly index: number },
): Promise<void> {
  const who = people[what.who];
  if (who === undefined) return;
  const whom = 'whom' in what ? (people[what.whom]?.userId ?? '') : '';
  switch (what.kind) {
    case 'crash':
      return who.crash();
    case 'offline':
    case 'online':
      who.setOffline(what.kind === 'offline');
      return;
    case 'sync':
      return who.attempt((member) => member.sync());
    default:
      return who.attempt(async (member) => {
        const lane = laneIn(member, threadId);
        if (what.kind === 'send') await lane?.note(`note ${String(index)}`, { onQuestion: () => true });
        if (what.kind === 'rotate') await lane?.rotate();
        if (what.kind === 'leave') await lane?.leave();
        if (what.kind === 'add') await lane?.addMember({ userId: whom });
        if (what.kind === 'remove') await lane?.removeMember(whom);
      });
  }
}

/** Everybody is back, and the service shows everything to everybody: only keys decide who reads. */
async function reunite({ service, people }: Play): Promise<void> {
  service.generous = true;
  for (const person of people) person.setOffline(false);
  for (let round = 0; round < 3; round += 1) {
    for (const person of people) await person.attempt((member) => member.sync());
  }
}

/** Who had a row in the epoch of each message, from the chain alone. */
function readersOf({ service, threadId }: Play): Map<number, readonly RosterRow[]> {
  const readers = new Map<number, readonly RosterRow[]>();
  const rosters = new Map<number, readonly RosterRow[]>();
  let state: ThreadState | undefined;
  for (const bytes of service.chain(threadId).entries) {
    const outcome = applyThread(state, bytes, service);
    if (!outcome.ok) throw new Error(`the chain does not verify: ${JSON.stringify(outcome.verdict)}`);
    ({ state } = outcome);
    const { header } = outcome.entry;
    if (header.type === THREAD.rotate) rosters.set(state.epoch, state.rows);
    if (header.type === THREAD.message) readers.set(header.seq, rosters.get(state.epoch) ?? []);
  }
  return readers;
}

function check(play: Play): void {
  const { service, people, threadId } = play;
  const readers = readersOf(play);
  const head = service.chain(threadId).entries.length;
  for (const person of people) {
    const lane = laneIn(person.member, threadId);
    if (lane === undefined) continue;
    expect(lane.health()).toEqual({ state: 'current' });
    const timeline = lane.timeline();
    expect(timeline).toHaveLength(head);
    for (const { seq, shown } of timeline) {
      const rows = readers.get(seq);
      if (rows === undefined) continue;
      const entitled = rows.some(({ userId }) => userId === person.userId);
      expect([seq, shown.kind === 'unreadable']).toEqual([seq, !entitled]);
    }
    expect(new Set(notesOf(lane)).size).toBe(notesOf(lane).length);
  }
  expect(placesSignedTwice(service.received)).toEqual([]);
  expect(repeatedNonces(service.received)).toEqual([]);
}

/** The same entry may come in twice; two different ones never share a nonce. */
function repeatedNonces(received: readonly Uint8Array[]): string[] {
  const entries = new Map<string, string>();
  return received.flatMap((bytes) => {
    const { header, body } = parseEntry(bytes);
    if (header.kind !== KIND.thread || header.type !== THREAD.message) return [];
    const nonce = toHex(parseMessage(body).nonce);
    const text = toHex(bytes);
    const before = entries.get(nonce) ?? text;
    entries.set(nonce, text);
    return before === text ? [] : [nonce];
  });
}

describe('any interleaving of five people who send, add, remove, leave, rotate, crash and go offline', () => {
  it('ends at one head, and everybody reads exactly the epochs he had a row in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(deed, { minLength: 1, maxLength: 4 }), { maxLength: 12 }),
        async (rounds) => {
          const play = await newPlay();
          let index = 0;
          for (const together of rounds) {
            await Promise.all(
              together.map((what) => {
                index += 1;
                return act(play, { ...what, index });
              }),
            );
          }
          await reunite(play);
          check(play);
        },
      ),
      { numRuns: Number(process.env['INTERLEAVINGS'] ?? 12), endOnFailure: true },
    );
  }, 120_000);
});
