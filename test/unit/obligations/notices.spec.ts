import { randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import { OP, ROLE, URGENCY, toHex } from '#protocol';
import {
  mergeUpdates,
  noticesOfEntry,
  updatesOfEntry,
} from '../../../src/obligations/entry-notices.policy.js';
import { noticePayload, type Notice } from '../../../src/obligations/notice.js';
import {
  noticesOfStep,
  noticesOfUnattended,
  type Parties,
} from '../../../src/obligations/step-notices.policy.js';
import { FoldedThread, member } from '../../support/obligations/folded.thread.js';

const HOUR_MS = 3_600_000;
/** Never connected: only the fold is used here. */
const nowhere = new DataSource({ type: 'postgres' });

const payloads = (rows: { payload: unknown }[]): Notice[] =>
  rows.map(({ payload }) => noticePayload.parse(payload));

describe('who is told of an entry', () => {
  const thread = new FoldedThread(nowhere);
  const { therapist, prescriber, client } = thread;
  const { id } = thread.open(therapist, { responder: prescriber, dueInMs: HOUR_MS });

  it('is not its author, though he owes the answer himself', () => {
    const own = thread.open(therapist, { responder: therapist, dueInMs: HOUR_MS });
    expect(noticesOfEntry(own.applied)).toEqual([]);
  });

  it('is the colleague whom somebody else names as owner', () => {
    const colleague = member(ROLE.prescriber);
    const other = new FoldedThread(nowhere);
    other.enlist(colleague);
    const { id: asked } = other.open(other.therapist, { responder: other.prescriber, dueInMs: HOUR_MS });
    const acked = other.say(other.prescriber, [{ op: OP.ack, obligation: asked, responder: colleague }]);
    expect(payloads(noticesOfEntry(acked))).toMatchObject([
      { reason: 'opened', recipientId: colleague.userId },
    ]);
  });

  it('is every other member, for a message without ops', () => {
    expect(updatesOfEntry(thread.say(prescriber)).map(({ recipientId }) => recipientId)).toEqual([
      therapist.userId,
      client.userId,
    ]);
  });

  it('is the other party, quietly, for an acknowledgement', () => {
    const acked = thread.say(prescriber, [{ op: OP.ack, obligation: id, responder: prescriber }]);
    expect(noticesOfEntry(acked)).toEqual([]);
    expect(updatesOfEntry(acked).map(({ recipientId }) => recipientId)).toEqual([therapist.userId]);
  });

  it('is the responder, quietly, when the question is withdrawn', () => {
    const other = thread.open(therapist, { responder: prescriber, dueInMs: HOUR_MS });
    const withdrawn = thread.say(therapist, [{ op: OP.withdraw, obligation: other.id }]);
    expect(updatesOfEntry(withdrawn).map(({ recipientId }) => recipientId)).toEqual([prescriber.userId]);
  });

  it('is nobody twice, and the greatest urgency counts', () => {
    const messages = [
      thread.say(therapist),
      thread.say(therapist, [], URGENCY.urgent),
      thread.say(prescriber),
    ];
    const merged = mergeUpdates(messages.flatMap(updatesOfEntry));
    expect(merged.find(({ recipientId }) => recipientId === client.userId)?.urgency).toBe(URGENCY.urgent);
    expect(new Set(merged.map(({ recipientId }) => recipientId)).size).toBe(merged.length);
  });
});

describe('who is told of a step', () => {
  const parties: Parties = {
    threadId: randomBytes(16),
    id: 770,
    openerId: randomBytes(16),
    responderId: randomBytes(16),
    ownerId: null,
    organisationId: randomBytes(16),
    urgency: URGENCY.soon,
    openedSeq: 3,
  };

  it('is the responder once, though he is the owner too', () => {
    const rows = noticesOfStep('remind', { ...parties, ownerId: parties.responderId });
    expect(payloads(rows)).toEqual([
      {
        reason: 'reminder',
        recipient: 'person',
        place: 'thread',
        recipientId: toHex(parties.responderId),
        threadId: toHex(parties.threadId),
        obligation: 770,
        openedSeq: 3,
        urgency: URGENCY.soon,
      },
    ]);
  });

  it('is the opener alone where the organisation is not known', () => {
    expect(payloads(noticesOfStep('due', { ...parties, organisationId: null }))).toHaveLength(1);
  });

  it('has a key of its own per opening, step and recipient, and the same one when looked at again', () => {
    const keysOf = (given: Parties): string[] =>
      [...noticesOfStep('remind', given), ...noticesOfStep('due', given), ...noticesOfUnattended(given)].map(
        ({ dedupeKey }) => dedupeKey,
      );
    const once = keysOf(parties);
    const reopened = keysOf({ ...parties, openedSeq: 9 });
    expect(new Set([...once, ...reopened]).size).toBe(once.length + reopened.length);
    expect(keysOf(parties)).toEqual(once);
  });

  it('alarms anew when the next one leaves too', () => {
    const keys = (given: Parties) => noticesOfUnattended(given).map(({ dedupeKey }) => dedupeKey);
    const later = keys({ ...parties, responderId: randomBytes(16) });
    expect(keys(parties).some((key) => later.includes(key))).toBe(false);
  });
});
