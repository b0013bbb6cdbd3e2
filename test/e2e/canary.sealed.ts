import { safetyFlagFor, type ClinicalEvent } from '#clinical';
import * as after from '../../libs/cli/demo/events.after.js';
import * as before from '../../libs/cli/demo/events.before.js';
import * as around from '../../libs/cli/demo/events.session.js';
import { FIRST_TOTAL_UG, SECOND_TOTAL_UG, WORDS } from '../../libs/cli/demo/script.js';

const AT = '2026-11-23T15:00:00Z';
const ENTRY = 'A'.repeat(43);

/** Everything the demo seals, as it writes it; only the names of other entries are those of none. */
export function sealedEvents(): readonly ClinicalEvent[] {
  return [...beforeTheSession(), ...ofTheSessions(), ...afterwards()];
}

function beforeTheSession(): ClinicalEvent[] {
  const readBack = (totalUg: number, remark: string) =>
    before.readBack(AT, { decision: ENTRY, totalUg, remark });
  return [
    before.referral(AT),
    before.informationRequest(AT, ENTRY),
    before.eligibilityDecision(AT),
    before.decisionByTheWrongRole(AT),
    before.diary(AT, ENTRY),
    before.consent(AT),
    before.doseOrder(AT),
    readBack(FIRST_TOTAL_UG, WORDS.readBackTherapist),
    readBack(SECOND_TOTAL_UG, WORDS.readBackClient),
    before.preparation(AT, {
      number: 1,
      sessionAt: AT,
      consent: ENTRY,
      questions: [WORDS.preparationQuestion],
    }),
  ];
}

function ofTheSessions(): ClinicalEvent[] {
  const night = around.formAtNight(AT);
  const flag = safetyFlagFor({ event: night, ref: ENTRY, raisedAt: AT });
  return [
    night,
    around.formLater(AT),
    ...(flag === null ? [] : [flag]),
    around.vitalsAlert(AT, ENTRY),
    around.firstOutcome(AT, ENTRY),
    around.secondOutcome(AT, ENTRY),
  ];
}

function afterwards(): ClinicalEvent[] {
  const assented = { client: ENTRY, therapist: ENTRY };
  return [
    after.integrationDone(AT, ENTRY),
    after.adverseEvent(AT, ENTRY),
    after.medicationChange(AT),
    after.hold(AT),
    after.holdRelease(AT, ENTRY),
    after.adjustmentRequest(AT, { decision: ENTRY, outcome: ENTRY }),
    after.doseAdjustment(AT, { supersedes: ENTRY, request: ENTRY }),
    after.followUpSummary(AT, ENTRY),
    after.coverageHandover(AT),
    after.maintenancePlan(AT),
    after.agreedPlan(AT, ENTRY, assented),
    after.discharge(AT),
  ];
}
