import { z } from 'zod';
import { contact, owner, reported, suicidality, yesNoUnknown } from '../care.schema.js';
import { allDifferent, clientText, entryRef, instant, line, region, text } from '../fields.schema.js';
import { modality, vitalsReading } from '../medicine.schema.js';
import { isAtHome } from './preparation-ready.schema.js';

/** What the go/no-go gate asks before every session (source: the project's product page, "Go/no-go gate"). */
export const START_CONDITIONS = [
  'eligibility',
  'dose',
  'therapist_read_back',
  'client_read_back',
  'therapist_linked',
  'consent',
  'ride_or_chaperone',
  'no_hold',
  'previous_outcome',
] as const;
export type StartCondition = (typeof START_CONDITIONS)[number];

/** Conditions that are met by an entry or not at all. */
const MET_BY_AN_ENTRY: readonly StartCondition[] = [
  'eligibility',
  'dose',
  'therapist_read_back',
  'client_read_back',
  'consent',
  'previous_outcome',
];
/** Conditions a case's template, or the first session, can do without. */
const CAN_BE_NOT_REQUIRED: readonly StartCondition[] = ['ride_or_chaperone', 'previous_outcome'];

const checkState = z.enum(['met', 'not_met', 'unknown', 'not_required']);

const check = z
  .strictObject({
    state: checkState,
    evidence: entryRef.nullable().describe('The entry that shows it'),
    detail: line(300).nullable(),
    mend_by: owner.nullable().describe('Who can mend it'),
  })
  .refine(({ state, mend_by: by }) => isFulfilled(state) === (by === null), {
    path: ['mend_by'],
    error: 'must name who can mend what is not met, and only that',
  });
export type StartConditionCheck = z.infer<typeof check>;

type Checks = Record<StartCondition, typeof check>;
const checks = z.strictObject(Object.fromEntries(START_CONDITIONS.map((name) => [name, check])) as Checks);

/** A condition that the case's own template adds. */
const furtherCheck = z.strictObject({
  name: line(),
  state: z.enum(['met', 'not_met', 'unknown']),
  evidence: entryRef.nullable(),
  detail: line(300).nullable(),
});

/** How the client is on the day, as asked and seen. */
const clientToday = z.strictObject({
  oriented: yesNoUnknown,
  feels_well: yesNoUnknown,
  medicines_as_agreed: yesNoUnknown,
  fasted_as_agreed: yesNoUnknown,
  substances_today: reported,
  suicidality,
  new_since_last: text(1_000).nullable(),
});

const shape = z.strictObject({
  event: z.literal('session_start_check'),
  schema: z.literal(1),
  checked_at: instant,
  supersedes: entryRef.nullable().describe('The earlier check of this session that this one replaces'),
  session_number: z.int().min(1).max(400),
  starts_at: instant.nullable().describe('When the session starts or was to start'),
  modality,
  location_region: region,
  emergency_address: text(300).nullable().describe('Where help would have to come, for a session at home'),
  result: z.enum(['go', 'no_go']),
  no_go_because: text(1_000).nullable(),
  as_of: z
    .strictObject({ care_team: entryRef, clinicians: entryRef.nullable() })
    .describe('The last entry of each lane that the check had seen'),
  checks,
  further: z.array(furtherCheck).max(20),
  vitals: vitalsReading.nullable().describe('Measured before the first dose'),
  client_today: clientToday.nullable().describe('null: nobody has seen the client yet'),
  ride_home: contact.nullable(),
  chaperone: contact.nullable(),
  client_text: clientText.nullable(),
});
type StartCheck = z.infer<typeof shape>;

/**
 * The evidence of one look at the gate, kept as it was. "go" stands only when everything is met; "no go" may also
 * be a person's judgement although everything is met, and then says why. Red is never talked green: there is no
 * "go nevertheless".
 */
export const sessionStartCheckSchema = START_CONDITIONS.reduce(
  (schema, name) =>
    schema
      .refine((made) => !lacksEntry(name, made.checks[name]), {
        path: ['checks', name, 'evidence'],
        error: 'is needed when the condition is met',
      })
      .refine((made) => made.checks[name].state !== 'not_required' || canBeWithout(name, made), {
        path: ['checks', name, 'state'],
        error: 'must not be left out',
      }),
  shape,
)
  .refine((made) => made.result !== 'go' || unmetConditions(made) === 0, {
    path: ['result'],
    error: 'must be "no_go" while a condition is not met',
  })
  .refine((made) => made.result !== 'go' || made.no_go_because === null, {
    path: ['no_go_because'],
    error: 'must be null for "go"',
  })
  .refine((made) => made.result !== 'no_go' || unmetConditions(made) > 0 || made.no_go_because !== null, {
    path: ['no_go_because'],
    error: 'is needed when every condition is met',
  })
  .refine((made) => made.result !== 'go' || (made.vitals !== null && made.client_today !== null), {
    path: ['client_today'],
    error: 'must be given, and vital signs too, before "go"',
  })
  .refine((made) => made.vitals === null || made.vitals.phase === 'pre', {
    path: ['vitals', 'phase'],
    error: 'must be "pre"',
  })
  .refine((made) => !isAtHome(made.modality) || made.emergency_address !== null, {
    path: ['emergency_address'],
    error: 'is needed when the session is at home',
  })
  .refine((made) => allDifferent(made.further.map(({ name }) => name)), {
    path: ['further'],
    error: 'must not name anything twice',
  });

function isFulfilled(state: z.infer<typeof checkState>): boolean {
  return state === 'met' || state === 'not_required';
}

function lacksEntry(name: StartCondition, { state, evidence }: StartConditionCheck): boolean {
  return state === 'met' && evidence === null && MET_BY_AN_ENTRY.includes(name);
}

/** Only the first session has no previous outcome. */
function canBeWithout(name: StartCondition, made: StartCheck): boolean {
  return CAN_BE_NOT_REQUIRED.includes(name) && (name !== 'previous_outcome' || made.session_number === 1);
}

function unmetConditions({ checks: all, further }: StartCheck): number {
  return (
    START_CONDITIONS.filter((name) => !isFulfilled(all[name].state)).length +
    further.filter(({ state }) => state !== 'met').length
  );
}
