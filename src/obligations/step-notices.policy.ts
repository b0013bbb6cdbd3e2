import { toHex, type Urgency } from '#protocol';
import type { OutboxRow } from '../platform/index.js';
import { REASON, noticeRow, type Reason } from './notice.js';
import { STEP, type Step } from './step.policy.js';

/** The parts of a row that decide who is told. Ids 16 bytes. */
export interface Parties {
  readonly threadId: Uint8Array;
  readonly id: number;
  readonly openerId: Uint8Array;
  readonly responderId: Uint8Array;
  /** Whoever acknowledged and answers for it; may be another row of the responder's role. */
  readonly ownerId: Uint8Array | null;
  /** The organisation that attested the responder. */
  readonly organisationId: Uint8Array | null;
  readonly urgency: Urgency;
  readonly openedSeq: number;
}

/** Remind: whoever owes the answer. Due: whoever waits for it, and the administrators who can act. */
export function noticesOfStep(step: Step, parties: Parties): OutboxRow[] {
  if (step === STEP.remind) return owing(parties).map((person) => row(REASON.reminder, parties, person));
  return openerAndAdministrators(REASON.due, parties);
}

/** Nobody accountable: the same people as at due, at once. The key names who left, so a later loss is told too. */
export function noticesOfUnattended(parties: Parties): OutboxRow[] {
  return openerAndAdministrators(REASON.unattended, parties);
}

function owing(parties: Parties): string[] {
  return [...new Set([parties.responderId, parties.ownerId ?? parties.responderId].map(toHex))];
}

function openerAndAdministrators(reason: Reason, parties: Parties): OutboxRow[] {
  const { organisationId } = parties;
  const administrators = organisationId === null ? [] : [toHex(organisationId)];
  return [
    row(reason, parties, toHex(parties.openerId)),
    ...administrators.map((organisation) =>
      noticeRow(causeOf(reason, parties), {
        ...about(reason, parties),
        recipient: 'administrators',
        recipientId: organisation,
      }),
    ),
  ];
}

function row(reason: Reason, parties: Parties, personId: string): OutboxRow {
  return noticeRow(causeOf(reason, parties), {
    ...about(reason, parties),
    recipient: 'person',
    recipientId: personId,
  });
}

function about(reason: Reason, parties: Parties) {
  return {
    reason,
    threadId: toHex(parties.threadId),
    obligation: parties.id,
    openedSeq: parties.openedSeq,
    urgency: parties.urgency,
  };
}

function causeOf(reason: Reason, parties: Parties): string {
  const opening = String(parties.openedSeq);
  return reason === REASON.unattended ? [opening, ...owing(parties)].join('.') : opening;
}
