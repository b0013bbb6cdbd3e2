import fc from 'fast-check';
import {
  EMPTY_MAP,
  lastIn,
  put,
  valueOf,
  valuesIn,
  without,
  type SortedMap,
} from '../../../../libs/clinical/fold/sorted.map.js';

type Operation = readonly ['put' | 'without', string, number];
const keys = fc.string({ unit: fc.constantFrom('a', 'b', '|', '0'), maxLength: 4 });
const operations = fc.array(fc.tuple(fc.constantFrom('put' as const, 'without' as const), keys, fc.nat()));

function perform(steps: readonly Operation[]): { map: SortedMap<number>; model: Map<string, number> } {
  let map: SortedMap<number> = EMPTY_MAP;
  const model = new Map<string, number>();
  for (const [what, key, value] of steps) {
    map = what === 'put' ? put(map, key, value) : without(map, key);
    if (what === 'put') model.set(key, value);
    else model.delete(key);
  }
  return { map, model };
}

const byKey = ([a]: [string, number], [b]: [string, number]) => (a < b ? -1 : 1);

describe('A sorted map', () => {
  it('holds what an ordinary map would hold, in order of its keys, under any prefix', () => {
    fc.assert(
      fc.property(operations, keys, (steps, prefix) => {
        const { map, model } = perform(steps);
        const within = [...model].sort(byKey).filter(([key]) => key.startsWith(prefix));
        expect([...valuesIn(map)]).toEqual([...model].sort(byKey).map(([, value]) => value));
        expect([...valuesIn(map, prefix)]).toEqual(within.map(([, value]) => value));
        expect(lastIn(map, prefix)).toBe(within.at(-1)?.[1]);
        for (const [key, value] of model) expect(valueOf(map, key)).toBe(value);
      }),
    );
  });

  it('is the same tree whatever its history', () => {
    fc.assert(
      fc.property(operations, (steps) => {
        const { map, model } = perform(steps);
        const again = perform([...model].reverse().map(([key, value]) => ['put', key, value]));
        expect(again.map).toEqual(map);
      }),
    );
  });

  it('stays shallow for keys that come in order', () => {
    let map: SortedMap<number> = EMPTY_MAP;
    for (let count = 0; count < 10_000; count += 1) map = put(map, String(count).padStart(10, '0'), count);
    const depth = (node: SortedMap<number>['root']): number =>
      node === null ? 0 : 1 + Math.max(depth(node.left), depth(node.right));
    expect(depth(map.root)).toBeLessThan(60);
  });
});
