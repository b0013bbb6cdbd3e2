import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { UsageError } from '../../../libs/cli/failure.js';
import { pathOf, readSettings } from '../../../libs/cli/settings.js';

describe('the settings of the terminal client', () => {
  it('agree with npm start on PORT and DATA_DIR', () => {
    expect(readSettings({}, {}, 'person')).toMatchObject({
      url: undefined,
      defaultUrl: 'http://localhost:3000',
      keyFile: resolve('.data/keys/default.keys'),
    });
    expect(readSettings({}, { PORT: '4100', DATA_DIR: '/there' }, 'person')).toMatchObject({
      defaultUrl: 'http://localhost:4100',
      keyFile: '/there/keys/default.keys',
    });
  });

  it('let several people and an administrator work beside each other', () => {
    const env = { DATA_DIR: '/there' };
    expect(readSettings({ profile: 'client' }, env, 'person').keyFile).toBe('/there/keys/client.keys');
    expect(readSettings({}, env, 'administrator').keyFile).toBe('/there/admin/trial.keys');
  });

  it('let a flag win over the environment', () => {
    const env = {
      TRIALOGUE_URL: 'http://one.example',
      TRIALOGUE_KEY_FILE: '/env.keys',
      TRIALOGUE_PASSPHRASE: 'env',
    };
    expect(readSettings({}, env, 'person')).toMatchObject({
      url: 'http://one.example',
      keyFile: '/env.keys',
      passphrase: 'env',
    });
    const flags = { url: 'https://two.example/path', keyFile: '/flag.keys' };
    expect(readSettings(flags, env, 'person')).toMatchObject({
      url: 'https://two.example',
      keyFile: '/flag.keys',
    });
    expect(readSettings({ profile: 'ann' }, env, 'person').keyFile).toBe(resolve('.data/keys/ann.keys'));
  });

  it('refuse a profile that would leave its folder, and an address that is none', () => {
    expect(() => readSettings({ profile: '../../etc/passwd' }, {}, 'person')).toThrow(UsageError);
    expect(() => readSettings({ url: 'ftp://x' }, {}, 'person')).toThrow(UsageError);
    expect(() => readSettings({ url: 'localhost:3000' }, {}, 'person')).toThrow(UsageError);
  });

  it('find an administrator’s passphrase beside the key file, a person’s never', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'trialogue-settings-'));
    const env = { DATA_DIR: dataDir };
    writeFileSync(join(dataDir, 'own.passphrase'), 'secret words\n');
    const keyFile = join(dataDir, 'own.keys');
    expect(readSettings({ keyFile }, env, 'administrator').passphrase).toBe('secret words');
    const ofAPerson = { ...env, TRIALOGUE_PASSPHRASE: 'of a person' };
    expect(readSettings({ keyFile }, ofAPerson, 'administrator').passphrase).toBe('secret words');
    expect(readSettings({ keyFile }, env, 'person').passphrase).toBeUndefined();
    expect(readSettings({ passphraseFile: join(dataDir, 'own.passphrase') }, env, 'person').passphrase).toBe(
      'secret words',
    );
    expect(() => readSettings({ passphraseFile: join(dataDir, 'none') }, env, 'person')).toThrow(UsageError);
    rmSync(dataDir, { recursive: true });
  });

  it('take a path from where the person typed it, although npm moves elsewhere', () => {
    expect(pathOf('event.json', { npm_lifecycle_event: 'trialogue', INIT_CWD: '/home/ann' })).toBe(
      '/home/ann/event.json',
    );
    expect(pathOf('event.json', {})).toBe(resolve('event.json'));
    expect(pathOf('/abs.json', { npm_lifecycle_event: 'trialogue', INIT_CWD: '/home/ann' })).toBe(
      '/abs.json',
    );
  });
});
