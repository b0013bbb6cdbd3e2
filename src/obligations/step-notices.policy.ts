import { toHex, type LadderStep } from '#protocol';
import type { OutboxRow } from '../platform/index.js';
import { REASON, noticeRow, type NewNotice, type Reason } from './notice.js';
import type { Parties } from './parties.js';
import type { Told } from './step-people.policy.js';

/** A step as it is told. `isOverdue`: the due time has passed. */
export interface TakenStep {
  readonly step: LadderStep;
  readonly index: number;
  readonly repeat: number;
  readonly isOverdue: boolean;
}

/** One notice per person of a step. Whoever owes is reminded, the others learn that it is due or has gone further. */
export function noticesOfStep(parties: Parties, taken: TakenStep, people: readonly Told[]): OutboxRow[] {
  const { step, index, repeat, isOverdue } = taken;
  const atDue = 'minutesAfterDue' in step.at && step.at.minutesAfterDue === 0 && isOverdue;
  const cause = [parties.openedSeq, index, repeat].join('.');
  return people.map(({ as, id, recipient, place }) =>
    noticeRow(cause, {
      ...about(parties, as === 'responder' ? REASON.reminder : atDue ? REASON.due : REASON.escalated),
      recipient,
      recipientId: id,
      ...(place === 'organisation' ? inOrganisation(parties) : {}),
      ...(step.allChannels ? { allChannels: 1 } : {}),
    }),
  );
}

/** Nobody stands behind a step: whoever keeps the organisation's people and rota must mend that. */
export function noticesOfEmptyStep(parties: Parties, index: number): OutboxRow[] {
  return toAdministrators(parties, REASON.step_empty, [parties.openedSeq, index].join('.'));
}

/** Told once per opening: whoever waits can read when somebody will be there. */
export function noticesOfNobodyOnDuty(parties: Parties): OutboxRow[] {
  return toOpener(parties, REASON.nobody_on_duty, String(parties.openedSeq));
}

/** Nobody accountable is left: opener and administrators at once. `times`: how often it has come to that. */
export function noticesOfUnattended(parties: Parties, times: number): OutboxRow[] {
  const cause = [parties.openedSeq, times].join('.');
  return [
    ...toOpener(parties, REASON.unattended, cause),
    ...toAdministrators(parties, REASON.unattended, cause),
  ];
}

/** Whoever said he waits on somebody else has waited long enough. */
export function noticesOfWaitOver(parties: Parties, waitedUntilMs: number): OutboxRow[] {
  const cause = [parties.openedSeq, Math.round(waitedUntilMs)].join('.');
  const owner = toHex(parties.ownerId ?? parties.responderId);
  return [noticeRow(cause, { ...about(parties, REASON.wait_over), recipient: 'person', recipientId: owner })];
}

/** Somebody could not be told: opener and administrators, except the one who cannot be reached himself. */
export function noticesOfUndelivered(parties: Parties, cause: string, unreached: string): OutboxRow[] {
  const rows = [
    ...toOpener(parties, REASON.undelivered, cause),
    ...toAdministrators(parties, REASON.undelivered, cause),
  ];
  return rows.filter(({ payload }) => payload['recipientId'] !== unreached);
}

function toOpener(parties: Parties, reason: Reason, cause: string): OutboxRow[] {
  const recipientId = toHex(parties.openerId);
  return [noticeRow(cause, { ...about(parties, reason), recipient: 'person', recipientId })];
}

function toAdministrators(parties: Parties, reason: Reason, cause: string): OutboxRow[] {
  if (parties.organisationId === null) return [];
  const recipientId = toHex(parties.organisationId);
  return [noticeRow(cause, { ...about(parties, reason), recipient: 'administrators', recipientId })];
}

function inOrganisation({ organisationId }: Parties): Pick<NewNotice, 'place' | 'organisationId'> {
  return organisationId === null ? {} : { place: 'organisation', organisationId: toHex(organisationId) };
}

function about(parties: Parties, reason: Reason) {
  return {
    reason,
    threadId: toHex(parties.threadId),
    obligation: parties.id,
    openedSeq: parties.openedSeq,
    urgency: parties.urgency,
  };
}
