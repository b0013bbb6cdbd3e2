import { isOwed, type Notice, type ObligationFacts } from '../obligations/index.js';
import { toHex } from '#protocol';

/**
 * Is what a notice says still so, just before it goes out? A person must have the place that entitles him now; whoever
 * is told to answer must still be the one who owes it; an obligation answered or reopened since is another matter.
 * @param hasPlace whether he still has the place the notice names; administrators need none
 * @param facts the obligation the notice is about, or null if there is none
 */
export function isStillTrue(notice: Notice, hasPlace: boolean, facts: ObligationFacts | null): boolean {
  if (notice.recipient === 'person' && !hasPlace) return false;
  if (notice.obligation === undefined || notice.reason === 'answered') return true;
  if (facts === null || !isOwed(facts.state)) return false;
  if (notice.openedSeq !== undefined && notice.openedSeq !== facts.openedSeq) return false;
  if (notice.recipient === 'administrators') return notice.reason !== 'unattended' || !facts.attended;
  return notice.place === 'organisation' || concernsPerson(notice, facts);
}

function concernsPerson(notice: Notice, facts: ObligationFacts): boolean {
  const among = (...people: readonly (Uint8Array | null)[]): boolean =>
    people.some((person) => person !== null && toHex(person) === notice.recipientId);
  switch (notice.reason) {
    case 'opened':
      return among(facts.responderId, facts.ownerId, facts.pendingId);
    case 'reminder':
    case 'wait_over':
      return among(facts.responderId, facts.ownerId);
    case 'unattended':
      return !facts.attended && among(facts.openerId);
    default:
      return among(facts.openerId);
  }
}
