import { watchSources } from '../../../libs/launch/watch.js';

describe('npm run dev', () => {
  it('rebuilds and restarts after a change, and keeps what runs when the sources do not compile', async () => {
    const until = new AbortController();
    const done: string[] = [];
    // What the looks find, one after the other: nothing new, an edit, the same, an edit that is broken, a repair.
    const looks = ['a', 'a', 'b', 'b', 'broken', 'c'];
    let current = '';
    await watchSources(
      {
        fingerprint: () => {
          current = looks.shift() ?? current;
          if (looks.length === 0) until.abort();
          return current;
        },
        build: () =>
          current === 'broken'
            ? Promise.reject(new Error('does not compile'))
            : Promise.resolve(done.push('built')),
        restart: () => {
          done.push(`restarted with ${current}`);
          return Promise.resolve();
        },
        log: (line) => done.push(line),
        everyMs: 1,
      },
      until.signal,
    );
    expect(done).toEqual([
      ...['built', 'Restarting the service …', 'restarted with b'],
      'does not compile',
      ...['built', 'Restarting the service …', 'restarted with c'],
    ]);
  });
});
