import { hasRedis } from './redis.js';

/**
 * `describe` for suites that need Redis. Without a redis-server they are skipped, and said loudly; with CI=true
 * that is a failure.
 */
export function describeWithRedis(name: string, suite: () => void): void {
  if (hasRedis) {
    describe(name, suite);
  } else if (process.env['CI'] === 'true') {
    it(`${name}: needs a redis-server on the PATH`, () => {
      throw new Error('no redis-server on the PATH, and CI=true does not allow skipping');
    });
  } else {
    process.stderr.write(`\n*** SKIPPED, no redis-server on the PATH: ${name} ***\n\n`);
    describe.skip(name, suite);
  }
}
