import { answersTo } from '../answer.table.js';
import { EXAMPLE_PROTOCOL_TEMPLATES } from '../clock/protocol-template.examples.js';
import { Temporal } from '#calendar';
import { judgeEvent } from '../event.judgement.js';
import type { ClinicalEvent, EventOf, EventType } from '../event.registry.js';
import { foldCase } from '../fold/case.fold.js';
import type { CaseState } from '../fold/case.state.js';
import type { OpenedContent, OpenedEntry, OpenedOp } from '../fold/opened.entry.js';
import { askGate } from '../gate/gate.policy.js';
import type { GateReport, GateRequest } from '../gate/gate.contract.js';
import type { LaneWord, RoleWord, UrgencyWord } from '../vocabulary.js';
import { calmExample } from './calm.examples.js';
import { CAST, type CastName, type Expectation, type Moment, type ReplayCase } from './replay.case.js';
import { syntheticRef, syntheticUserId } from './synthetic.ids.js';

const HOUR_MS = 3_600_000;

export interface SceneSettings {
  readonly name: string;
  readonly title: string;
  /** Calendar date of day 0 in the zone. */
  readonly firstDay: string;
  readonly zone?: string;
  readonly template?: keyof typeof EXAMPLE_PROTOCOL_TEMPLATES;
}

/** What stands around an event in its entry. */
export interface Around {
  readonly lane?: LaneWord;
  /** Roles an answer is asked of. */
  readonly asks?: readonly RoleWord[];
  readonly withinHours?: number;
  readonly urgency?: UrgencyWord;
  /** Entry whose question this answers, for everything it asked of the author's role. */
  readonly answers?: string;
}

export interface SessionAsked {
  readonly number: number;
  readonly day: number;
  readonly at: string;
  readonly modality?: GateRequest['session']['modality'];
  readonly region?: string;
  /** Who is in the care team; everybody of the cast but the covering prescriber when left out. */
  readonly team?: readonly CastName[];
}

/** One person at one moment. Everything returns the name of the entry that was written. */
export interface Voice {
  readonly signs: <Type extends EventType>(
    type: Type,
    fields?: Partial<EventOf<Type>>,
    around?: Around,
  ) => string;
  /** Writes an entry that a reader of this version cannot read, or that does not count. */
  readonly scrawls: (content: OpenedContent, lane?: LaneWord) => string;
}

type Voices = Readonly<Record<CastName, Voice>> & {
  /** Stops and looks: what should be seen now. The session is the one the gate is asked about. */
  readonly look: (name: string, session: SessionAsked, expected: Expectation) => void;
  /** What the gate says now. */
  readonly gate: (session: SessionAsked) => GateReport;
};

/** A script is told day by day and never goes back; what does not count as its author meant it throws. */
export class Scene {
  private readonly entries: OpenedEntry[] = [];
  private readonly moments: Moment[] = [];
  private readonly zone: string;
  private readonly template;
  readonly cast;
  private lastMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly settings: SceneSettings) {
    this.zone = settings.zone ?? 'America/Denver';
    this.template = EXAMPLE_PROTOCOL_TEMPLATES[settings.template ?? 'six_in_three_weeks'];
    this.cast = Object.fromEntries(
      Object.entries(CAST).map(([name, role]) => [
        name,
        { userId: syntheticUserId(`${settings.name}/${name}`), role },
      ]),
    ) as ReplayCase['cast'];
  }

  /** Day 0 is the first; times are wall-clock times in the zone of the case. */
  readonly day = (day: number) => ({ at: (time: string) => this.voices(day, time) });

  /** Calendar date of a day of the script. */
  date(day: number): string {
    return Temporal.PlainDate.from(this.settings.firstDay).add({ days: day }).toString();
  }

  /** Instant of a day and time of the script, UTC. */
  instant(day: number, time: string): string {
    const local = `${this.date(day)}T${time}[${this.zone}]`;
    return Temporal.ZonedDateTime.from(local).toInstant().toString();
  }

  /** The case so far. */
  state(): CaseState {
    return foldCase(this.entries);
  }

  finished(): ReplayCase {
    const { name, title } = this.settings;
    const { zone, template, cast, entries, moments } = this;
    return { name, title, zone, template, cast, entries, moments };
  }

  private voices(day: number, time: string): Voices {
    const atMs = Date.parse(this.instant(day, time));
    if (atMs < this.lastMs)
      throw new RangeError(`${this.settings.name}: day ${day} ${time} goes back in time`);
    this.lastMs = atMs;
    const voice = (name: CastName): Voice => ({
      signs: (type, fields = {}, around = {}) => this.sign(name, atMs, { type, fields, around }),
      scrawls: (content, lane = 'care_team') =>
        this.append(name, atMs, { lane, content, ops: [], urgency: null }),
    });
    const names = Object.keys(CAST) as CastName[];
    const voices = Object.fromEntries(names.map((name) => [name, voice(name)])) as Record<CastName, Voice>;
    const ask = (session: SessionAsked) => this.request(session, atMs);
    return {
      ...voices,
      gate: (session) => askGate(this.state(), ask(session)),
      look: (name, session, expected) => {
        this.moments.push({ name, atMs, entries: this.entries.length, request: ask(session), expected });
      },
    };
  }

  private sign<Type extends EventType>(
    name: CastName,
    atMs: number,
    said: { readonly type: Type; readonly fields: Partial<EventOf<Type>>; readonly around: Around },
  ): string {
    const event = calmExample(said.type, instantOf(atMs), said.fields);
    const { lane = 'care_team', asks = [], urgency = asks.length === 0 ? 'routine' : 'soon' } = said.around;
    const ops = [
      ...this.answers(name, event, said.around.answers),
      ...this.asks(lane, asks, atMs, said.around),
    ];
    const content = judgeEvent(event, {
      authorRole: CAST[name],
      lane,
      urgency,
      ops: ops.map((op) => pairOf(op)),
    });
    if (content.kind !== 'valid') {
      throw new RangeError(`${this.settings.name}: ${said.type} is ${JSON.stringify(content)}`);
    }
    return this.append(name, atMs, { lane, content, ops, urgency });
  }

  private asks(
    lane: LaneWord,
    roles: readonly RoleWord[],
    atMs: number,
    { withinHours = 24 }: Around,
  ): OpenedOp[] {
    const seq = this.nextSeq(lane);
    return roles.map((role, index) => ({
      op: 'open',
      obligation: `${lane}/${seq * 256 + index}`,
      responder:
        this.cast[role === 'therapist' || role === 'client' || role === 'coordinator' ? role : 'prescriber']
          .userId,
      responderRole: role,
      dueAtMs: atMs + withinHours * HOUR_MS,
      refused: false,
    }));
  }

  /** Answers what that entry asked of the author's role. */
  private answers(name: CastName, event: ClinicalEvent, question: string | undefined): OpenedOp[] {
    const asked = this.entries.find(({ ref }) => ref === question);
    if (asked === undefined) return [];
    const isAnswer = asked.content.kind === 'valid' && answersTo(asked.content.event).includes(event.event);
    if (!isAnswer) throw new RangeError(`${this.settings.name}: ${event.event} does not answer that`);
    return asked.ops
      .filter(({ op, responderRole }) => op === 'open' && responderRole === CAST[name])
      .map(({ obligation }) => ({
        op: 'answer',
        obligation,
        responder: null,
        responderRole: null,
        dueAtMs: null,
        refused: false,
      }));
  }

  private append(
    name: CastName,
    atMs: number,
    written: Pick<OpenedEntry, 'lane' | 'content' | 'ops' | 'urgency'>,
  ): string {
    const seq = this.nextSeq(written.lane);
    const ref = syntheticRef(`${this.settings.name}/${written.lane}/${seq}`);
    this.entries.push({ ...written, seq, ref, author: this.cast[name], tsMs: atMs });
    return ref;
  }

  private nextSeq(lane: LaneWord): number {
    return this.entries.filter((entry) => entry.lane === lane).length + 1;
  }

  private request(session: SessionAsked, nowMs: number): GateRequest {
    const { number, day, at, modality = 'in_clinic', region = 'US-CO' } = session;
    const { team = ['therapist', 'prescriber', 'client', 'coordinator'] } = session;
    const head = (lane: LaneWord) => this.entries.findLast((entry) => entry.lane === lane)?.ref ?? null;
    return {
      nowMs,
      session: { number, startsAtMs: Date.parse(this.instant(day, at)), modality, region },
      zone: this.zone,
      template: this.template,
      team: team.map((name) => this.cast[name]),
      heads: { care_team: head('care_team'), clinicians: head('clinicians') },
      aside: [],
      unfollowed: [],
      consentScopes: [],
    };
  }
}

function pairOf({ op, responderRole }: OpenedOp) {
  return { op, responderRole };
}

function instantOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
