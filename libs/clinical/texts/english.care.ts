import type { DoseAdjustmentRequest, EligibilityDecision, Note, Referral } from '../event.registry.js';
import { kilograms, moment } from './quantities.js';
import {
  AXIS,
  BASIS,
  CONTRAINDICATION,
  DECISION,
  EVALUATION,
  FINDING,
  MODALITY,
  OWNER,
  REASON,
  REPORTED,
  RESPONSE,
  SUICIDALITY,
} from './english.words.js';
import { limits, listed, scale, type Description } from './english.parts.js';

export function note(written: Note): Description {
  return { title: 'Note', lines: [written.text], clientText: null };
}

export function referral(sent: Referral): Description {
  const { risk } = sent;
  const medications = sent.medications?.map(withDose);
  return {
    title: 'Referral to the medical team',
    lines: [
      `Referred ${moment(sent.referred_at)}, assessed ${sent.assessed_on}; the client agreed on ${sent.client_agreed_on}.`,
      `Reason: ${sent.reason}`,
      ...listed('Indications', sent.indications.map(coded)),
      `Risk: ${SUICIDALITY[risk.suicidality]}; psychosis or mania in the past: ${REPORTED[risk.psychosis_or_mania_history]}; concern about substance use: ${REPORTED[risk.substance_use_concern]}.`,
      ...listed('About the risk', risk.detail),
      ...listed('Scales', sent.scales.map(scale)),
      ...listed(
        'Tried so far',
        sent.treatments_tried.map((tried) => `${tried.treatment} (${RESPONSE[tried.response]})`),
      ),
      ...(medications === undefined
        ? ['Medications: not asked.']
        : listed('Medications', orNone(medications))),
      ...listed('Known conditions', sent.known_conditions),
      ...listed('Goals', sent.goals),
      ...listed(
        'Setting hoped for',
        sent.requested_modalities.map((modality) => MODALITY[modality]),
      ),
      `The client is in ${sent.location_region}.`,
      ...listed('Questions for the prescriber', sent.questions_for_prescriber),
    ],
    clientText: sent.client_text,
  };
}

export function eligibilityDecision(made: EligibilityDecision): Description {
  return {
    title: `Eligibility decision: ${DECISION[made.decision]}`,
    lines: [
      `Decided ${moment(made.decided_at)}, evaluated ${EVALUATION[made.evaluation_mode]}. This is not a prescription.`,
      ...listed('Rationale', made.rationale),
      ...(made.deferral === null ? [] : [`Deferred for ${made.deferral.needs}: ${made.deferral.what}`]),
      ...made.conditions.map(
        (condition) => `Condition: ${condition.text} (${OWNER[condition.owner]}, by ${condition.due_on})`,
      ),
      ...permission(made),
      ...listed('Indications', made.indications.map(coded)),
      ...screening(made),
      ...evidence(made),
      ...listed('Questions for the therapist', made.questions_for_therapist),
    ],
    clientText: made.client_text,
  };
}

export function doseAdjustmentRequest(asked: DoseAdjustmentRequest): Description {
  const axes = asked.axes_asked.map((axis) => AXIS[axis]).join(', ');
  return {
    title: `Dose adjustment asked for: ${axes}`,
    lines: [
      `Asked ${moment(asked.requested_at)} because of ${REASON[asked.reason]}.`,
      `Observed: ${asked.observations}`,
      ...listed('Proposal', asked.proposal),
      ...(asked.next_session_at === null ? [] : [`Next session: ${moment(asked.next_session_at)}.`]),
      ...listed('Questions for the prescriber', asked.questions_for_prescriber),
      'Nothing changes until a prescriber decides.',
    ],
    clientText: asked.client_text,
  };
}

function permission(made: EligibilityDecision): string[] {
  const cap = made.session_cap;
  return [
    ...(cap === null ? [] : [`At most ${cap.sessions} session(s), until ${cap.until}.`]),
    ...listed(
      'Permitted',
      made.permitted_modalities.map((modality) => MODALITY[modality]),
    ),
    ...listed('Valid until', made.valid_until),
    ...listed('Next visit due', made.next_visit_due),
    ...(made.vitals_limits === null ? [] : [`Limits for this client: ${limits(made.vitals_limits)}.`]),
  ];
}

/** Everything that is not plainly absent is named, the unknown as loudly as the present. */
function screening(made: EligibilityDecision): string[] {
  const names = Object.keys(CONTRAINDICATION) as (keyof typeof CONTRAINDICATION)[];
  const open = names.filter((name) => made.contraindications[name] !== 'absent');
  if (open.length === 0) return [`Contraindication screen: all ${names.length} recorded as absent.`];
  return open.map((name) => `Screen: ${CONTRAINDICATION[name]}: ${FINDING[made.contraindications[name]]}`);
}

function evidence(made: EligibilityDecision): string[] {
  const { prescribing_basis: basis, baseline, medications_review: review } = made;
  const rule = basis?.rule ?? null;
  const ruleWords = rule === null ? '' : `, ${rule.name} of ${rule.dated_on}, ends ${rule.ends_on ?? 'open'}`;
  const examined = basis?.examined_on == null ? '' : `, examined ${basis.examined_on}`;
  const weight = baseline?.weight_g == null ? '' : `, ${kilograms(baseline.weight_g)}`;
  return [
    ...(basis === null ? [] : [`Prescribing basis: ${BASIS[basis.kind]}${examined}${ruleWords}.`]),
    ...(baseline === null
      ? []
      : [
          `Baseline ${baseline.systolic_mmhg}/${baseline.diastolic_mmhg} mmHg on ${baseline.measured_on}${weight}.`,
        ]),
    ...(review === null
      ? ['Medications: not reviewed.']
      : listed(`Medications reviewed ${review.reviewed_on}`, orNone(review.items.map(withInteraction)))),
  ];
}

function coded(named: { readonly text: string; readonly icd10: string | null }): string {
  return named.icd10 === null ? named.text : `${named.text} (${named.icd10})`;
}

function withDose(taken: { readonly name: string; readonly dose: string | null }): string {
  return taken.dose === null ? taken.name : `${taken.name} ${taken.dose}`;
}

function withInteraction(
  taken: Parameters<typeof withDose>[0] & { readonly interaction_note: string | null },
): string {
  return taken.interaction_note === null ? withDose(taken) : `${withDose(taken)} [${taken.interaction_note}]`;
}

function orNone(items: readonly string[]): readonly string[] {
  return items.length === 0 ? ['none taken'] : items;
}
