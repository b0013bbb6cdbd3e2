import fc from 'fast-check';
import { URGENCY } from '#protocol';
import { appLinkOf } from '../../../src/notifications/app-link.js';
import { domainOf } from '../../../src/notifications/channels/mail.policy.js';
import { signWebhook } from '../../../src/notifications/channels/webhook-signature.policy.js';
import { noticeText } from '../../../src/notifications/notice-text.policy.js';
import { RETRY, retryDelayMs, triesLeft } from '../../../src/notifications/retry.policy.js';

describe('the text of a notification', () => {
  it('is constant, in both languages', () => {
    for (const urgency of Object.values(URGENCY)) {
      expect(noticeText('en', { staff: false, urgency })).toEqual({
        locale: 'en',
        subject: 'You have an update',
        body: 'You have an update. Open Trialogue to read it.',
      });
      expect(noticeText('es', { staff: false, urgency })).toEqual({
        locale: 'es',
        subject: 'Tiene una novedad',
        body: 'Tiene una novedad. Abra Trialogue para leerla.',
      });
    }
  });

  it('adds one of four words for staff', () => {
    const words = Object.values(URGENCY).map((urgency) => noticeText('en', { staff: true, urgency }).urgency);
    expect(words).toEqual(['Urgency: routine', 'Urgency: soon', 'Urgency: urgent', 'Urgency: emergent']);
  });
});

describe('the pause before the next try', () => {
  it('grows, is never longer than the longest, and is spread', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempt, random) => {
          const pause = retryDelayMs(attempt, random);
          expect(pause).toBeGreaterThanOrEqual(RETRY.firstMs / 2);
          expect(pause).toBeLessThanOrEqual(RETRY.longestMs);
        },
      ),
    );
    expect([1, 2, 3, 4].map((attempt) => retryDelayMs(attempt, 0))).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(retryDelayMs(3, 1)).toBe(2_000);
  });

  it('honours a provider that asks for more time, within reason', () => {
    expect(retryDelayMs(1, 0, 60_000)).toBe(60_000);
    expect(retryDelayMs(1, 0, 24 * 3_600_000)).toBe(RETRY.longestMs);
  });

  it('outlasts a provider that is away for an hour', () => {
    let waited = 0;
    for (let attempt = 1; triesLeft(attempt); attempt += 1) waited += retryDelayMs(attempt, 1);
    expect(waited).toBeGreaterThan(3_600_000);
  });
});

describe('the rest of a notification', () => {
  it('takes the Message-ID’s domain from the sender, with or without a name', () => {
    expect(domainOf('Trialogue <no-reply@mail.example.test>')).toBe('mail.example.test');
    expect(domainOf('no-reply@mail.example.test')).toBe('mail.example.test');
  });

  it('links to the app with nothing but an opaque token', () => {
    const link = appLinkOf('https://app.example.test');
    expect(link('6a1f6a2e-5d0b-4a3e-9a35-4c3f0d8b1c11')).toBe(
      'https://app.example.test/n/6a1f6a2e5d0b4a3e9a354c3f0d8b1c11',
    );
  });

  it('signs a webhook as its page says: a known answer', () => {
    const secret = new TextEncoder().encode('0123456789abcdef0123456789abcdef');
    expect(signWebhook(secret, 1_790_000_000, '{"id":"1"}')).toBe(
      'v1=8a4277e59bf905019744112778d69b0665bdacd746a7772ba77020dae21702e3',
    );
  });
});
