import fc from 'fast-check';
import type { RosterRow } from '#chain';
import { LANE, ROLE, roleMask, toBase64Url } from '#protocol';
import type { HeldThread, ThreadFact } from '../../../libs/client/held.chain.js';
import { earlierInLine, lineUpTo } from '../../../libs/client/lane.line.js';

const FOUNDER = 'f0';
const ROWS = [{ userId: FOUNDER, role: ROLE.prescriber, left: false }] as unknown as readonly RosterRow[];

/** Hash of an entry of nobody: thread and place say it. */
function hashOf(thread: number, seq: number): Uint8Array {
  const hash = new Uint8Array(32).fill(thread + 1);
  hash[0] = seq;
  return hash;
}

/** How one thread of the lane was made: how long it is, and the entry of the one before it that it goes on from. */
interface Made {
  readonly entries: number;
  /** 0: an entry nobody holds. */
  readonly from: number;
  readonly held: boolean;
}

const made: fc.Arbitrary<Made> = fc.record({
  entries: fc.integer({ min: 2, max: 5 }),
  from: fc.constantFrom(0, 1, 1, 2, 2, 3, 3, 4, 5),
  held: fc.integer({ min: 1, max: 8 }).map((n) => n > 1),
});
const lanes = fc.array(made, { minLength: 2, maxLength: 4 });

function threadOf({ entries, from }: Made, at: number): HeldThread {
  const facts = Array.from({ length: entries }, (_, index) => ({
    entryHash: hashOf(at, index + 1),
    seq: index + 1,
    tsMs: at * 100 + index,
    authorUser: FOUNDER,
    rowsBefore: index === 0 ? [] : ROWS,
    rows: ROWS,
  })) as unknown as ThreadFact[];
  const nobody = new Uint8Array(32);
  const state = {
    caseId: 'one case',
    lane: LANE.care_team,
    adderRoles: roleMask([ROLE.prescriber]),
    rows: ROWS,
    genesisHash: hashOf(at, 1),
    predecessorGenesis: at === 0 ? nobody : hashOf(at - 1, 1),
    predecessorHead: at === 0 ? nobody : hashOf(at - 1, from),
  };
  return { kind: 'thread', chainId: String(at), facts, state } as unknown as HeldThread;
}

/** The same question asked of how the threads were made alone. */
function standsIn(threads: readonly Made[], thread: number, seq: number): boolean {
  const between = threads.slice(thread);
  const last = between.length - 1;
  return (
    last > 0 &&
    between.every(({ held }, at) => held || at === last) &&
    between.every(({ entries }, at) => at === last || isWithin(between[at + 1]?.from ?? 0, entries)) &&
    seq <= (between[1]?.from ?? 0)
  );
}

function isWithin(end: number, entries: number): boolean {
  return end >= 1 && end <= entries;
}

describe('An entry named from a later thread of its lane', () => {
  it('is found exactly when it stands at or before the entry the lane was carried on from, and all between is held', () => {
    let found = 0;
    fc.assert(
      fc.property(lanes, fc.nat({ max: 3 }), fc.integer({ min: 1, max: 5 }), (threads, thread, seq) => {
        const all = threads.map(threadOf);
        const last = all.at(-1);
        if (last === undefined || thread >= threads.length || seq > (threads[thread]?.entries ?? 0)) return;
        const held = all.filter((one, at) => one === last || threads[at]?.held === true);
        const hit = earlierInLine(held, last, toBase64Url(hashOf(thread, seq)));
        expect(hit !== undefined).toBe(standsIn(threads, thread, seq));
        if (hit === undefined) return;
        found += 1;
        expect([hit.held.chainId, hit.fact.seq]).toEqual([String(thread), seq]);
        const line = lineUpTo(held, last);
        const part = line.find(({ held: one }) => one === hit.held);
        expect(part?.facts.includes(hit.fact)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
    expect(found).toBeGreaterThan(200);
  });
});
