import { EXIT, failureOf } from '../../../libs/cli/failure.js';
import { Problem } from '#protocol';

describe('what a command failed with', () => {
  it('names to people too which fields the service refused', () => {
    const refused = new Problem('request.malformed', { fields: ['address', 'locale'] });
    expect(failureOf(refused)).toMatchObject({
      exitCode: EXIT.refused,
      message: expect.stringContaining('shape (address, locale).') as unknown,
    });
  });
});
