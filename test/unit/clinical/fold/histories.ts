import fc from 'fast-check';
import type { LaneWord } from '#clinical';
import { CALM, Chronicle, PEOPLE, plan, readyCase, type Person } from './chronicle.js';

/** One step of a random history. `pick` chooses among what was written before. */
export interface Step {
  readonly kind: (typeof KINDS)[number];
  readonly who: Person;
  readonly lane: LaneWord;
  readonly pick: number;
  readonly flag: boolean;
  readonly hours: number;
}

const KINDS = [
  'note',
  'dose',
  'dose_pause',
  'read_back',
  'right_read_backs',
  'eligibility',
  'consent',
  'hold',
  'release',
  'release_all',
  'prepare',
  'prepare_well',
  'session_go',
  'outcome',
  'integration',
  'medication',
  'flag',
  'scale',
  'harm',
  'request',
  'addendum',
  'mistake',
  'taken_back',
  'answer',
  'answer_all',
  'referral',
  'discharge',
  'maintenance',
  'junk',
  'silence',
] as const;

export const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...KINDS),
  who: fc.constantFrom<Person>('therapist', 'prescriber', 'colleague', 'client'),
  lane: fc.constantFrom<LaneWord>('care_team', 'care_team', 'care_team', 'clinicians'),
  pick: fc.nat({ max: 1_000 }),
  flag: fc.boolean(),
  hours: fc.nat({ max: 30 }),
});

/** A case that is ready for its first session, then whatever happens. */
export function happen(steps: readonly Step[], from: Chronicle = readyCase()): Chronicle {
  for (const one of steps) take(from, one);
  return from;
}

/** Sometimes the newest entry of that type, sometimes any, sometimes none at all. */
function named(chronicle: Chronicle, types: readonly string[], { pick, flag }: Step): string | null {
  const found = chronicle.entries.filter(
    ({ content }) => content.kind === 'valid' && types.includes(content.event.event),
  );
  const entry = flag ? found.at(-1) : found[pick % (found.length + 1)];
  return entry?.ref ?? null;
}

const PERSONS = Object.keys(PEOPLE) as readonly Person[];
const DOSES = ['dose_order', 'dose_adjustment'];

function take(chronicle: Chronicle, one: Step): void {
  const { who, lane, pick, flag } = one;
  chronicle.nowMs += one.hours * 3_600_000;
  const any = chronicle.entries[pick % chronicle.entries.length]?.ref ?? null;
  const totalUg = flag ? 150_000 : 200_000;
  const previous = (...types: string[]) => named(chronicle, types, one);
  const dose = previous(...DOSES);
  switch (one.kind) {
    case 'note':
      chronicle.say(who, 'note', { about: any }, { lane });
      return;
    case 'dose':
      giveDose(chronicle, one, dose);
      return;
    case 'dose_pause':
      if (dose !== null) pause(chronicle, who, dose, flag);
      return;
    case 'read_back':
      if (dose !== null) chronicle.say(who, 'dose_read_back', { decision: dose, total_ug: totalUg });
      return;
    case 'right_read_backs':
      readBackRightly(chronicle);
      return;
    case 'eligibility':
      decideEligibility(chronicle, one, previous('eligibility_decision'));
      return;
    case 'consent':
      consent(chronicle, one, previous('consent_recorded'));
      return;
    case 'hold':
      chronicle.say(who, 'hold', { about: flag ? any : null });
      return;
    case 'release': {
      const hold = previous('hold');
      if (hold !== null) chronicle.say(who, 'hold_release', { holds: [hold], not_before: null });
      return;
    }
    case 'release_all':
      for (const ref of written(chronicle, 'hold')) {
        chronicle.say('prescriber', 'hold_release', { holds: [ref], not_before: null });
      }
      return;
    case 'prepare':
      prepare(chronicle, who, { number: 1 + (pick % 3), ride: flag });
      return;
    case 'prepare_well':
      prepare(chronicle, 'client', { number: nextNumber(chronicle), ride: true });
      return;
    case 'session_go':
      startSession(chronicle, who);
      return;
    case 'outcome':
      fileOutcome(chronicle, one, dose ?? 'none');
      return;
    case 'integration': {
      const outcome = previous('session_outcome');
      if (outcome === null) return;
      chronicle.say(
        who,
        'integration_done',
        { session_outcome: outcome, ask: 'none', ask_text: null },
        { lane },
      );
      return;
    }
    case 'medication':
      chronicle.say(
        who,
        'medication_change',
        { supersedes: previous('medication_change') },
        { lane, asks: ['prescriber'] },
      );
      return;
    case 'flag':
      chronicle.say(who, 'safety_flag', { about: any, scale_item: null }, { lane, asks: ['prescriber'] });
      return;
    case 'scale':
      chronicle.say(
        who,
        'scale_result',
        { items: [1, 1, 1, 1, 1, 1, 1, 1, flag ? 0 : 1], total: flag ? 8 : 9 },
        { lane },
      );
      return;
    case 'harm':
      chronicle.say(
        who,
        'adverse_event',
        { supersedes: previous('adverse_event') },
        { lane, asks: ['prescriber'] },
      );
      return;
    case 'request':
      if (dose !== null)
        chronicle.say(who, 'dose_adjustment_request', { decision: dose }, { lane, asks: ['prescriber'] });
      return;
    case 'addendum':
      if (any !== null)
        chronicle.say(who, 'addendum', { amends: any, kind: flag ? 'correction' : 'late_entry' }, { lane });
      return;
    case 'mistake':
      callMistake(chronicle, one);
      return;
    case 'taken_back':
      takeBack(chronicle, one);
      return;
    case 'answer':
      if (any !== null) chronicle.say(who, 'note', { about: flag ? any : null }, { lane, answers: any });
      return;
    case 'answer_all':
      answerAll(chronicle);
      return;
    case 'referral':
      chronicle.say(
        who,
        'referral',
        { scales: [], sensitivity: [], supersedes: previous('referral') },
        { lane },
      );
      return;
    case 'discharge':
      chronicle.say(who, 'discharge', { supersedes: previous('discharge'), scales: [] });
      return;
    case 'maintenance':
      chronicle.say(who, 'maintenance_plan', { supersedes: previous('maintenance_plan') });
      return;
    case 'junk':
      junk(chronicle, one);
      return;
    case 'silence':
      chronicle.write(who, { kind: 'not_clinical' }, { lane });
  }
}

function written(chronicle: Chronicle, type: string): string[] {
  return chronicle.entries.flatMap(({ ref, content }) =>
    content.kind === 'valid' && content.event.event === type ? [ref] : [],
  );
}

function giveDose(chronicle: Chronicle, { who, flag }: Step, supersedes: string | null): void {
  const regimen = plan(chronicle, flag ? 150_000 : 200_000);
  if (supersedes === null) chronicle.say(who, 'dose_order', { regimen });
  else chronicle.say(who, 'dose_adjustment', { supersedes, regimen, axes_changed: ['dose'] });
}

function pause(chronicle: Chronicle, who: Person, supersedes: string, flag: boolean): void {
  chronicle.say(who, 'dose_adjustment', {
    supersedes,
    regimen: null,
    axes_changed: [flag ? 'hold' : 'stop'],
  });
}

function readBackRightly(chronicle: Chronicle): void {
  const last = chronicle.entries.findLast(
    ({ content }) => content.kind === 'valid' && DOSES.includes(content.event.event),
  );
  if (last?.content.kind !== 'valid' || !('regimen' in last.content.event)) return;
  const total = last.content.event.regimen?.max_per_session_ug;
  if (total === undefined) return;
  chronicle.say('therapist', 'dose_read_back', { decision: last.ref, total_ug: total });
  chronicle.say('client', 'dose_read_back', { decision: last.ref, total_ug: total });
}

function decideEligibility(chronicle: Chronicle, { who, pick, flag }: Step, supersedes: string | null): void {
  const condition = {
    text: 'SYNTHETIC EXAMPLE: a diary',
    owner: 'client',
    due_on: chronicle.later(3),
  } as const;
  const until = chronicle.later(flag ? 60 : 1);
  if (pick % 3 === 0) {
    const none = { permitted_modalities: [], session_cap: null, conditions: [] };
    chronicle.say(who, 'eligibility_decision', { ...none, supersedes, decision: 'not_eligible' });
  } else if (pick % 3 === 1) {
    chronicle.say(who, 'eligibility_decision', {
      ...CALM.eligible,
      conditions: [],
      supersedes,
      valid_until: until,
    });
  } else {
    chronicle.say(who, 'eligibility_decision', { supersedes, conditions: [condition], valid_until: until });
  }
}

function consent(chronicle: Chronicle, { who, flag }: Step, supersedes: string | null): void {
  const given = { ...CALM.consent, scopes: ['treatment_with_ketamine' as const], supersedes };
  if (flag) chronicle.say(who, 'consent_recorded', given);
  else chronicle.say(who, 'consent_recorded', { ...given, action: 'withdrawn', valid_until: null });
}

function prepare(
  chronicle: Chronicle,
  who: Person,
  { number, ride }: { number: number; ride: boolean },
): void {
  const ready = { ...CALM.prepared, open_questions: [], session_number: number };
  chronicle.say(who, 'preparation_ready', ride ? ready : { ...ready, ride_home: null });
}

function nextNumber(chronicle: Chronicle): number {
  return written(chronicle, 'session_outcome').length + 1;
}

/** "go" in the record; whether the gate was green then is not asked: people may write what they like. */
function startSession(chronicle: Chronicle, who: Person): void {
  const ride = { name: 'SYNTHETIC EXAMPLE: a friend', phone: '+1 555 0100' };
  const met = { state: 'met', evidence: 'A'.repeat(43), detail: null, mend_by: null } as const;
  chronicle.say(who, 'session_start_check', {
    session_number: nextNumber(chronicle),
    starts_at: null,
    result: 'go',
    no_go_because: null,
    checks: {
      eligibility: met,
      dose: met,
      therapist_read_back: met,
      client_read_back: met,
      therapist_linked: met,
      consent: met,
      ride_or_chaperone: met,
      no_hold: met,
      previous_outcome: met,
    },
    further: [],
    ride_home: ride,
  });
}

function fileOutcome(chronicle: Chronicle, { who, lane, flag }: Step, decision: string): void {
  const number = nextNumber(chronicle);
  const fields = { ...CALM.outcome, scales: [], decision, session_number: number, sessions_planned: 400 };
  if (flag) chronicle.say(who, 'session_outcome', fields, { lane });
  else {
    const asking = { ...fields, ask: 'adjust', ask_text: 'SYNTHETIC EXAMPLE: higher?' } as const;
    chronicle.say(who, 'session_outcome', asking, { lane, asks: ['prescriber'] });
  }
}

/** Both clinicians speak to everything that was written so far. */
function answerAll(chronicle: Chronicle): void {
  for (const { ref } of [...chronicle.entries]) {
    chronicle.say('therapist', 'note', { about: ref });
    chronicle.say('prescriber', 'note', { about: ref });
  }
}

/** Its author, or sometimes somebody else, says of what was written lately that it should not be there. */
function callMistake(chronicle: Chronicle, { who, lane, pick, flag }: Step): void {
  const entry = chronicle.entries.at(-1 - (pick % 6));
  if (entry === undefined) return;
  const author = PERSONS.find((person) => PEOPLE[person].userId === entry.author.userId) ?? who;
  const fields = { amends: entry.ref, kind: 'entered_by_mistake' } as const;
  chronicle.say(flag ? who : author, 'addendum', fields, { lane });
}

/** An alarm, an answer to it, and that the answer was a mistake: in whichever lane, so that the word may be read first. */
function takeBack(chronicle: Chronicle, { lane, pick, flag }: Step): void {
  const about = chronicle.say(
    'client',
    'safety_flag',
    { about: null, scale_item: null },
    { asks: ['prescriber'] },
  );
  const amends =
    pick % 2 === 0
      ? chronicle.say('prescriber', 'hold', { about }, { lane })
      : chronicle.say('prescriber', 'note', { about: null }, { answers: about });
  const other = flag ? 'clinicians' : 'care_team';
  chronicle.say('prescriber', 'addendum', { amends, kind: 'entered_by_mistake' }, { lane: other });
}

function junk(chronicle: Chronicle, { who, lane, pick, flag }: Step): void {
  if (pick % 4 === 0)
    chronicle.write(who, { kind: 'unopened', because: flag ? 'no_key' : 'damaged' }, { lane });
  else if (pick % 4 === 1)
    chronicle.write(who, { kind: 'invalid', name: flag ? 'hold' : 'dose_order', reasons: [] }, { lane });
  else if (pick % 4 === 2) {
    const words = 'SYNTHETIC EXAMPLE: newer';
    chronicle.write(who, { kind: 'unreadable', because: 'newer_schema', name: null, words }, { lane });
  } else chronicle.say('therapist', 'dose_order', { regimen: plan(chronicle, 900_000) });
}
