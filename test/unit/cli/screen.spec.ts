import { PassThrough } from 'node:stream';
import { Screen, clean, table } from '../../../libs/cli/screen.js';

function shell(env: Record<string, string> = {}, isTTY = true) {
  const written: string[] = [];
  const stream = () => Object.assign(new PassThrough(), { isTTY });
  const stdout = stream();
  stdout.on('data', (bytes: Buffer) => written.push(bytes.toString('utf8')));
  return { env, stdin: stream(), stdout, stderr: stream(), written };
}

describe('text that other people wrote', () => {
  it('cannot send commands to the terminal', () => {
    expect(clean('\u001b[2Jgone\u0007')).toBe('\uFFFD[2Jgone\uFFFD');
  });

  it('cannot turn the reading direction of a dose', () => {
    expect(clean('take \u202E001\u202C mg')).not.toMatch(/[\u202A-\u202E]/u);
  });

  it('keeps its line breaks only where several lines are shown', () => {
    expect(clean('a\r\nb\tc')).toBe('a b c');
    expect(clean('a\r\nb', 'lines')).toBe('a\nb');
  });
});

describe('the screen', () => {
  it('prints one line of JSON for programs and lines for people', () => {
    const program = shell();
    new Screen(program, true).show({ a: 1 }, () => ['for people']);
    const person = shell();
    new Screen(person, false).show({ a: 1 }, () => ['one', 'two']);
    expect(program.written.join('')).toBe('{"a":1}\n');
    expect(person.written.join('')).toBe('one\ntwo\n');
  });

  it('uses colour in a terminal only, and never with NO_COLOR or --json', () => {
    expect(new Screen(shell(), false).paint('red', 'x')).toContain('\u001b[');
    expect(new Screen(shell({ NO_COLOR: '1' }), false).paint('red', 'x')).toBe('x');
    expect(new Screen(shell({}, false), false).paint('red', 'x')).toBe('x');
    expect(new Screen(shell(), true).paint('red', 'x')).toBe('x');
  });

  it('shows no progress where no terminal is', async () => {
    const quiet = shell({}, false);
    const written: Buffer[] = [];
    quiet.stderr.on('data', (bytes: Buffer) => written.push(bytes));
    await expect(new Screen(quiet, false).progress('Working', Promise.resolve(7))).resolves.toBe(7);
    expect(written).toHaveLength(0);
  });

  it('aligns columns by what is seen, not by colour codes', () => {
    const red = new Screen(shell(), false).paint('red', 'ab');
    const [first, second] = table([
      [red, 'x'],
      ['abcd', 'y'],
    ]);
    expect(first).toBe(`${red}    x`);
    expect(second).toBe('abcd  y');
  });
});
