import { ROLE, toHex, type LadderStep, type StepPeople } from '#protocol';
import type { DutyAnswer } from './coverage/duty-answer.policy.js';
import type { NewNotice } from './notice.js';
import type { DueObligation } from './parties.js';

/** Who stands behind the words of a ladder for one obligation, now. Ids 16 bytes. */
export interface Bystanders {
  readonly duty: DutyAnswer;
  readonly coordinators: readonly Uint8Array[];
  readonly directors: readonly Uint8Array[];
}

/** Somebody a step tells: a person, or the organisation whose administrators are meant. */
export interface Told {
  readonly as: StepPeople;
  readonly id: string;
  readonly recipient: NewNotice['recipient'];
  readonly place: 'thread' | 'organisation';
}

/** Everybody behind a step, each once. Only people who still have their place; empty means nobody would be told. */
export function peopleOfStep(step: LadderStep, due: DueObligation, bystanders: Bystanders): Told[] {
  const all = step.who.flatMap((as): Told[] =>
    as === 'administrators'
      ? administrators(due)
      : personsBehind(as, due, bystanders).map((id) => ({
          as,
          id: toHex(id),
          recipient: 'person',
          place: as === 'opener' || as === 'responder' ? 'thread' : 'organisation',
        })),
  );
  return all.filter(({ id }, index) => all.findIndex((other) => other.id === id) === index);
}

function administrators({ organisationId }: DueObligation): Told[] {
  if (organisationId === null) return [];
  return [
    { as: 'administrators', id: toHex(organisationId), recipient: 'administrators', place: 'organisation' },
  ];
}

function personsBehind(
  as: Exclude<StepPeople, 'administrators'>,
  due: DueObligation,
  { duty, coordinators, directors }: Bystanders,
): readonly Uint8Array[] {
  const present = (person: Uint8Array | null, isPresent: boolean): Uint8Array[] =>
    person !== null && isPresent ? [person] : [];
  switch (as) {
    case 'responder':
      return [...present(due.responderId, due.responderPresent), ...present(due.ownerId, due.ownerPresent)];
    case 'opener':
      return present(due.openerId, due.openerPresent);
    case 'primary':
      return present(duty.primary ?? duty.secondary, true);
    case 'secondary':
      return present(duty.secondary, true);
    case 'coordinators':
      return coordinators;
    case 'directors':
      return directors;
  }
}

/** Does a step count on somebody being on duty where nobody is? Clients are nobody's shift. */
export function lacksDuty(
  { who }: LadderStep,
  { responderRole }: Pick<DueObligation, 'responderRole'>,
  { duty }: Bystanders,
): boolean {
  const countsOnDuty = who.includes('primary') || who.includes('secondary');
  return countsOnDuty && responderRole !== ROLE.client && duty.primary === null && duty.secondary === null;
}
