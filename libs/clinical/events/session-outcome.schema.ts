import { z } from 'zod';
import { ASKS, askIsSaid, askText, contact, needsAnswer } from '../care.schema.js';
import {
  ascending,
  clientText,
  doseOrNoneUg,
  doseUg,
  entryRef,
  inOrder,
  instant,
  line,
  minutes,
  numbersAscending,
  phone,
  region,
  text,
  textList,
} from '../fields.schema.js';
import { modality, scaleScore, sideEffect, vitalsReading } from '../medicine.schema.js';

const person = z.strictObject({
  role: z.enum(['therapist', 'co_therapist', 'prescriber', 'nurse', 'chaperone', 'interpreter', 'other']),
  name: line().nullable(),
  presence: z.enum(['in_the_room', 'by_video']),
});

const rideHome = z.strictObject({ name: line(), phone, handed_over_at: instant });

/** Amounts as they were taken, in order; at most the first is not a booster. Empty: nothing was taken. */
const dosing = z
  .strictObject({
    planned_ug: doseOrNoneUg,
    taken: z
      .array(z.strictObject({ kind: z.enum(['first', 'booster']), amount_ug: doseUg, taken_at: instant }))
      .max(10),
    residue: line().nullable().describe('What was spat out or remained in the mouth'),
    left_over_ug: doseOrNoneUg.describe('Medicine left over and to be accounted for'),
  })
  .refine(({ taken }) => taken.every((dose, index) => (dose.kind === 'first') === (index === 0)), {
    path: ['taken'],
    error: 'must start with the first dose; every later one is a booster',
  })
  .refine(({ taken }) => ascending(taken.map((dose) => dose.taken_at)), {
    path: ['taken'],
    error: 'must be in order of time',
  });

/** Minutes after the first dose. */
const course = z
  .strictObject({
    onset_min: minutes.nullable(),
    peak_min: minutes.nullable(),
    return_min: minutes.nullable(),
  })
  .refine((seen) => numbersAscending([seen.onset_min, seen.peak_min, seen.return_min]), {
    error: 'must have onset before peak before return',
  });

const adverseEvent = z.strictObject({
  what: text(),
  serious: z.boolean(),
  occurred_at: instant,
  action: text(),
  emergency_services_called: z.boolean(),
  resolved: z.boolean(),
});

const departure = z.strictObject({
  at: instant,
  oriented: z.boolean(),
  stable: z.boolean(),
  no_driving_instruction_given: z.boolean(),
});

/**
 * Step 4 as it happened, filed by whoever sat with the client. `ask` says whether the prescriber must answer. Themes
 * are those the client is content to share; process notes never belong here.
 */
export const sessionOutcomeSchema = z
  .strictObject({
    event: z.literal('session_outcome'),
    schema: z.literal(1),
    supersedes: entryRef.nullable().describe('The earlier account this one replaces'),
    decision: entryRef.describe('The dose decision the session was held under'),
    session_number: z.int().min(1).max(400),
    sessions_planned: z.int().min(1).max(400),
    session_type: z.enum(['first', 'series', 'maintenance']),
    modality,
    location_region: region,
    started_at: instant,
    ended_at: instant,
    people_present: z.array(person).min(1).max(12),
    chaperone: contact.nullable(),
    ride_home: rideHome.nullable(),
    intention: text().nullable(),
    vitals: z.array(vitalsReading).max(60),
    dosing,
    course: course.nullable(),
    dissociation: z.int().min(0).max(10).nullable().describe('0 none to 10 complete'),
    sedation: z.int().min(0).max(5).nullable().describe('0 awake to 5 not rousable'),
    side_effects: z.array(sideEffect).max(20),
    adverse_event: adverseEvent.nullable(),
    themes_to_share: textList(10),
    departure: departure.nullable().describe('null: had not left when this was filed'),
    scales: z.array(scaleScore).max(12),
    integration_appointments: z.array(instant).max(10),
    ask: z.enum(ASKS),
    ask_text: askText,
    deviations: textList(),
    client_text: clientText.nullable(),
  })
  .refine((outcome) => outcome.session_number <= outcome.sessions_planned, {
    path: ['session_number'],
    error: 'is higher than the number of sessions planned',
  })
  .refine((outcome) => inOrder(outcome.started_at, outcome.ended_at), {
    path: ['ended_at'],
    error: 'must not be before the start',
  })
  .refine((outcome) => outcome.dosing.taken.every((dose) => inOrder(outcome.started_at, dose.taken_at)), {
    path: ['dosing', 'taken'],
    error: 'must not be before the start of the session',
  })
  .refine((outcome) => ascending(outcome.vitals.map((reading) => reading.taken_at)), {
    path: ['vitals'],
    error: 'must be in order of time',
  })
  .refine((outcome) => outcome.dosing.taken.length > 0 || outcome.course === null, {
    path: ['course'],
    error: 'counts from the first dose, but none was taken',
  })
  .refine(({ departure, started_at: startedAt }) => departure === null || inOrder(startedAt, departure.at), {
    path: ['departure', 'at'],
    error: 'must not be before the start of the session',
  })
  .refine(askIsSaid, {
    path: ['ask_text'],
    error: 'must say what is asked of the prescriber',
  })
  .refine((outcome) => outcome.adverse_event === null || needsAnswer(outcome.ask), {
    path: ['ask'],
    error: 'must be "adjust" or "urgent" after an adverse event',
  })
  .refine((outcome) => outcome.adverse_event?.serious !== true || outcome.ask === 'urgent', {
    path: ['ask'],
    error: 'must be "urgent" after a serious adverse event',
  });
