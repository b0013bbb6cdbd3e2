import { randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import { OP, ROLE, URGENCY, ladderStep, toHex, type LadderStep, type StepPeople } from '#protocol';
import { newsOf, noticesOfEntry, updatesOfEntry } from '../../../src/obligations/entry-notices.policy.js';
import { noticePayload, type Notice } from '../../../src/obligations/notice.js';
import type { DueObligation, Parties } from '../../../src/obligations/parties.js';
import { lacksDuty, peopleOfStep, type Bystanders } from '../../../src/obligations/step-people.policy.js';
import { noticesOfStep, noticesOfUnattended } from '../../../src/obligations/step-notices.policy.js';
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
    const { updates } = newsOf(messages);
    expect(updates.find(({ recipientId }) => recipientId === client.userId)?.urgency).toBe(URGENCY.urgent);
    expect(new Set(updates.map(({ recipientId }) => recipientId)).size).toBe(updates.length);
  });

  it('is not who wrote after it in the same breath, but is who wrote before it', () => {
    const { updates, seen } = newsOf([thread.say(therapist), thread.say(prescriber)]);
    expect(new Set(updates.map(({ recipientId }) => recipientId))).toEqual(
      new Set([client.userId, therapist.userId]),
    );
    expect(seen.map(({ recipientId }) => recipientId)).toEqual([prescriber.userId]);
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
  const due: DueObligation = {
    ...parties,
    responderRole: ROLE.prescriber,
    ladderId: null,
    hastened: false,
    openedAtMs: 1_000,
    dueAtMs: 2_000,
    nowMs: 2_000,
    taken: [],
    earlyMs: [],
    pausedMs: 0,
    heldUntilMs: null,
    openerPresent: true,
    responderPresent: true,
    ownerPresent: true,
  };
  const nobody: Bystanders = {
    duty: { primary: null, secondary: null, nextOnDutyAtMs: null, hasRota: true },
    coordinators: [],
    directors: [],
  };
  const step = (who: StepPeople[], changes: Partial<LadderStep> = {}): LadderStep =>
    ladderStep.parse({ who, at: { minutesAfterDue: 0 }, ...changes });
  const taken = { index: 0, repeat: 0, isOverdue: true };

  it('is the responder once, though he is the owner too', () => {
    const reminder = step(['responder'], { at: { percentOfTime: 75 } });
    const people = peopleOfStep(reminder, { ...due, ownerId: parties.responderId }, nobody);
    expect(payloads(noticesOfStep(parties, { ...taken, step: reminder }, people))).toEqual([
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
    const people = peopleOfStep(step(['opener', 'administrators']), { ...due, organisationId: null }, nobody);
    expect(people.map(({ as }) => as)).toEqual(['opener']);
  });

  it('is nobody who has lost his place', () => {
    const gone = { ...due, openerPresent: false, responderPresent: false };
    expect(peopleOfStep(step(['opener', 'responder']), gone, nobody)).toEqual([]);
  });

  it('is whoever is on duty, the second where there is no first, by his place in the organisation', () => {
    const second = randomBytes(16);
    const bystanders = { ...nobody, duty: { ...nobody.duty, secondary: second } };
    const onDuty = step(['primary'], { allChannels: true });
    const people = peopleOfStep(onDuty, due, bystanders);
    expect(payloads(noticesOfStep(parties, { ...taken, step: onDuty }, people))).toMatchObject([
      {
        reason: 'due',
        recipientId: toHex(second),
        place: 'organisation',
        organisationId: toHex(parties.organisationId ?? new Uint8Array()),
        allChannels: 1,
      },
    ]);
    expect(lacksDuty(onDuty, due, bystanders)).toBe(false);
    expect(lacksDuty(onDuty, due, nobody)).toBe(true);
    expect(lacksDuty(onDuty, { responderRole: ROLE.client }, nobody)).toBe(false);
  });

  it('never hears that something is due before it is', () => {
    const atDue = step(['opener']);
    const people = peopleOfStep(atDue, due, nobody);
    const early = noticesOfStep(parties, { ...taken, step: atDue, isOverdue: false }, people);
    expect(payloads(early)).toMatchObject([{ reason: 'escalated' }]);
  });

  it('has a key of its own per opening, step, repetition and recipient, the same when looked at again', () => {
    const keysOf = (given: Parties): string[] => {
      const people = peopleOfStep(step(['responder', 'opener', 'administrators']), due, nobody);
      const notices = [0, 1].flatMap((index) =>
        [0, 1].flatMap((repeat) =>
          noticesOfStep(given, { step: step(['responder']), index, repeat, isOverdue: true }, people),
        ),
      );
      return [...notices, ...noticesOfUnattended(given, 1)].map(({ dedupeKey }) => dedupeKey);
    };
    const once = keysOf(parties);
    const reopened = keysOf({ ...parties, openedSeq: 9 });
    expect(new Set([...once, ...reopened]).size).toBe(once.length + reopened.length);
    expect(keysOf(parties)).toEqual(once);
  });

  it('alarms anew each time nobody is left', () => {
    const keys = (times: number) => noticesOfUnattended(parties, times).map(({ dedupeKey }) => dedupeKey);
    expect(keys(1).some((key) => keys(2).includes(key))).toBe(false);
  });
});
