import { standingHolds } from '../fold/holds.js';
import type { Filed } from '../fold/opened.entry.js';
import { answerersOf } from '../fold/questions.js';
import { isDischarged } from '../fold/course.js';
import { harmOf, sessionsOf, unfiledStarts, type Session } from '../fold/sessions.js';
import { valuesIn } from '../fold/sorted.map.js';
import { DECISIONS, isForOthersToRead, type UnreadEntry } from '../fold/unread.js';
import { LANES } from '../vocabulary.js';
import { asideReasons } from './aside.condition.js';
import type { GateCheck, GateQuestion, GateReason } from './gate.contract.js';
import { conclude, doubt, doubtsOn, missing, notRequired, when } from './findings.js';

/** Nobody has said "not now" without a prescriber having released it, for this day, by a release nobody calls wrong. */
export function checkHolds({ state, sessionDay, request }: GateQuestion): GateCheck<'no_hold'> {
  const standing = standingHolds(state.holds);
  const delaying = [...valuesIn(state.holds.delaying)].filter(
    ({ event }) => event.not_before !== null && event.not_before > sessionDay,
  );
  const releases = new Set(valuesIn(state.holds.released));
  return conclude('no_hold', standing[0]?.ref ?? delaying[0]?.ref ?? null, [
    ...standing.map(({ ref }) => missing('hold_standing', 'prescriber', ref)),
    ...delaying.map(({ ref }) => missing('release_not_yet', 'prescriber', ref)),
    ...[...releases].flatMap((release) =>
      doubtsOn(state, release, {
        saidAt: release.event.released_at,
        nowMs: request.nowMs,
        mendBy: 'prescriber',
      }),
    ),
  ]);
}

/** How every session went that was begun is on file, and the last account can be relied on. */
export function checkPreviousOutcome(question: GateQuestion): GateCheck<'previous_outcome'> {
  const { state, request } = question;
  const unfiled = unfiledStarts(state).map((start) =>
    missing('outcome_missing', start.author.role, start.ref),
  );
  const last = sessionsOf(state).at(-1);
  if (last === undefined) {
    const isFirst = request.session.number === 1;
    if (isFirst && unfiled.length === 0) return notRequired('previous_outcome');
    return conclude('previous_outcome', null, [
      ...unfiled,
      ...when(!isFirst, missing('outcome_missing', 'therapist')),
    ]);
  }
  return conclude('previous_outcome', last.outcome.ref, [...unfiled, ...accountReasons(question, last)]);
}

function accountReasons({ state, request }: GateQuestion, last: Session): readonly GateReason[] {
  const { ref, event, author } = last.outcome;
  return [
    ...when(last.contested, doubt('outcome_contested', author.role, ref)),
    ...when(event.departure === null && last.dosed, doubt('outcome_unfinished', author.role, ref)),
    ...when(!follows(request.session.number, last), doubt('number_does_not_follow', author.role, ref)),
    ...doubtsOn(state, last.outcome, {
      saidAt: event.ended_at,
      nowMs: request.nowMs,
      mendBy: author.role,
    }),
  ];
}

/** The next number; the same once more when nothing was taken; or 1, where maintenance counts anew. */
function follows(number: number, { outcome: { event }, dosed }: Session): boolean {
  if (number === event.session_number + 1) return true;
  if (!dosed && number === event.session_number) return true;
  return number === 1 && event.session_number >= event.sessions_planned;
}

/** All entries up to the verified heads were read, and nothing that does not count leaves the case in doubt. */
export function checkRecord(question: GateQuestion): GateCheck<'whole_record'> {
  const { state, request } = question;
  const behind = LANES.filter((lane) => state.lanes[lane].ref !== request.heads[lane]).map(() =>
    doubt('record_behind', 'reader'),
  );
  const unread = [...valuesIn(state.doubts)].map(unreadReason);
  return conclude('whole_record', state.lanes.care_team.ref, [
    ...behind,
    ...unread,
    ...asideReasons(question),
  ]);
}

function unreadReason(entry: UnreadEntry): GateReason {
  const { ref, because, name } = entry;
  if (isForOthersToRead(entry)) return doubt('entry_unread', 'reader', ref);
  if (because === 'damaged') return doubt('entry_unread', 'therapist', ref);
  return DECISIONS.includes(name)
    ? doubt('decision_uncounted', 'prescriber', ref)
    : doubt('alarm_uncounted', 'therapist', ref);
}

/** The course of care has not ended. */
export function checkOpen({ state }: GateQuestion): GateCheck<'case_open'> {
  const death = harmOf(state).find(({ fatal }) => fatal);
  const end = isDischarged(state) ? state.discharge.inForce : null;
  return conclude('case_open', end?.ref ?? death?.ref ?? null, [
    ...when(end !== null, missing('discharged', 'prescriber', end?.ref ?? null)),
    ...when(death !== undefined, missing('death_reported', 'prescriber', death?.ref ?? null)),
  ]);
}

/** Every answer on a form that demands a safety flag has one; the flag itself then waits for an answer like any other. */
export function checkSafetyAnswers({ state }: GateQuestion): GateCheck<'safety_answers'> {
  const demands = [...valuesIn(state.demands)];
  return conclude(
    'safety_answers',
    null,
    demands.map(({ ref }) => missing('flag_missing', 'therapist', ref)),
  );
}

/** No alarm, no report that asks and no question that something waits for is unanswered. */
export function checkQuestions({ state }: GateQuestion): GateCheck<'open_questions'> {
  const open = [...valuesIn(state.questions)];
  return conclude('open_questions', null, open.map(openReason));
}

function openReason(question: Filed): GateReason {
  return missing('question_open', answerersOf(question)[0] ?? 'prescriber', question.ref);
}
