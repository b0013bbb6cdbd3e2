import { applyThread, entryHashOf, loadThread } from '#chain';
import { CONTENT, URGENCY, type Entry } from '#protocol';
import { openMessage, openRotate, sealMessage } from '#vault';
import { figure, print, progress, row, show } from './figures.js';
import { benchThread, rotation, type BenchThread } from './world.js';

const ROUNDS = 5;
const MESSAGES = 2_000;
const COLD_ENTRIES = 5_000;
/** A note of about 200 characters: 256 bytes padded. */
const TEXT = 'm'.repeat(200);

function seconds(work: () => void): number {
  const startedAt = performance.now();
  work();
  return (performance.now() - startedAt) / 1000;
}

/** A chain of notes behind ROTATE 1, authors taking turns. */
function sealNotes(thread: BenchThread, count: number): Entry[] {
  const entries: Entry[] = [];
  let prevHash = entryHashOf(thread.rotate);
  for (let index = 0; index < count; index += 1) {
    const author = thread.people[index % thread.people.length];
    if (author === undefined) break;
    const entry = sealMessage({
      signer: author.keys.device,
      epoch: thread.epoch,
      place: {
        chainId: thread.threadId,
        seq: 3 + index,
        prevHash,
        authorUser: author.keys.userId,
        tsMs: 1_790_000_000_000 + index,
      },
      urgency: URGENCY.routine,
      plaintext: { contentType: CONTENT.note, content: { event: 'note', schema: 1, text: TEXT } },
    });
    prevHash = entryHashOf(entry);
    entries.push(entry);
  }
  return entries;
}

function sealing(): void {
  const thread = benchThread(3);
  sealNotes(thread, 200);
  const sealRates: number[] = [];
  const openRates: number[] = [];
  const verifyRates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    progress(`sealing and opening, round ${round + 1} of ${ROUNDS}`);
    let entries: Entry[] = [];
    sealRates.push(MESSAGES / seconds(() => (entries = sealNotes(thread, MESSAGES))));
    openRates.push(
      MESSAGES /
        seconds(() => {
          for (const entry of entries)
            if (!openMessage(thread.epoch, entry).ok) throw new Error('does not open');
        }),
    );
    verifyRates.push(
      MESSAGES /
        seconds(() => {
          applyAll(thread, entries);
        }),
    );
  }
  print(row('seal a 256-byte note (with entry hash), per s', show(figure(sealRates))));
  print(row('verify and apply to the chain, per s', show(figure(verifyRates))));
  print(row('open (commitment, AEAD, padding, JSON), per s', show(figure(openRates))));
  const [sample] = sealNotes(thread, 1);
  print(row('bytes of an entry beside its padded text', String((sample?.bytes.length ?? 0) - 256)));
}

function applyAll(thread: BenchThread, entries: readonly Entry[]): void {
  let state = founded(thread);
  for (const entry of entries) {
    const outcome = applyThread(state, entry.bytes, thread.world);
    if (!outcome.ok) throw new Error('refused by its own rules');
    state = outcome.state;
  }
}

function founded(thread: BenchThread) {
  const first = applyThread(undefined, thread.genesis.bytes, thread.world);
  const second = first.ok ? applyThread(first.state, thread.rotate.bytes, thread.world) : first;
  if (!second.ok) throw new Error('refused by its own rules');
  return second.state;
}

function rotating(people: number): void {
  const thread = benchThread(people);
  const make: number[] = [];
  const open: number[] = [];
  let bytes = 0;
  for (let round = 0; round < ROUNDS * 4; round += 1) {
    const place = {
      ...thread,
      seq: 3,
      prevHash: entryHashOf(thread.rotate),
      epoch: 2,
      tsMs: 1_790_000_100_000,
    };
    let entry = thread.rotate;
    make.push(1000 * seconds(() => ({ entry } = rotation(thread.people, place))));
    bytes = entry.bytes.length;
    const reader = thread.people[1];
    if (reader === undefined) throw new Error('nobody to open it');
    open.push(
      1000 *
        seconds(() => void openRotate({ person: reader.keys, entry, threadGenesisHash: thread.genesisHash })),
    );
  }
  print(row(`rotation for ${people}: make, ms · ${bytes} bytes`, show(figure(make))));
  print(row(`rotation for ${people}: open one's own row, ms`, show(figure(open))));
}

function coldLoad(): void {
  const thread = benchThread(3);
  progress(`sealing ${COLD_ENTRIES} entries for the cold load`);
  const bytes = [thread.genesis, thread.rotate, ...sealNotes(thread, COLD_ENTRIES)].map(
    (entry) => entry.bytes,
  );
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    progress(`cold load, round ${round + 1} of ${ROUNDS}`);
    times.push(
      1000 *
        seconds(() => {
          const loaded = loadThread(undefined, bytes, thread.world);
          if (loaded.stopped !== undefined) throw new Error('refused by its own rules');
        }),
    );
  }
  print(row(`cold load of ${COLD_ENTRIES} entries, ms`, show(figure(times))));
}

export function protocolBench(): void {
  print('\nProtocol (one thread, one core; median, spread of the rounds)');
  sealing();
  for (const people of [3, 6, 10]) rotating(people);
  coldLoad();
}
