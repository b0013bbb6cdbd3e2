import { dayAt } from '#calendar';
import type { PreparationReady, SessionStartCheck } from '../event.registry.js';
import { currentOf } from '../fold/accounts.js';
import { consentTo, type ConsentStand } from '../fold/consents.js';
import { placeKey, type Filed } from '../fold/opened.entry.js';
import { sessionsOf } from '../fold/sessions.js';
import type { GateCheck, GateQuestion, GateReason } from './gate.contract.js';
import { conclude, doubt, doubtsOn, missing, notRequired, when } from './findings.js';

/** Somebody sits with the client. */
export function checkTherapist({ request }: GateQuestion): GateCheck<'therapist_linked'> {
  const isThere = request.team.some(({ role }) => role === 'therapist');
  return conclude('therapist_linked', null, when(!isThere, missing('therapist_missing', 'coordinator')));
}

/** Given, not taken back, not run out, for treatment and for whatever else this session needs. */
export function checkConsent(question: GateQuestion): GateCheck<'consent'> {
  const scopes = ['treatment_with_ketamine', ...question.request.consentScopes] as const;
  const stands = scopes.map((scope) => consentTo(question.state.consents, scope));
  const evidence = stands[0]?.record.ref ?? null;
  return conclude(
    'consent',
    evidence,
    stands.flatMap((stand) => consentReasons(question, stand)),
  );
}

function consentReasons(
  { state, request, today, sessionDay }: GateQuestion,
  stand: ConsentStand | undefined,
): readonly GateReason[] {
  if (stand === undefined) return [missing('consent_missing', 'client')];
  const { ref, event } = stand.record;
  if (event.action !== 'given') return [missing('consent_refused', 'client', ref)];
  const until = event.valid_until;
  return [
    ...when(stand.dropped, missing('consent_missing', 'client', ref)),
    ...when(stand.contradicted, doubt('consent_contradicted', 'client', ref)),
    ...when(
      until !== null && (until < today || until < sessionDay),
      missing('consent_expired', 'client', ref),
    ),
    ...doubtsOn(state, stand.record, { saidAt: event.decided_at, nowMs: request.nowMs, mendBy: 'client' }),
  ];
}

type Arrangement = Filed<PreparationReady> | Filed<SessionStartCheck>;

/** What the template asks for is arranged, by the last that was said about this very session. */
export function checkRide(question: GateQuestion): GateCheck<'ride_or_chaperone'> {
  const { ride_home: ride, chaperone } = question.request.template.before_session;
  if (!ride && !chaperone) return notRequired('ride_or_chaperone');
  const said = arrangementFor(question);
  if (said === undefined) {
    return conclude('ride_or_chaperone', null, [missing('preparation_missing', 'client')]);
  }
  const { ref, event } = said;
  const saidAt = event.event === 'preparation_ready' ? event.confirmed_at : event.checked_at;
  return conclude('ride_or_chaperone', ref, [
    ...when(ride && event.ride_home === null, missing('ride_missing', 'client', ref)),
    ...when(chaperone && event.chaperone === null, missing('chaperone_missing', 'client', ref)),
    ...when(differs(question, said), doubt('preparation_differs', 'client', ref)),
    ...doubtsOn(question.state, said, { saidAt, nowMs: question.request.nowMs, mendBy: 'client' }),
  ]);
}

/**
 * The last that was said about this session. Numbers may begin anew in maintenance: what was said before an earlier
 * session of the same number was about that one.
 */
function arrangementFor({ state, request }: GateQuestion): Arrangement | undefined {
  const { number } = request.session;
  const namesakes = sessionsOf(state).filter(({ outcome }) => outcome.event.session_number === number);
  const isForNext = (saidAt: string) =>
    !namesakes.some(({ outcome }) => Date.parse(outcome.event.started_at) >= Date.parse(saidAt));
  const prepared = currentOf(state.accounts, 'preparation_ready').filter(
    ({ event }) => event.session_number === number && isForNext(event.confirmed_at),
  );
  const checked = currentOf(state.accounts, 'session_start_check').filter(
    ({ event }) => event.session_number === number && isForNext(event.checked_at),
  );
  return [...prepared, ...checked].sort((a, b) => (placeKey(a.place) < placeKey(b.place) ? -1 : 1)).at(-1);
}

function differs({ request, sessionDay }: GateQuestion, { event }: Arrangement): boolean {
  const at = event.event === 'preparation_ready' ? event.session_at : event.starts_at;
  return (
    event.modality !== request.session.modality ||
    event.location_region !== request.session.region ||
    (at !== null && dayAt(at, request.zone).toString() !== sessionDay)
  );
}
