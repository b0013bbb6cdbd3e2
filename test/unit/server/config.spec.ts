import { inspect } from 'node:util';
import { ConfigError, loadConfig } from '../../../src/config/index.js';

const NEEDED = {
  DATABASE_URL: 'postgres://someone:database-password@127.0.0.1/trialogue',
  SESSION_SECRET: 'session-secret-that-is-long-enough-for-us',
};

describe('settings', () => {
  it('everything but database and session secret has a default', () => {
    const config = loadConfig(NEEDED);
    expect(config).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      dataDir: './.data',
      publicUrl: 'http://localhost:3000',
      origin: 'http://localhost:3000',
      logLevel: 'info',
      worker: true,
      checkDurability: true,
      redisUrl: undefined,
      foundingToken: undefined,
      webhookAllowedHosts: [],
    });
    expect(config.allowedOrigins).toEqual(['http://localhost:3000']);
  });

  it('pushes and texts are there once their settings are', () => {
    expect(loadConfig(NEEDED)).toMatchObject({
      vapidPrivateKey: undefined,
      vapidSubject: 'mailto:no-reply@localhost',
      sms: undefined,
      smsCallbackSecret: undefined,
    });
    const key = 'k'.repeat(43);
    const config = loadConfig({
      ...NEEDED,
      VAPID_PRIVATE_KEY: key,
      SMS_URL: 'https://sms.example.org/',
      SMS_TOKEN: 'token',
    });
    expect(config.vapidPrivateKey?.reveal()).toBe(key);
    expect(config.sms).toMatchObject({ sender: 'Trialogue' });
    expect(inspect(config.sms)).not.toContain('sms.example.org');
    const wrong = { ...NEEDED, VAPID_PRIVATE_KEY: 'too short', VAPID_SUBJECT: 'nobody' };
    expect(() => loadConfig(wrong)).toThrow(/VAPID_PRIVATE_KEY.*\n.*VAPID_SUBJECT/u);
  });

  it('an empty variable is one that is not set', () => {
    expect(loadConfig({ ...NEEDED, PORT: '', SMTP_URL: '', REDIS_URL: '', WORKER: '' })).toMatchObject({
      port: 3000,
      smtpUrl: undefined,
      redisUrl: undefined,
      worker: true,
    });
  });

  it('every wrong or missing setting is named at once, its value never', () => {
    const wrong = {
      PORT: 'canary',
      REDIS_URL: 'http://canary',
      SESSION_SECRET: 'canary',
      LOG_LEVEL: 'canary',
    };
    let error: unknown;
    try {
      loadConfig(wrong);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ConfigError);
    const { message, settings } = error as ConfigError;
    for (const name of ['PORT', 'REDIS_URL', 'SESSION_SECRET', 'LOG_LEVEL', 'DATABASE_URL: is not set']) {
      expect(message).toContain(name);
    }
    expect(settings).toHaveLength(5);
    expect(message).not.toContain('canary');
  });

  it('secrets do not show when the settings are printed', () => {
    const config = loadConfig({ ...NEEDED, FOUNDING_TOKEN: 'founding-token-that-is-long-enough-for-us' });
    for (const shown of [
      JSON.stringify(config),
      inspect(config, { depth: 5 }),
      String(config.sessionSecret),
    ]) {
      expect(shown).not.toMatch(/password|long-enough/u);
    }
    expect(config.databaseUrl.reveal()).toContain('database-password');
  });

  it('settings cannot be changed afterwards', () => {
    const config = loadConfig(NEEDED);
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.allowedOrigins)).toBe(true);
  });

  it('the origin of sign-ins is that of the public address, whatever its path', () => {
    const config = loadConfig({
      ...NEEDED,
      PUBLIC_URL: 'https://clinic.example/trialogue/',
      ALLOWED_ORIGINS: 'https://app.example, https://other.example',
    });
    expect(config.publicUrl).toBe('https://clinic.example/trialogue');
    expect(config.origin).toBe('https://clinic.example');
    expect(config.allowedOrigins).toEqual([
      'https://clinic.example',
      'https://app.example',
      'https://other.example',
    ]);
  });
});
