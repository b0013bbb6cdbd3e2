import fc from 'fast-check';
import {
  applyThread,
  checkDeferred,
  entryHashOf,
  loadIdentity,
  loadOrganisation,
  loadThread,
  type ThreadState,
} from '#chain';
import { OP, parseEntry } from '#protocol';
import { HOUR, T0, newCase, op, type TestCase, type TestThread } from '../../support/chain.factories.js';
import { newKey } from '../../support/chain.signer.js';

/** Every entry through the front door, each signature checked: what a cold start has to agree with. */
function fully({ entries, world }: TestThread): ThreadState | undefined {
  let state: ThreadState | undefined;
  for (const bytes of entries) {
    const outcome = applyThread(state, bytes, world);
    if (!outcome.ok) throw new Error(`refused: ${JSON.stringify(outcome.verdict)}`);
    ({ state } = outcome);
  }
  return state;
}

/** Header fields of an entry that continues `bytes`, accepted or not. */
function onTopOf(bytes: Uint8Array): { readonly seq: number; readonly prevHash: Uint8Array } {
  const entry = parseEntry(bytes);
  return { seq: entry.header.seq + 1, prevHash: entryHashOf(entry) };
}

interface Tampered extends TestCase {
  readonly entries: readonly Uint8Array[];
  /** Index of the entry whose signature is garbage. */
  readonly badAt: number;
}

/** The client writes an entry with a garbage signature (all other rules hold), then these people write notes. */
function newTampered(...behind: readonly ('client' | 'prescriber')[]): Tampered {
  const made = newCase();
  const { thread, client } = made;
  thread.accept(thread.message(client));
  const entries = [...thread.entries, thread.message(client, {}, { key: newKey() })];
  const badAt = entries.length - 1;
  for (const who of behind)
    entries.push(thread.message(made[who], {}, onTopOf(entries.at(-1) ?? new Uint8Array(0))));
  return { ...made, entries, badAt };
}

const invalidSignature = { kind: 'invalid', rule: 'signature' };

describe('a cold start', () => {
  it('accepts exactly what full checking accepts, for honest authors, and defers only plain messages', () => {
    const writing = fc.array(
      fc.tuple(
        fc.constantFrom('therapist', 'prescriber', 'client'),
        fc.constantFrom('note', 'ask', 'rotate'),
      ),
      { maxLength: 14 },
    );
    fc.assert(
      fc.property(writing, (writings) => {
        const made = newCase();
        const { thread, world, prescriber } = made;
        const plain = new Set<number>();
        for (const [who, what] of writings) {
          const ops = [op(OP.open, { responder: prescriber.state.chainId, dueMs: T0 + HOUR })];
          if (what === 'rotate') thread.accept(thread.rotate(made[who]));
          else thread.accept(thread.message(made[who], what === 'ask' ? { ops } : {}));
          if (what === 'note') plain.add(thread.state.seq);
        }
        const load = loadThread(undefined, thread.entries, world);
        expect(load.stopped).toBeUndefined();
        const { deferred = [], ...state } = load.state ?? {};
        for (const { seq } of deferred) expect(plain).toContain(seq);
        const checked = fully(thread);
        expect({ ...state, deferred: [] }).toEqual(checked);
        if (load.state === undefined) throw new Error('nothing loaded');
        expect(checkDeferred(load.state, thread.entries)).toEqual({ ok: true, state: checked });
      }),
      { numRuns: 40 },
    );
  });

  it('lets a signature wait only while its device has a later one that was checked', () => {
    const { thread, client, prescriber, world } = newCase();
    thread.accept(thread.message(client));
    thread.accept(thread.message(prescriber));
    thread.accept(thread.message(client));
    const load = loadThread(undefined, thread.entries, world);
    expect(load.state?.deferred.map(({ seq }) => seq)).toEqual([3]);
  });

  it('stops at a garbage signature that nothing of that device follows', () => {
    const { entries, badAt, world } = newTampered('prescriber');
    const load = loadThread(undefined, entries, world);
    expect(load.stopped).toEqual({ index: badAt, verdict: invalidSignature });
    expect(load.state?.seq).toBe(badAt);
    expect(load.state?.deferred).toEqual([]);
  });

  it('stops at a garbage signature in the very last entry', () => {
    const { entries, badAt, world } = newTampered();
    const load = loadThread(undefined, entries, world);
    expect(load.stopped).toEqual({ index: badAt, verdict: invalidSignature });
    expect(load.state?.seq).toBe(badAt);
  });

  it('finds a garbage signature followed by a signed note when the deferred pass runs, and not before', () => {
    const { entries, badAt, world } = newTampered('client', 'prescriber');
    const load = loadThread(undefined, entries, world);
    expect(load.stopped).toBeUndefined();
    if (load.state === undefined) throw new Error('nothing loaded');
    expect(load.state.deferred.map(({ seq }) => seq)).toContain(badAt + 1);
    expect(checkDeferred(load.state, entries)).toEqual({
      ok: false,
      seq: badAt + 1,
      verdict: invalidSignature,
    });
  });

  it('never lets the signature of an op wait, whatever follows', () => {
    const made = newCase();
    const { thread, client, prescriber, world } = made;
    const ops = [op(OP.open, { responder: prescriber.state.chainId, dueMs: T0 + HOUR })];
    const forged = thread.message(client, { ops }, { key: newKey() });
    const note = thread.message(client, {}, onTopOf(forged));
    const load = loadThread(undefined, [...thread.entries, forged, note], world);
    expect(load.stopped).toEqual({ index: 2, verdict: invalidSignature });
    expect(load.state?.obligations.size).toBe(0);
  });

  it('never lets the signature of any other record wait', () => {
    const { thread, therapist, client, prescriber, world } = newCase();
    const forgeries = [
      thread.rotate(therapist, undefined, { key: newKey() }),
      thread.leave(client, { key: newKey() }),
      thread.close(therapist, { key: newKey() }),
    ];
    for (const forged of forgeries) {
      const note = thread.message(prescriber, {}, onTopOf(forged));
      const load = loadThread(undefined, [...thread.entries, forged, note], world);
      expect(load.stopped).toEqual({ index: 2, verdict: invalidSignature });
    }
  });

  it('runs every other rule on every entry: a message after LEAVE is refused', () => {
    const { thread, client, world } = newCase();
    thread.accept(thread.leave(client));
    const load = loadThread(undefined, [...thread.entries, thread.message(client)], world);
    expect(load.stopped).toEqual({ index: 3, verdict: { kind: 'invalid', rule: 'author_left' } });
  });

  it('continues a chain already held, and keeps what still waits', () => {
    const { thread, client, world } = newCase();
    thread.accept(thread.message(client));
    thread.accept(thread.message(client));
    const first = loadThread(undefined, thread.entries, world);
    const held = thread.entries.length;
    thread.accept(thread.message(client));
    thread.accept(thread.message(client));
    const second = loadThread(first.state, thread.entries.slice(held), world);
    expect(second.applied).toHaveLength(2);
    expect(second.state?.deferred.map(({ seq }) => seq)).toEqual([3, 5]);
    expect(second.state?.head).toEqual(thread.state.head);
  });
});

describe('the deferred pass', () => {
  it('may be done in portions, in any order', () => {
    const { thread, client, world } = newCase();
    for (let count = 0; count < 5; count += 1) thread.accept(thread.message(client));
    let state = loadThread(undefined, thread.entries, world).state;
    for (const bytes of [...thread.entries].reverse()) {
      const outcome = checkDeferred(state ?? thread.state, [bytes]);
      if (!outcome.ok) throw new Error('refused');
      ({ state } = outcome);
    }
    expect(state?.deferred).toEqual([]);
  });

  it('refuses bytes that are not those the chain was verified with', () => {
    const { thread, client, world } = newCase();
    const other = thread.copy();
    for (const side of [thread, other]) {
      side.accept(side.message(client));
      side.accept(side.message(client));
    }
    const { state } = loadThread(undefined, thread.entries, world);
    if (state === undefined) throw new Error('nothing loaded');
    expect(() => checkDeferred(state, other.entries)).toThrow(RangeError);
  });
});

describe('a batch of an identity or an organisation', () => {
  it('stops at the first refused entry and keeps the verified prefix', () => {
    const { client, organisation } = newCase();
    const bad = client.userKey({}, { key: newKey() });
    const person = loadIdentity(undefined, [...client.entries, bad, client.userKey()]);
    expect(person.stopped).toEqual({ index: 2, verdict: invalidSignature });
    expect(person.state).toEqual(client.state);
    const whole = loadOrganisation(undefined, organisation.entries);
    expect(whole.stopped).toBeUndefined();
    expect(whole.state?.head).toEqual(organisation.state.head);
    expect(whole.applied).toHaveLength(organisation.entries.length);
  });
});
