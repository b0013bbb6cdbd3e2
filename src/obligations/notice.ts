import { z } from 'zod';
import { URGENCY, type Urgency } from '#protocol';
import type { OutboxRow } from '../platform/index.js';

/** Topic of the outbox rows that end in somebody being told. */
export const NOTICE_TOPIC = 'notice';

/** Why somebody is told. `unattended`: the row that owes the answer has left, nobody is accountable. */
export const REASON = {
  opened: 'opened',
  reminder: 'reminder',
  due: 'due',
  unattended: 'unattended',
  answered: 'answered',
  update: 'update',
} as const;
export type Reason = (typeof REASON)[keyof typeof REASON];

const hexId = z.string().regex(/^[0-9a-f]{32}$/u);
const urgencies = z.union(Object.values(URGENCY).map((value) => z.literal(value)));

/**
 * What an outbox row of this topic says: ids and numbers. `recipientId` is a user, or the organisation whose
 * administrators are meant. An obligation's notice names it and the entry that (re)opened it last, so that it
 * falls silent when that is over.
 */
export const noticePayload = z.strictObject({
  reason: z.enum(REASON),
  recipient: z.enum(['person', 'administrators']),
  recipientId: hexId,
  threadId: hexId,
  urgency: urgencies,
  obligation: z.int().positive().optional(),
  openedSeq: z.int().positive().optional(),
});
export type Notice = z.infer<typeof noticePayload>;

/** The same cause told to the same recipient is one effect for ever: that is what the key says. */
export function noticeRow(cause: string, notice: Notice): OutboxRow {
  const about = notice.obligation === undefined ? [] : [notice.obligation];
  return {
    dedupeKey: [notice.reason, notice.threadId, ...about, cause, notice.recipientId].join('-'),
    topic: NOTICE_TOPIC,
    payload: payloadOf(notice),
  };
}

function payloadOf({ obligation, openedSeq, ...always }: Notice): OutboxRow['payload'] {
  return {
    ...always,
    ...(obligation === undefined ? {} : { obligation }),
    ...(openedSeq === undefined ? {} : { openedSeq }),
  };
}

/** The notice of an update window: its end tells it from the next one for the same person and thread. */
export function updateRow(opened: {
  readonly threadId: string;
  readonly recipientId: string;
  readonly urgency: Urgency;
  readonly quietUntilMs: number;
}): OutboxRow {
  const { threadId, recipientId, urgency, quietUntilMs } = opened;
  return noticeRow(String(quietUntilMs), {
    reason: REASON.update,
    recipient: 'person',
    recipientId,
    threadId,
    urgency,
  });
}
