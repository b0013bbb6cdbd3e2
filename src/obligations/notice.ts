import { z } from 'zod';
import { NOTICE_REASONS, URGENCY, type NoticeReason, type Urgency } from '#protocol';
import type { OutboxRow } from '../platform/index.js';

/** Topic of the outbox rows that end in somebody being told. */
export const NOTICE_TOPIC = 'notice';

export type Reason = NoticeReason;
export const REASON = Object.fromEntries(NOTICE_REASONS.map((reason) => [reason, reason])) as {
  readonly [Each in Reason]: Each;
};

const hexId = z.string().regex(/^[0-9a-f]{32}$/u);
const urgencies = z.union(Object.values(URGENCY).map((value) => z.literal(value)));

/**
 * What an outbox row of this topic says: ids and numbers. `recipientId` is a user, or the organisation whose
 * administrators are meant. An obligation's notice names it and the entry that (re)opened it last, so that it
 * falls silent when that is over. `place`: what entitles a person to be told, a place in the thread or being attested
 * in `organisationId`; told by himself (a drill) he needs none. `allChannels` passes by every preference.
 */
export const noticePayload = z.strictObject({
  reason: z.enum(NOTICE_REASONS),
  recipient: z.enum(['person', 'administrators']),
  recipientId: hexId,
  place: z.enum(['thread', 'organisation', 'none']).default('thread'),
  urgency: urgencies,
  threadId: hexId.optional(),
  organisationId: hexId.optional(),
  obligation: z.int().positive().optional(),
  openedSeq: z.int().positive().optional(),
  allChannels: z.literal(1).optional(),
});
export type Notice = z.infer<typeof noticePayload>;
export type NewNotice = z.input<typeof noticePayload>;

/** The same cause told to the same recipient is one effect for ever: that is what the key says. */
export function noticeRow(cause: string, notice: NewNotice): OutboxRow {
  const about = [notice.threadId ?? notice.organisationId, notice.obligation].filter(
    (part) => part !== undefined,
  );
  return {
    dedupeKey: [notice.reason, ...about, cause, notice.recipientId].join('-'),
    topic: NOTICE_TOPIC,
    payload: definedOnly(notice),
  };
}

function definedOnly(notice: NewNotice): OutboxRow['payload'] {
  return Object.fromEntries(
    Object.entries(notice).filter(([, value]) => value !== undefined),
  ) as OutboxRow['payload'];
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
