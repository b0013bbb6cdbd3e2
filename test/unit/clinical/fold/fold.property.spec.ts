import fc from 'fast-check';
import {
  EMPTY_CASE,
  foldCase,
  viewCase,
  type CaseView,
  type OpenedContent,
  type OpenedEntry,
} from '#clinical';
import { happen, step } from './histories.js';

const history = fc.array(step, { maxLength: 40 });

/** Merges the lanes in another way, each still in its own order. */
function interleave(entries: readonly OpenedEntry[], choices: readonly boolean[]): OpenedEntry[] {
  const care = entries.filter(({ lane }) => lane === 'care_team');
  const clinicians = entries.filter(({ lane }) => lane === 'clinicians');
  const merged: OpenedEntry[] = [];
  for (let at = 0; care.length + clinicians.length > 0; at += 1) {
    const from = choices[at % choices.length] === true ? care : clinicians;
    const next = from.shift() ?? care.shift() ?? clinicians.shift();
    if (next !== undefined) merged.push(next);
  }
  return merged;
}

function withoutTally({ lanes: _lanes, unread: _unread, ...rest }: CaseView) {
  return rest;
}

describe('The folded case', () => {
  it('is the same state, node by node, however the lanes are interleaved', () => {
    fc.assert(
      fc.property(history, fc.array(fc.boolean(), { minLength: 1 }), (steps, choices) => {
        const { entries } = happen(steps);
        expect(foldCase(interleave(entries, choices))).toEqual(foldCase(entries));
      }),
      { numRuns: 150 },
    );
  });

  it('is the same however the entries were batched, and when some are handed in twice', () => {
    fc.assert(
      fc.property(history, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (steps, sizes) => {
        const { entries } = happen(steps);
        let state = EMPTY_CASE;
        for (let from = 0, batch = 0; from < entries.length; batch += 1) {
          const size = sizes[batch % sizes.length] ?? 1;
          state = foldCase(entries.slice(Math.max(0, from - 2), from + size), state);
          from += size;
        }
        expect(state).toEqual(foldCase(entries));
      }),
      { numRuns: 100 },
    );
  });

  it('is not changed by what is unknown, unreadable, invalid or refused: that is counted and listed', () => {
    const junk: OpenedContent[] = [
      { kind: 'unopened', because: 'no_key' },
      { kind: 'unopened', because: 'damaged' },
      { kind: 'invalid', name: 'hold', reasons: [] },
      { kind: 'unreadable', because: 'unknown_event', name: null, words: '' },
    ];
    fc.assert(
      fc.property(history, fc.nat({ max: 3 }), (steps, which) => {
        const { entries } = happen(steps);
        const content = junk[which] ?? { kind: 'not_clinical' };
        const silent = entries.filter((entry) => entry.content.kind === 'not_clinical').length;
        const spoilt = entries.map((entry) =>
          entry.content.kind === 'not_clinical' ? { ...entry, content } : entry,
        );
        const before = viewCase(foldCase(entries), 0);
        const after = viewCase(foldCase(spoilt), 0);
        expect(withoutTally(after)).toEqual(withoutTally(before));
        expect(after.unread).toHaveLength(before.unread.length + silent);
        const tallied = Object.values(after.lanes).map(({ unread }) => Object.values(unread));
        expect(tallied.flat().reduce((sum, count) => sum + count, 0)).toBe(after.unread.length);
      }),
      { numRuns: 100 },
    );
  });

  it('never changes a state it was given', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const { entries } = happen(steps);
        const half = Math.floor(entries.length / 2);
        const before = foldCase(entries.slice(0, half));
        const kept = structuredClone(before);
        foldCase(entries, before);
        expect(before).toEqual(kept);
      }),
      { numRuns: 50 },
    );
  });
});
