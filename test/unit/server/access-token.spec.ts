import fc from 'fast-check';
import { hashRefreshToken, openAccessToken, sealAccessToken } from '../../../src/accounts/token.policy.js';

const SECRET = 'a secret of this installation';
const claim = { sessionId: new Uint8Array(16).fill(7), expiresAtMs: 1_790_000_000_000 };

describe('access tokens', () => {
  it('say what was sealed', () => {
    expect(openAccessToken(SECRET, sealAccessToken(SECRET, claim))).toEqual(claim);
  });

  it('mean nothing under another secret', () => {
    expect(openAccessToken('another secret', sealAccessToken(SECRET, claim))).toBeNull();
  });

  it('mean nothing with any one character changed', () => {
    const token = sealAccessToken(SECRET, claim);
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(openAccessToken(SECRET, token.slice(0, at) + other + token.slice(at + 1))).toBeNull();
    }
  });

  it('no other text is one, and none makes it throw', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200, unit: 'binary' }), (text) => {
        expect(openAccessToken(SECRET, text)).toBeNull();
      }),
    );
  });

  it('refresh tokens are kept as their hash only', () => {
    expect(hashRefreshToken('token')).toHaveLength(32);
    expect(hashRefreshToken('token')).not.toEqual(hashRefreshToken('tokem'));
  });
});
