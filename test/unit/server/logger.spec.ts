import { QueryFailedError } from 'typeorm';
import { createLogger, logUnexpected, type Logger } from '../../../src/platform/index.js';

describe('the log', () => {
  let lines: string[];
  let logger: Logger;

  beforeEach(() => {
    lines = [];
    logger = createLogger({ logLevel: 'trace' }, { write: (line: string) => lines.push(line) });
  });

  it('never shows fields that carry tokens, addresses or entries, however deep they stand', () => {
    logger.info({
      token: 'canary',
      address: 'canary',
      request: { authorization: 'canary', body: 'canary' },
      deep: { er: { refreshToken: 'canary', entry: 'canary' } },
      kept: 'visible',
    });
    expect(lines.join('')).not.toContain('canary');
    expect(lines.join('')).toContain('visible');
  });

  it('shows an error’s class, code and place, but not its words, which may quote the input', () => {
    const failed = new QueryFailedError(
      'INSERT canary',
      ['canary'],
      Object.assign(new Error('canary'), { code: '23505' }),
    );
    logUnexpected(logger, failed);
    logger.warn({ err: new SyntaxError('Unexpected token canary') });
    logger.error(new Error('canary'));
    const text = lines.join('');
    expect(text).not.toContain('canary');
    expect(text).toContain('23505');
    expect(text).toContain('SyntaxError');
    expect(text).toContain('logger.spec.ts');
  });

  it('a line break in a value stays inside its line', () => {
    logger.info({ event: 'a\n{"level":60,"event":"forged"}' });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd().split('\n')).toHaveLength(1);
  });
});
