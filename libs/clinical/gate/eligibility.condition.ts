import { prescribingBasisEndsOn } from '../clock/expiry.clock.js';
import type { EligibilityDecision } from '../event.registry.js';
import { currentOf, withEarlier } from '../fold/accounts.js';
import { conditionsOf } from '../fold/addenda.js';
import type { CaseState } from '../fold/case.state.js';
import { countSessions, proceeds } from '../fold/course.js';
import { placeKey, type Filed } from '../fold/opened.entry.js';
import type { GateCheck, GateQuestion, GateReason } from './gate.contract.js';
import { conclude, doubt, doubtsOn, missing, when } from './findings.js';

/** In force, letting treatment go ahead, valid now and on the day, for this setting and this state, not used up. */
export function checkEligibility(question: GateQuestion): GateCheck<'eligibility'> {
  const { state, request } = question;
  const made = state.eligibility.inForce;
  if (made === null) return conclude('eligibility', null, [missing('eligibility_missing', 'prescriber')]);
  const { ref, event, findings } = made;
  if (!proceeds(event)) {
    return conclude('eligibility', ref, [missing('eligibility_refused', 'prescriber', ref)]);
  }
  return conclude('eligibility', ref, [
    ...when(findings.length > 0, doubt('eligibility_conflict', 'prescriber', ref)),
    ...doubtsOn(state, made, { saidAt: event.decided_at, nowMs: request.nowMs, mendBy: 'prescriber' }),
    ...endings(question, made),
    ...cap(question, made),
    ...when(
      !event.permitted_modalities.includes(request.session.modality),
      missing('modality_not_permitted', 'prescriber', ref),
    ),
    ...when(movedSince(state, made, request.session.region), doubt('region_changed', 'prescriber', ref)),
  ]);
}

/** A day without a zone is judged in the zone of the case, now and at the session: expired on either is expired. */
function endings(
  { request, today, sessionDay }: GateQuestion,
  { ref, event }: Filed<EligibilityDecision>,
): readonly GateReason[] {
  const basis = event.prescribing_basis;
  const basisEnd =
    basis === null ? null : prescribingBasisEndsOn(basis, request.template.in_person_exam_valid_months);
  const isOver = (lastDay: string) => lastDay < today || lastDay < sessionDay;
  return [
    ...when(
      event.valid_until === null || isOver(event.valid_until),
      missing('eligibility_expired', 'prescriber', ref),
    ),
    ...when(
      basis === null || (basisEnd !== null && isOver(basisEnd)),
      missing('basis_ended', 'prescriber', ref),
    ),
  ];
}

function cap(
  { state, sessionDay, today }: GateQuestion,
  { ref }: Filed<EligibilityDecision>,
): readonly GateReason[] {
  const { permitted } = countSessions(state);
  if (permitted === null) return [missing('cap_ended', 'prescriber', ref)];
  return [
    ...when(permitted.used >= permitted.of, missing('cap_used', 'prescriber', ref)),
    ...when(permitted.until < sessionDay || permitted.until < today, missing('cap_ended', 'prescriber', ref)),
  ];
}

/**
 * Where the client is decides who may treat. The decision was made for the state the referral named when it was made
 * (or, when there was none yet, the first one after it); another state now, or on the day, is for a new decision.
 */
function movedSince(state: CaseState, made: Filed<EligibilityDecision>, region: string): boolean {
  const referrals = currentAndReplaced(state);
  const before = referrals.findLast(({ place }) => placeKey(place) < placeKey(made.place));
  const decidedFor = (before ?? referrals[0])?.event.location_region;
  const now = referrals.at(-1)?.event.location_region;
  return decidedFor !== undefined && (decidedFor !== now || decidedFor !== region);
}

/** Every referral there ever was, by place: the one a decision was made on may have been replaced since. */
function currentAndReplaced({ accounts }: CaseState) {
  const chain = currentOf(accounts, 'referral').flatMap((referral) =>
    withEarlier<'referral'>(accounts, referral),
  );
  return chain.sort((a, b) => (placeKey(a.place) < placeKey(b.place) ? -1 : 1));
}

/** Every condition was reported as met, by whoever owns it or a prescriber. */
export function checkConditions({ state, request }: GateQuestion): GateCheck<'eligibility_conditions'> {
  const made = state.eligibility.inForce;
  if (made === null) {
    return conclude('eligibility_conditions', null, [missing('eligibility_missing', 'prescriber')]);
  }
  const reasons = conditionsOf(state, made).flatMap(({ condition, report }) =>
    report === null
      ? [missing('condition_open', condition.owner, made.ref)]
      : doubtsOn(state, report, {
          saidAt: report.event.added_at,
          nowMs: request.nowMs,
          mendBy: condition.owner,
        }),
  );
  return conclude('eligibility_conditions', made.ref, reasons);
}
