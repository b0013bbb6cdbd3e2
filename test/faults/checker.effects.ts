import type { Run, Violation } from './checker.js';
import { CLOCK_TOLERANCE_MS, deadlineOf, faultsOf, repeated } from './checker.steps.js';
import { unexplainedDuplicates } from './checker.duplicates.js';
import type { FinalState, Notice } from './final.state.js';

/** What was decided is done, for everybody it concerns, once in the ledger and, but for a cut, once at the provider. */
export function checkEffects(run: Run): Violation[] {
  const { receipts, final } = run;
  const received = new Set(receipts.map(({ deliveryId }) => deliveryId));
  const known = new Set(final.deliveries.map(({ id }) => id));
  return [
    ...checkTold(final),
    ...checkEnds(run),
    ...repeated(
      final.deliveries.map(({ cause, recipient, channel }) => `${cause} ${recipient} ${channel}`),
    ).map((key) => effect(`${key} is in the ledger twice`)),
    ...final.deliveries
      .filter(({ channel, state, id }) => channel === 'webhook' && state === 'sent' && !received.has(id))
      .map(({ cause }) => effect(`${cause} is called sent and reached nobody`)),
    ...[...received].filter((id) => !known.has(id)).map((id) => effect(`${id} was sent and is in no ledger`)),
    ...unexplainedDuplicates(run).map((id) => effect(`${id} was sent again, and no try was cut off`)),
  ];
}

/** Nothing is left over: neither an effect nor a delivery of one that is done. */
function checkEnds(run: Run): Violation[] {
  const { final, effectGraceMs } = run;
  const faults = faultsOf(run);
  // A delivery of an effect that is not done is judged with it.
  const undone = new Set(final.undone.map(({ cause }) => cause));
  return [
    ...final.undone
      .filter(({ sinceMs }) => final.nowMs > deadlineOf(sinceMs, faults, effectGraceMs) + CLOCK_TOLERANCE_MS)
      .map(({ cause }) => effect(`${cause} was decided and never done`)),
    ...final.deliveries
      .filter(({ state, cause }) => state === 'pending' && !undone.has(cause))
      .map(({ cause, channel }) => effect(`${cause} is neither sent nor given up by ${channel}`)),
  ];
}

/** Whoever a step or an answer is for has an effect, and an effect that is done stands in his ledger. */
function checkTold({ steps, answers, notices, deliveries, undone }: FinalState): Violation[] {
  const decided = new Set(notices.map(({ cause }) => withoutReason(cause)));
  const open = new Set(undone.map(({ cause }) => cause));
  const told = new Set(deliveries.flatMap(({ cause, recipient }) => [cause, `${cause} ${recipient}`]));
  const isTold = ({ cause, recipient }: Notice): boolean =>
    // Of the administrators whoever is reachable, or their organisation.
    told.has(recipient.startsWith('person:') ? `${cause} ${recipient}` : cause);
  return [
    ...steps
      .flatMap(({ thread, obligation, cause, told: people }) =>
        people.map((id) => [thread, obligation, cause.replace('step.', ''), id].join('-')),
      )
      .filter((wanted) => !decided.has(wanted))
      .map((wanted) => effect(`the step ${wanted} was taken, and nothing tells of it`)),
    ...answers
      .filter(({ actor, opener }) => actor !== opener)
      .map(({ thread, obligation, seq, opener }) => [thread, obligation, seq, opener].join('-'))
      .filter((wanted) => !decided.has(wanted))
      .map((wanted) => effect(`${wanted} was answered, and nothing tells of it`)),
    ...notices
      .filter((notice) => !open.has(notice.cause) && !isTold(notice))
      .map(({ cause, recipient }) => effect(`${cause} is called done, and ${recipient} is in no ledger`)),
  ];
}

/** An effect's key begins with why somebody is told; who, of what and when follows. */
function withoutReason(cause: string): string {
  return cause.slice(cause.indexOf('-') + 1);
}

function effect(what: string): Violation {
  return { invariant: 'effects', what };
}
