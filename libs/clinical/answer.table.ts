import type { ClinicalEvent, EventType } from './event.registry.js';

/** What a note may be answered with: all that says something new about the case. */
const ANSWERS_TO_A_NOTE: readonly EventType[] = [
  'note',
  'referral',
  'information_request',
  'eligibility_decision',
  'consent_recorded',
  'preparation_ready',
  'dose_order',
  'dose_adjustment',
  'hold',
  'hold_release',
  'session_start_check',
  'session_outcome',
  'adverse_event',
  'integration_done',
  'scale_result',
  'medication_change',
  'follow_up_summary',
  'maintenance_plan',
  'discharge',
  'addendum',
];

type Answers = Readonly<Record<EventType, readonly EventType[]>>;

/**
 * What answers what. A dose decision is answered by nothing but a read-back (a held or stopped one, which has no total,
 * by a note); a note may say no, ask back or explain wherever a decision would otherwise be the answer. A plan is
 * agreed to by a note of one's own, whose entry the plan then names.
 */
const ANSWERS: Answers = {
  note: ANSWERS_TO_A_NOTE,
  referral: ['eligibility_decision', 'information_request', 'note'],
  information_request: [
    'note',
    'referral',
    'eligibility_decision',
    'consent_recorded',
    'preparation_ready',
    'session_outcome',
    'integration_done',
    'scale_result',
    'medication_change',
    'follow_up_summary',
    'addendum',
  ],
  eligibility_decision: ['note', 'referral'],
  consent_recorded: ['note', 'hold', 'discharge'],
  preparation_ready: ['note', 'information_request', 'eligibility_decision', 'dose_order', 'dose_adjustment'],
  dose_order: ['dose_read_back'],
  dose_adjustment_request: ['dose_adjustment', 'note'],
  dose_adjustment: ['dose_read_back'],
  dose_read_back: [],
  hold: ['hold_release', 'dose_adjustment', 'eligibility_decision', 'note'],
  hold_release: ['note', 'hold'],
  session_start_check: [
    'note',
    'consent_recorded',
    'preparation_ready',
    'eligibility_decision',
    'dose_order',
    'dose_adjustment',
    'hold_release',
    'session_outcome',
  ],
  vitals_alert: ['note', 'hold', 'dose_adjustment'],
  session_outcome: ['dose_adjustment', 'dose_order', 'eligibility_decision', 'hold', 'note'],
  adverse_event: ['note', 'hold', 'dose_adjustment', 'eligibility_decision'],
  integration_done: ['dose_adjustment', 'dose_order', 'eligibility_decision', 'hold', 'note'],
  scale_result: ['note', 'hold', 'integration_done', 'follow_up_summary'],
  safety_flag: [
    'note',
    'hold',
    'dose_adjustment',
    'eligibility_decision',
    'adverse_event',
    'integration_done',
    'follow_up_summary',
  ],
  medication_change: ['note', 'hold', 'dose_order', 'dose_adjustment', 'eligibility_decision'],
  follow_up_summary: ['note', 'dose_adjustment', 'eligibility_decision', 'maintenance_plan'],
  maintenance_plan: ['note', 'maintenance_plan'],
  coverage_handover: ['note'],
  discharge: ['note', 'discharge'],
  addendum: [],
};

export function answersTo(opened: ClinicalEvent): readonly EventType[] {
  return opened.event === 'dose_adjustment' && opened.regimen === null ? ['note'] : ANSWERS[opened.event];
}
