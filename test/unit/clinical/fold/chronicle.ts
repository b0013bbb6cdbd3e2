import {
  EXAMPLE_PROTOCOL_TEMPLATES,
  askGate,
  exampleOf,
  foldCase,
  judgeEvent,
  type CaseState,
  type EventOf,
  type EventType,
  type GateReasonCode,
  type GateRequest,
  type LaneWord,
  type OpenedContent,
  type OpenedEntry,
  type RoleWord,
} from '#clinical';

const START_MS = Date.UTC(2026, 2, 2, 16);
const HOUR_MS = 3_600_000;

export const PEOPLE = {
  therapist: { userId: 'the therapist', role: 'therapist' },
  prescriber: { userId: 'the prescriber', role: 'prescriber' },
  colleague: { userId: 'another prescriber', role: 'prescriber' },
  client: { userId: 'the client', role: 'client' },
} as const satisfies Record<string, { userId: string; role: RoleWord }>;
export type Person = keyof typeof PEOPLE;

type Fields<Type extends EventType> = Partial<EventOf<Type>>;

/** Writes entries one hour apart, judged as a client would judge them; what does not count is written all the same. */
export class Chronicle {
  readonly entries: OpenedEntry[] = [];
  nowMs = START_MS;

  /** Answers the name of the entry. */
  say<Type extends EventType>(
    who: Person,
    type: Type,
    fields: Fields<Type>,
    around: { lane?: LaneWord; asks?: readonly RoleWord[]; answers?: string } = {},
  ): string {
    const { lane = 'care_team', asks = [], answers } = around;
    const event = { ...exampleOf(type, this.now()), ...fields };
    const seq = this.entries.filter((entry) => entry.lane === lane).length + 1;
    const none = { responder: null, dueAtMs: null, refused: false };
    const opens = asks.map((responderRole, index) => ({
      ...none,
      op: 'open' as const,
      obligation: `${lane}/${seq}/${index}`,
      responderRole,
      dueAtMs: this.nowMs + 24 * HOUR_MS,
    }));
    const answered = this.openedBy(answers, PEOPLE[who].role).map((obligation) => ({
      ...none,
      op: 'answer' as const,
      obligation,
      responderRole: null,
    }));
    const ops = [...opens, ...answered];
    const circumstances = { authorRole: PEOPLE[who].role, lane, urgency: 'emergent', ops } as const;
    return this.write(who, judgeEvent(event, circumstances), { lane, ops });
  }

  write(
    who: Person,
    content: OpenedContent,
    { lane = 'care_team', ops = [] }: { lane?: LaneWord; ops?: OpenedEntry['ops'] } = {},
  ): string {
    const seq = this.entries.filter((entry) => entry.lane === lane).length + 1;
    const ref = refOf(`${lane}/${seq}`);
    const urgency = ops.length > 0 ? 'urgent' : null;
    this.entries.push({ lane, seq, ref, author: PEOPLE[who], tsMs: this.nowMs, urgency, content, ops });
    this.nowMs += HOUR_MS;
    return ref;
  }

  now(): string {
    return `${new Date(this.nowMs).toISOString().slice(0, 19)}Z`;
  }

  later(days: number): string {
    return new Date(this.nowMs + days * 24 * HOUR_MS).toISOString().slice(0, 10);
  }

  state(): CaseState {
    return foldCase(this.entries);
  }

  private openedBy(question: string | undefined, role: RoleWord): string[] {
    const asked = this.entries.find(({ ref }) => ref === question);
    return (asked?.ops ?? []).flatMap(({ op, obligation, responderRole }) =>
      op === 'open' && responderRole === role ? [obligation] : [],
    );
  }
}

/** 43 characters in the one spelling of 32 bytes. */
export function refOf(name: string): string {
  return `${name.replaceAll('/', '-').padStart(42, '_')}A`;
}

export function requestFor(chronicle: Chronicle, number: number): GateRequest {
  const head = (lane: LaneWord) => chronicle.entries.findLast((entry) => entry.lane === lane)?.ref ?? null;
  return {
    nowMs: chronicle.nowMs,
    session: { number, startsAtMs: chronicle.nowMs, modality: 'in_clinic', region: 'US-CO' },
    zone: 'UTC',
    template: EXAMPLE_PROTOCOL_TEMPLATES.six_in_three_weeks,
    team: Object.values(PEOPLE),
    heads: { care_team: head('care_team'), clinicians: head('clinicians') },
    aside: [],
    unfollowed: [],
    consentScopes: [],
  };
}

/** A plan that may be used at once, `days` from now on for two months. */
export function plan(chronicle: Chronicle, totalUg = 150_000): NonNullable<EventOf<'dose_order'>['regimen']> {
  return {
    ...exampleOf('dose_order', chronicle.now()).regimen,
    units_per_session: totalUg / 100_000,
    max_per_session_ug: totalUg,
    booster: null,
    titration: [],
    sessions_authorised: 6,
    min_days_between: 0,
    earliest_start: chronicle.later(0),
    expires_on: chronicle.later(60),
  };
}

export const CALM = {
  eligible: { decision: 'eligible', conditions: [], session_cap: { sessions: 6, until: '2026-12-01' } },
  consent: { method: 'signed_here', document: null, disclosure: null, scopes: ['treatment_with_ketamine'] },
  prepared: { open_questions: [], consent: null, session_at: null },
  outcome: { ask: 'none', ask_text: null, scales: [], adverse_event: null },
} as const;

/** Referral, eligibility, consent, dose, both read-backs, preparation: everything a first session needs. */
export function readyCase(): Chronicle & {
  readonly refs: Record<'eligibility' | 'dose' | 'consent', string>;
} {
  const chronicle = new Chronicle();
  chronicle.say('therapist', 'referral', { scales: [], sensitivity: [] });
  const eligibility = chronicle.say('prescriber', 'eligibility_decision', {
    ...CALM.eligible,
    conditions: [],
  });
  const consent = chronicle.say('client', 'consent_recorded', {
    ...CALM.consent,
    scopes: ['treatment_with_ketamine'],
  });
  const dose = chronicle.say('prescriber', 'dose_order', { regimen: plan(chronicle) });
  chronicle.say('therapist', 'dose_read_back', { decision: dose, total_ug: 150_000 });
  chronicle.say('client', 'dose_read_back', { decision: dose, total_ug: 150_000 });
  chronicle.say('client', 'preparation_ready', { ...CALM.prepared, open_questions: [] });
  return Object.assign(chronicle, { refs: { eligibility, dose, consent } });
}

/** Why the gate is shut for a session, each reason once. */
export function reasons(
  chronicle: Chronicle,
  request: Partial<GateRequest> = {},
  number = 1,
): GateReasonCode[] {
  const { checks, further } = askGate(chronicle.state(), { ...requestFor(chronicle, number), ...request });
  const codes = [...Object.values(checks), ...further].flatMap((check) =>
    check.reasons.map(({ code }) => code),
  );
  return [...new Set(codes)];
}

export const release = (chronicle: Chronicle, hold: string, fields: Partial<EventOf<'hold_release'>> = {}) =>
  chronicle.say('prescriber', 'hold_release', { holds: [hold], evidence: [], not_before: null, ...fields });

/** Ends a hold, and says afterwards that this should not have been written. Returns the hold. */
export const mistakenRelease = (chronicle: Chronicle): string => {
  const hold = chronicle.say('client', 'hold', { about: null });
  const amends = release(chronicle, hold);
  chronicle.say('prescriber', 'addendum', { amends, kind: 'entered_by_mistake' });
  return hold;
};
