import { NO_PREFERENCES, URGENCY } from '#protocol';
import { wishOf, type PreferencesNow } from '../../../src/accounts/index.js';
import { holdOf } from '../../../src/notifications/notice-hold.policy.js';
import type { Notice } from '../../../src/obligations/index.js';

const HOUR_MS = 3_600_000;
const NOW = 1_790_000_000_000;
const MORNING = NOW + 8 * HOUR_MS;

const night: PreferencesNow = {
  ownerId: new Uint8Array(16),
  preferences: NO_PREFERENCES,
  nowMs: NOW,
  quietUntilMs: MORNING,
  lastDigestMs: null,
  nextDigestMs: null,
};
const day: PreferencesNow = { ...night, quietUntilMs: null };

function notice(reason: Notice['reason'], more: Partial<Notice> = {}): Notice {
  return {
    reason,
    recipient: 'person',
    recipientId: '0'.repeat(32),
    place: 'thread',
    urgency: URGENCY.routine,
    ...more,
  };
}

const hold = (given: Notice, now: PreferencesNow | null, dueAtMs: number | null = null, createdAtMs = NOW) =>
  holdOf(given, { dueAtMs, createdAtMs }, now).until;

describe('quiet hours', () => {
  it('hold routine news back until they end', () => {
    expect(hold(notice('update'), night)).toBe(MORNING);
    expect(hold(notice('answered'), night)).toBe(MORNING);
    expect(hold(notice('update'), day)).toBe('now');
    expect(hold(notice('update'), null)).toBe('now');
  });

  it('hold what is owed back only if it is due after they end', () => {
    for (const urgency of [URGENCY.routine, URGENCY.soon]) {
      for (const reason of ['opened', 'reminder'] as const) {
        expect(hold(notice(reason, { urgency }), night, MORNING + 1)).toBe(MORNING);
        expect(hold(notice(reason, { urgency }), night, MORNING)).toBe('now');
      }
    }
  });

  it.each([URGENCY.urgent, URGENCY.emergent])('are ignored by what is urgent (%i)', (urgency) => {
    expect(hold(notice('opened', { urgency }), night, MORNING + HOUR_MS)).toBe('now');
  });

  it.each([
    ...(['due', 'unattended', 'escalated', 'step_empty', 'nobody_on_duty', 'undelivered'] as const),
    ...(['coverage_gap', 'readiness_probe', 'readiness_failed', 'handover', 'drill'] as const),
  ])('are ignored by what is about silence or duty (%s)', (reason) => {
    expect(hold(notice(reason), night, MORNING + HOUR_MS)).toBe('now');
  });
});

describe('a digest', () => {
  const digest = { ...day, lastDigestMs: NOW - HOUR_MS, nextDigestMs: NOW + HOUR_MS };

  it('collects routine updates until its next time, and nothing that is owed', () => {
    expect(hold(notice('update'), digest)).toBe(NOW + HOUR_MS);
    expect(hold(notice('reminder'), digest, NOW + 24 * HOUR_MS)).toBe('now');
    expect(hold(notice('update', { urgency: URGENCY.urgent }), digest)).toBe('now');
  });

  it('lets go of what has waited for a time that has come, quiet hours permitting', () => {
    const waited = NOW - 2 * HOUR_MS;
    expect(holdOf(notice('update'), { dueAtMs: null, createdAtMs: waited }, digest)).toEqual({
      until: 'now',
      digestMs: NOW - HOUR_MS,
    });
    expect(hold(notice('update'), { ...digest, quietUntilMs: MORNING }, null, waited)).toBe(MORNING);
  });
});

describe('a text to our number', () => {
  it.each(['STOP', ' stop.', 'Unsubscribe please', 'ALTO', 'baja', 'Opt-out', '¡Álto!', 'END'])(
    'ends texts: %s',
    (text) => {
      expect(wishOf(text)).toBe('stop');
    },
  );

  it.each(['START', 'unstop', 'Sí', 'alta'])('allows them again: %s', (text) => {
    expect(wishOf(text)).toBe('start');
  });

  it.each(['', '???', 'Thanks, will not stop by today', 'endless'])(
    'or means nothing we act on: %s',
    (text) => {
      expect(wishOf(text)).toBeNull();
    },
  );
});
