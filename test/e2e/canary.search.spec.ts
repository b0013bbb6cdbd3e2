import { Buffer } from 'node:buffer';
import { CanarySearch } from './canary.search.js';

describe('the search of the canary', () => {
  const planted = 'Jory Vellacombe';
  const surroundings = (bytes: Buffer) =>
    Buffer.concat([Buffer.from('before '), bytes, Buffer.from(' after')]);
  const foundAs = (bytes: Buffer) => [
    ...new Set(new CanarySearch([planted]).in(surroundings(bytes)).map(({ encoding }) => encoding)),
  ];
  const utf16 = Buffer.from(planted, 'utf16le');
  const utf16be = Buffer.from(utf16).swap16();

  it.each([
    ['utf8', Buffer.from(planted)],
    ['utf16le', utf16],
    ['utf16be', utf16be],
    ['utf8 hex', Buffer.from(Buffer.from(planted).toString('hex'))],
    ['utf8 HEX', Buffer.from(Buffer.from(planted).toString('hex').toUpperCase())],
    ['utf16le hex', Buffer.from(utf16.toString('hex'))],
    ['utf16be hex', Buffer.from(utf16be.toString('hex'))],
  ])('finds a planted name written as %s', (encoding, bytes) => {
    expect(foundAs(bytes)).toEqual([encoding]);
  });

  it.each(['base64', 'base64url'] as const)('finds it in %s wherever it begins and ends', (spelling) => {
    for (const before of ['', 'x', 'xy', 'xyz']) {
      for (const after of ['', 'x', 'xy']) {
        const text = Buffer.from(`${before}${planted}?>?>${after}`).toString(spelling);
        expect(foundAs(Buffer.from(text))).toEqual([`utf8 base64+${before.length % 3}`]);
        const wide = Buffer.concat([Buffer.from(before), utf16, Buffer.from(after)]).toString(spelling);
        expect(foundAs(Buffer.from(wide))).toEqual([`utf16le base64+${before.length % 3}`]);
      }
    }
  });

  it('finds a dose as it stands in JSON, also in JSON within JSON', () => {
    const dose = { total_ug: 125_625 };
    const search = new CanarySearch(['"total_ug":125625']);
    expect(search.in(Buffer.from(JSON.stringify(dose)))).toHaveLength(1);
    expect(search.in(Buffer.from(JSON.stringify(JSON.stringify(dose))))).toHaveLength(1);
    expect(search.in(Buffer.from(JSON.stringify({ total_ug: 125_626 })))).toHaveLength(0);
  });
});
