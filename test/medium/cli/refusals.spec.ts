import { existsSync, readFileSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { Terminals, type Ended } from './terminal.js';

let terminals: Terminals;

beforeAll(async () => {
  terminals = await Terminals.start();
  await terminals.join('ann', 'therapist');
}, 180_000);

afterAll(async () => {
  await terminals.stop();
}, 60_000);

const errorOf = (ended: Ended) => ended.json['error'] as { code: string; message: string; exitCode: number };

const keyFileOf = (profile: string) => join(terminals.service.dataDir, `keys/${profile}.keys`);

describe('a link', () => {
  it('that was used says so, and leaves no key file behind', async () => {
    const link = await terminals.invite('client');
    expect((await terminals.as('first', 'join', link, '--name', 'First')).code).toBe(0);
    const second = await terminals.as('second', 'join', link, '--name', 'Second');
    expect(second.code).toBe(1);
    expect(errorOf(second).code).toMatch(/^(invite|link)\.used$/u);
    expect(errorOf(second).message).toMatch(/has been (used|claimed)/u);
    expect(existsSync(keyFileOf('second'))).toBe(false);
  });

  it('that is late says so', async () => {
    const link = await terminals.invite('client', '--claim-within', '1s');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const late = await terminals.as('late', 'join', link, '--name', 'Late');
    expect([late.code, errorOf(late).message]).toEqual([1, expect.stringMatching(/too late/u)]);
    expect(errorOf(late).code).toMatch(/^(invite|link)\.expired$/u);
  });

  it('that was taken back says so', async () => {
    const { json } = await terminals.admin('invite', '--role', 'client');
    await terminals.admin('revoke', String(json['attestHash']).slice(0, 12));
    const revoked = await terminals.as('revoked', 'join', String(json['link']), '--name', 'Revoked');
    expect([revoked.code, errorOf(revoked).message]).toEqual([1, expect.stringMatching(/withdrawn/u)]);
  });

  it('of another service says so when this one is named', async () => {
    const link = (await terminals.invite('client')).replace(/^http:\/\/[^/]+/u, 'http://other.example');
    const foreign = await terminals.as(
      'foreign',
      'join',
      link,
      '--name',
      'Foreign',
      '--url',
      terminals.service.url,
    );
    expect([foreign.code, errorOf(foreign).code]).toEqual([1, 'link.foreign']);
    expect(errorOf(foreign).message).toMatch(/another service/u);
  });

  it('is still good when the e-mail address beside it was none', async () => {
    const link = await terminals.invite('client');
    const joinWith = (address: string) =>
      terminals.as('typo', 'join', link, '--name', 'T', '--email', address);
    const wrong = await joinWith('typo.example');
    expect([wrong.code, errorOf(wrong).message]).toEqual([2, '"typo.example" is no e-mail address.']);
    expect(existsSync(keyFileOf('typo'))).toBe(false);
    expect((await joinWith('typo@trial.example')).code).toBe(0);
  });

  it('that another hand changed is not trusted', async () => {
    const link = await terminals.invite('client');
    const cut = await terminals.as('cut', 'join', link.slice(0, -7), '--name', 'Cut');
    expect([cut.code, errorOf(cut).code]).toEqual([1, 'link.malformed']);
    const last = link.endsWith('A') ? 'Q' : 'A';
    const turned = await terminals.as('turned', 'join', `${link.slice(0, -1)}${last}`, '--name', 'Turned');
    expect([turned.code, errorOf(turned).code]).toEqual([3, 'link.pin_mismatch']);
    expect(existsSync(keyFileOf('turned'))).toBe(false);
  });
});

describe('a key file', () => {
  it('is readable by its owner alone, and nothing in it can be read without the passphrase', () => {
    const path = keyFileOf('ann');
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(readFileSync(path).includes('Person ann')).toBe(false);
  });

  it('does not open with another passphrase', async () => {
    const wrong = await terminals.run(['me', '--profile', 'ann', '--json'], {
      env: { TRIALOGUE_PASSPHRASE: 'not this one' },
    });
    expect([wrong.code, errorOf(wrong).code]).toEqual([6, 'store.wrong_passphrase']);
  });

  it('that is not there says how to get one', async () => {
    const none = await terminals.as('nobody', 'me');
    expect([none.code, errorOf(none).code]).toEqual([6, 'store.not_found']);
    expect(errorOf(none).message).toMatch(/join/u);
  });

  it('lets one process in at a time, tells the other who that is, and is free again afterwards', async () => {
    const holder = terminals.spawn(['follow', '--for', '8s', '--profile', 'ann']);
    await once(holder.stderr ?? holder, 'data');
    const refused = await terminals.as('ann', 'me');
    expect([refused.code, errorOf(refused).code]).toEqual([5, 'store.locked']);
    expect(errorOf(refused).message).toContain(`process ${String(holder.pid)}`);
    expect(errorOf(refused).message).toContain('trialogue follow');
    const ended = once(holder, 'exit');
    holder.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    expect((await terminals.as('ann', 'me')).code).toBe(0);
  });

  it('of an administrator is no person’s', async () => {
    const keyFile = join(terminals.service.dataDir, 'admin/trial.keys');
    const passphraseFile = join(terminals.service.dataDir, 'admin/trial.passphrase');
    const other = await terminals.run([
      'me',
      '--key-file',
      keyFile,
      '--passphrase-file',
      passphraseFile,
      '--json',
    ]);
    expect([other.code, errorOf(other).code]).toEqual([6, 'store.other_kind']);
  });
});

describe('what cannot be used', () => {
  it.each([
    [['contact', 'set-email', 'nonsense'], '"nonsense" is no e-mail address.'],
    [['contact', 'set-webhook', 'nonsense'], '"nonsense" is no address for a webhook'],
    [['contact', 'preferences', '--quiet', '22-7'], '--quiet cannot be used: write it as 22:00-07:00'],
    [['contact', 'preferences', '--routine', 'mail'], '--routine cannot be used: write it as push,email'],
    [['overdue'], 'are listed for its directors and coordinators'],
  ])('%p is refused with what to write instead', async (args, message) => {
    const refused = await terminals.as('ann', ...args);
    expect([refused.code, errorOf(refused).message]).toEqual([2, expect.stringContaining(message)]);
  });

  it('a file that is not there is called by its name', async () => {
    const refused = await terminals.as('ann', 'rules', 'test', '--from', '/nowhere.json');
    expect([refused.code, errorOf(refused).message]).toEqual([2, 'There is no file /nowhere.json.']);
  });
});

describe('without a terminal', () => {
  it('nothing is asked: what is missing is named', async () => {
    const passphrase = await terminals.run(['me', '--profile', 'ann'], { env: { TRIALOGUE_PASSPHRASE: '' } });
    expect([passphrase.code, passphrase.err]).toEqual([2, expect.stringMatching(/TRIALOGUE_PASSPHRASE/u)]);
    const name = await terminals.run(['join', await terminals.invite('client'), '--profile', 'nameless']);
    expect([name.code, name.err]).toEqual([2, expect.stringMatching(/--name/u)]);
  });

  it('a short passphrase is refused for a new key file', async () => {
    const link = await terminals.invite('client');
    const short = await terminals.run(['join', link, '--name', 'Short', '--profile', 'short'], {
      env: { TRIALOGUE_PASSPHRASE: '1234' },
    });
    expect([short.code, short.err]).toEqual([2, expect.stringMatching(/at least 8/u)]);
  });
});

describe('the command line', () => {
  it.each([
    [['nonsense']],
    [['read', '--nonsense']],
    [['note']],
    [['admin', 'invite']],
    [['admin', 'invite', '--role', 'king']],
  ])('refuses %p with exit code 2', async (args) => {
    const { code, err } = await terminals.run(args);
    expect(code).toBe(2);
    expect(err).not.toBe('');
  });

  it('explains itself, exit codes included', async () => {
    const { code, out } = await terminals.run(['--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/Exit codes: 0 done/u);
  });

  it('ends without a word when whoever reads it goes away', async () => {
    const page = terminals.spawn(['--help']);
    page.stdout?.destroy();
    let said = '';
    page.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    expect(await once(page, 'close')).toEqual([0, null]);
    expect(said).toBe('');
  });

  it('says when no service answers there', async () => {
    const gone = await terminals.as('ann', 'owed', '--url', 'http://127.0.0.1:9');
    expect([gone.code, errorOf(gone).code]).toEqual([4, 'connection.unreachable']);
  }, 60_000);

  it('reports failures as JSON on stdout and as a sentence on stderr', async () => {
    const args = ['read', 'ffffffff', '--profile', 'ann'];
    const [forProgram, forPerson] = [await terminals.run([...args, '--json']), await terminals.run(args)];
    expect(errorOf(forProgram)).toMatchObject({ exitCode: 2, code: 'usage' });
    expect(Object.keys(forProgram.json)).toEqual(['error']);
    expect([forPerson.out, forPerson.err]).toEqual(['', expect.stringMatching(/case/u)]);
  });
});

describe('--offline', () => {
  it('shows what is held and refuses whatever has to reach the service', async () => {
    expect((await terminals.as('ann', 'cases', '--offline')).code).toBe(0);
    const refused = await terminals.as('ann', 'contact', 'set-email', 'ann@example.org', '--offline');
    expect([refused.code, errorOf(refused).message]).toEqual([2, expect.stringMatching(/--offline/u)]);
  });
});
