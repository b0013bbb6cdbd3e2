import fc from 'fast-check';
import { CHANNELS, NO_PREFERENCES, URGENCY, type ChannelName, type Urgency } from '#protocol';
import {
  planOf,
  type DeliveryState,
  type TakenWay,
  type Way,
} from '../../../src/notifications/notice-plan.policy.js';

const MINUTE_MS = 60_000;
const way = (channel: ChannelName, subscriptionId: string | null = null): Way => ({
  channel,
  subscriptionId,
});
const names = (ways: readonly Way[]) => ways.map(({ channel }) => channel);

function taken(channel: ChannelName, state: DeliveryState, more: Partial<TakenWay> = {}): TakenWay {
  const deliveryId = `${channel}-${more.subscriptionId ?? ''}`;
  return { deliveryId, channel, subscriptionId: null, state, confirmed: false, ageMs: 0, ...more };
}

function plan(given: {
  urgency?: Urgency;
  ways: readonly Way[];
  taken?: readonly TakenWay[];
  order?: readonly ChannelName[];
  allChannels?: 1;
}) {
  const { urgency = URGENCY.routine, ways, taken: before = [], order = [], allChannels } = given;
  return planOf({
    notice: { urgency, ...(allChannels === undefined ? {} : { allChannels }) },
    preferences: { ...NO_PREFERENCES, order: { routine: [...order], soon: [] } },
    ways,
    taken: before,
  });
}

const ALL = [way('push', 'phone'), way('push', 'desk'), way('email'), way('webhook'), way('sms')];

describe('the plan of a routine notice', () => {
  it('takes the only way at once', () => {
    expect(plan({ ways: [way('email')] }).take).toEqual([way('email')]);
  });

  it('takes the first way alone, on all its devices, and an open socket beside it', () => {
    expect(names(plan({ ways: ALL }).take)).toEqual(['push', 'push']);
    expect(names(plan({ ways: [way('live'), ...ALL.slice(2)] }).take)).toEqual(['live', 'email']);
  });

  it('follows the person’s own order, and takes what he did not name last', () => {
    expect(names(plan({ ways: ALL, order: ['sms', 'email'] }).take)).toEqual(['sms']);
    const failed = [taken('sms', 'failed'), taken('email', 'failed')];
    expect(names(plan({ ways: ALL, order: ['sms', 'email'], taken: failed }).take)).toEqual(['push', 'push']);
  });

  it.each(['failed', 'no_contact', 'opted_out'] as const)('takes the next way when one is %s', (state) => {
    expect(names(plan({ ways: ALL.slice(2), taken: [taken('email', state)] }).take)).toEqual(['webhook']);
  });

  it('gives a way that is still trying five minutes, then takes the next beside it', () => {
    const ways = [way('email'), way('sms')];
    const trying = (ageMs: number) => plan({ ways, taken: [taken('email', 'pending', { ageMs })] });
    expect(trying(MINUTE_MS)).toMatchObject({ take: [], againInMs: 4 * MINUTE_MS, undelivered: false });
    expect(trying(5 * MINUTE_MS).take).toEqual([way('sms')]);
  });

  it('is over when one way worked, and spares those still trying', () => {
    const before = [taken('email', 'pending', { ageMs: 6 * MINUTE_MS }), taken('sms', 'sent')];
    expect(plan({ ways: [way('email'), way('sms')], taken: before })).toEqual({
      take: [],
      spare: ['email-'],
      againInMs: null,
      undelivered: false,
    });
  });

  it('lets a push count once the device has it; until then the next way comes after five minutes', () => {
    const ways = [way('push', 'phone'), way('email')];
    const pushed = (more: Partial<TakenWay>) =>
      plan({ ways, taken: [taken('push', 'sent', { subscriptionId: 'phone', ...more })] });
    expect(pushed({ confirmed: true })).toMatchObject({ take: [], againInMs: null });
    expect(pushed({ ageMs: 0 })).toMatchObject({ take: [], againInMs: 5 * MINUTE_MS, undelivered: false });
    expect(pushed({ ageMs: 5 * MINUTE_MS }).take).toEqual([way('email')]);
  });

  it('lets an open socket count only for whoever put it into his order', () => {
    const ways = [way('live'), way('email')];
    const before = [taken('live', 'sent', { confirmed: true })];
    expect(plan({ ways, taken: before }).take).toEqual([way('email')]);
    expect(plan({ ways, taken: before, order: ['live', 'email'] }).take).toEqual([]);
  });

  it('takes nothing more once it is no longer true', () => {
    expect(plan({ ways: ALL, taken: [taken('email', 'skipped')] })).toMatchObject({
      take: [],
      undelivered: false,
    });
  });
});

describe('the plan of an urgent notice', () => {
  it.each([URGENCY.urgent, URGENCY.emergent])(
    'takes every way at once, whatever the order (%i)',
    (urgency) => {
      const ways = [way('live'), ...ALL];
      expect(plan({ ways, urgency, order: ['sms'] }).take).toEqual(ways);
    },
  );

  it('is the plan of a drill too', () => {
    expect(plan({ ways: ALL, allChannels: 1 }).take).toEqual(ALL);
  });

  it('spares nothing when one way worked', () => {
    const before = [taken('email', 'sent'), taken('sms', 'pending')];
    const ways = [way('email'), way('sms')];
    expect(plan({ ways, urgency: URGENCY.urgent, taken: before })).toMatchObject({
      spare: [],
      undelivered: false,
    });
  });

  it('counts as not told when nothing worked within a minute, an open socket notwithstanding', () => {
    const before = (ageMs: number) => [
      taken('live', 'sent', { confirmed: true, ageMs }),
      taken('email', 'pending', { ageMs }),
    ];
    const ways = [way('live'), way('email')];
    const at = (ageMs: number) => plan({ ways, urgency: URGENCY.emergent, taken: before(ageMs) });
    expect(at(0)).toMatchObject({ undelivered: false, againInMs: MINUTE_MS });
    expect(at(MINUTE_MS)).toMatchObject({ undelivered: true, againInMs: null });
  });
});

describe('every plan', () => {
  const states: readonly DeliveryState[] = ['failed', 'no_contact', 'opted_out'];
  const someWays = fc
    .uniqueArray(fc.constantFrom(...CHANNELS))
    .map((channels) => channels.map((one) => way(one)));
  const someUrgency = fc.constantFrom(...Object.values(URGENCY));

  it('reports a person nobody can reach, and only when every way was tried', () => {
    fc.assert(
      fc.property(someWays, someUrgency, fc.constantFrom(...states), (ways, urgency, state) => {
        const before: TakenWay[] = [];
        for (;;) {
          const { take, undelivered } = plan({ ways, urgency, taken: before });
          if (take.length === 0) {
            expect(undelivered).toBe(true);
            break;
          }
          expect(undelivered).toBe(false);
          before.push(...take.map(({ channel }) => taken(channel, state)));
        }
        expect(names(ways).sort()).toEqual(before.map(({ channel }) => channel).sort());
      }),
    );
  });

  it('takes no way twice', () => {
    fc.assert(
      fc.property(
        someWays,
        someUrgency,
        fc.integer({ min: 0, max: 10 * MINUTE_MS }),
        (ways, urgency, ageMs) => {
          const before = names(ways).map((channel) => taken(channel, 'pending', { ageMs }));
          expect(plan({ ways, urgency, taken: before }).take).toEqual([]);
        },
      ),
    );
  });
});
