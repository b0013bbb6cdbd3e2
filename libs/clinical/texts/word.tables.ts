import type {
  AdverseEvent,
  Addendum,
  ConsentRecorded,
  CoverageHandover,
  Discharge,
  DoseAdjustment,
  EligibilityDecision,
  FollowUpSummary,
  Hold,
  InformationRequest,
  IntegrationDone,
  MedicationChange,
  PreparationReady,
  Referral,
  SafetyFlag,
  ScaleResult,
  SessionOutcome,
  VitalsAlert,
} from '../event.registry.js';
import type { Assents, AssentingRole } from '../assent.schema.js';
import type { BoundBy } from '../clock/session.window.js';
import type { EligibilityField, RegimenField, Treatment } from '../fold/decision.diff.js';
import type { Regimen } from '../events/regimen.schema.js';
import type { Duty } from '../fold/duties.policy.js';
import type { Phase } from '../fold/phase.policy.js';
import type { FurtherCondition, Mender } from '../gate/gate.contract.js';
import type { StartCondition, StartConditionCheck } from '../events/session-start-check.schema.js';

type Contraindications = EligibilityDecision['contraindications'];
type Assent = Assents[AssentingRole];

/**
 * Every choice an event can make, by table. A language gives one word or phrase for each; a choice without a word does
 * not compile, in no language.
 */
export interface WordTables {
  readonly decision: EligibilityDecision['decision'];
  readonly evaluation: EligibilityDecision['evaluation_mode'];
  readonly basis: NonNullable<EligibilityDecision['prescribing_basis']>['kind'];
  readonly finding: Contraindications[keyof Contraindications];
  readonly contraindication: keyof Contraindications;
  readonly deferral: NonNullable<EligibilityDecision['deferral']>['needs'];
  readonly modality: Regimen['modality'];
  readonly route: Regimen['route'];
  readonly form: Regimen['form'];
  readonly afterHolding: Regimen['after_holding'];
  readonly doseReason: DoseAdjustment['reason'];
  readonly treatment: Treatment;
  /** What may differ between two decisions. */
  readonly changed: RegimenField | EligibilityField;
  readonly axis: DoseAdjustment['axes_changed'][number];
  readonly prescription: DoseAdjustment['prescription']['status'];
  readonly person: EligibilityDecision['conditions'][number]['owner'] | 'on_call_prescriber';
  readonly suicidality: Referral['risk']['suicidality'];
  readonly reported: Referral['risk']['substance_use_concern'];
  readonly tried: Referral['treatments_tried'][number]['response'];
  readonly sensitivity: NonNullable<Referral['sensitivity']>[number];
  readonly information: InformationRequest['items'][number]['kind'];
  readonly waitsForIt: InformationRequest['waits_for_it'];
  readonly consent: ConsentRecorded['action'];
  readonly scope: ConsentRecorded['scopes'][number];
  readonly givenBy: ConsentRecorded['given_by'];
  readonly consentMethod: ConsentRecorded['method'];
  readonly topic: ConsentRecorded['topics'][number];
  readonly ready: keyof PreparationReady['checklist'];
  readonly done: PreparationReady['checklist']['call_tested'];
  readonly yesNo: SafetyFlag['immediate_danger'];
  readonly holdReason: Hold['reason'];
  readonly startCondition: StartCondition;
  readonly conditionState: StartConditionCheck['state'];
  readonly measure: VitalsAlert['exceeded'][number]['measure'];
  readonly limitFrom: VitalsAlert['exceeded'][number]['limit_from'];
  readonly symptom: VitalsAlert['symptoms'][number];
  readonly furtherCondition: FurtherCondition;
  readonly mender: Mender;
  readonly step: Phase;
  readonly duty: Duty['what'];
  readonly bound: BoundBy;
  readonly phase: SessionOutcome['vitals'][number]['phase'];
  readonly session: SessionOutcome['session_type'];
  readonly ask: SessionOutcome['ask'];
  readonly present: SessionOutcome['people_present'][number]['role'];
  readonly sideEffect: SessionOutcome['side_effects'][number]['code'];
  readonly seriousness: AdverseEvent['serious_because'][number];
  readonly causality: AdverseEvent['causality'];
  readonly expected: AdverseEvent['expected'];
  readonly treatmentAfter: AdverseEvent['treatment_after'];
  readonly eventOutcome: AdverseEvent['outcome'];
  readonly contact: IntegrationDone['result'];
  readonly contactMode: IntegrationDone['mode'];
  readonly setting: ScaleResult['setting'];
  readonly scaleMethod: ScaleResult['method'];
  readonly safety: SafetyFlag['kind'];
  readonly changeSource: MedicationChange['source'];
  readonly change: MedicationChange['changes'][number]['what'];
  readonly response: FollowUpSummary['response'];
  readonly askedAbout: keyof FollowUpSummary['asked_about'];
  readonly pointsTo: FollowUpSummary['points_to'];
  readonly assent: Assent['answer'];
  readonly assentHow: NonNullable<Assent['how']>;
  readonly illness: CoverageHandover['illness'];
  readonly dischargeReason: Discharge['reason'];
  readonly safetyPlan: Discharge['safety_plan'];
  readonly addendum: Addendum['kind'];
}

export type Words = {
  readonly [Table in keyof WordTables]: Readonly<Record<WordTables[Table], string>>;
};
