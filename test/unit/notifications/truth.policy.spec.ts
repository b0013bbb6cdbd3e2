import { randomBytes } from 'node:crypto';
import { URGENCY, toHex } from '#protocol';
import { isStillTrue } from '../../../src/notifications/truth.policy.js';
import type { Notice, ObligationFacts } from '../../../src/obligations/index.js';

const opener = randomBytes(16);
const responder = randomBytes(16);
const colleague = randomBytes(16);

const facts: ObligationFacts = {
  threadId: randomBytes(16),
  id: 770,
  openerId: opener,
  responderId: responder,
  ownerId: null,
  pendingId: null,
  organisationId: randomBytes(16),
  urgency: URGENCY.routine,
  openedSeq: 3,
  state: 'open',
  attended: true,
  dueAtMs: 1_790_000_000_000,
};

function notice(reason: Notice['reason'], to: Uint8Array, more: Partial<Notice> = {}): Notice {
  return {
    reason,
    recipient: 'person',
    recipientId: toHex(to),
    place: 'thread',
    threadId: toHex(facts.threadId),
    urgency: URGENCY.routine,
    obligation: 770,
    openedSeq: 3,
    ...more,
  };
}

describe('a notice just before it goes out', () => {
  it.each(['opened', 'reminder', 'due', 'unattended', 'answered', 'update'] as const)(
    'is not sent to a person who has no place in the thread any more (%s)',
    (reason) => {
      expect(isStillTrue(notice(reason, opener), false, facts)).toBe(false);
    },
  );

  it.each(['answered', 'closed', 'withdrawn'] as const)('has nothing to urge once it is %s', (state) => {
    expect(isStillTrue(notice('reminder', responder), true, { ...facts, state })).toBe(false);
    expect(isStillTrue(notice('due', opener), true, { ...facts, state })).toBe(false);
    expect(isStillTrue(notice('opened', responder), true, { ...facts, state })).toBe(false);
    expect(
      isStillTrue(notice('due', opener, { recipient: 'administrators' }), false, { ...facts, state }),
    ).toBe(false);
  });

  it.each(['open', 'acknowledged', 'waiting'] as const)('urges while it is %s', (state) => {
    expect(isStillTrue(notice('reminder', responder), true, { ...facts, state })).toBe(true);
    expect(isStillTrue(notice('due', opener), true, { ...facts, state })).toBe(true);
  });

  it('does not speak of an opening that is over because it was reopened', () => {
    expect(isStillTrue(notice('due', opener), true, { ...facts, openedSeq: 9 })).toBe(false);
  });

  it('reminds only whoever still owes it', () => {
    expect(isStillTrue(notice('reminder', colleague), true, facts)).toBe(false);
    expect(isStillTrue(notice('reminder', colleague), true, { ...facts, ownerId: colleague })).toBe(true);
  });

  it('tells a person of a hand-over as long as it is meant for him', () => {
    expect(isStillTrue(notice('opened', colleague), true, { ...facts, pendingId: colleague })).toBe(true);
    expect(isStillTrue(notice('opened', colleague), true, facts)).toBe(false);
  });

  it('alarms only while nobody is accountable', () => {
    const alarm = notice('unattended', opener);
    expect(isStillTrue(alarm, true, { ...facts, attended: false })).toBe(true);
    expect(isStillTrue(alarm, true, facts)).toBe(false);
    expect(isStillTrue({ ...alarm, recipient: 'administrators' }, false, facts)).toBe(false);
  });

  it('says nothing about an obligation nobody knows', () => {
    expect(isStillTrue(notice('due', opener), true, null)).toBe(false);
  });

  it('always tells the opener that there is an answer, and a member that there is news', () => {
    expect(isStillTrue(notice('answered', opener), true, { ...facts, state: 'closed' })).toBe(true);
    expect(isStillTrue(notice('update', opener, { obligation: undefined }), true, null)).toBe(true);
  });
});
