import { createHash } from 'node:crypto';
import type { CaseView as Case, Lane, TimelineEntry } from '#client';
import {
  EXAMPLE_PROTOCOL_TEMPLATES,
  askGate,
  clockOf,
  describeChange,
  describeEvent,
  describeGate,
  describeNext,
  describeStanding,
  draftStartCheck,
  exportCase,
  foldCase,
  milligrams,
  viewCase,
  type CaseState,
  type ClinicalEvent,
  type DoseView,
  type OpenedContent,
  type OpenedEntry,
} from '#clinical';
import type { LaneName } from '#protocol';
import type { Member } from '../session.js';
import { PLACE } from './events.session.js';
import { ZONE } from './story.days.js';
import type { CaseRecord, GateLook, InputOf, Standing } from './verbs.js';

/** What a participant makes of what was opened: the folded case, the gate, the clock, the case for another system. */

const TEMPLATE = EXAMPLE_PROTOCOL_TEMPLATES.two_then_review;
const SHORT_DIGEST = 12;

export function standing(member: Member, { at }: InputOf<'standing'>): Standing {
  const nowMs = Date.parse(at);
  const state = foldedCase(member);
  const view = viewCase(state, nowMs);
  const { done, planned } = view.count;
  const { phase, owed } = describeStanding(view, 'en');
  const { next } = clockOf(state, { template: TEMPLATE, zone: ZONE, nowMs });
  return {
    phase,
    dose: view.dose === null ? 'no dose decided' : doseWords(view.dose),
    sessions: planned === null ? String(done) : `${done} of ${planned}`,
    holds: view.holds.length,
    harm: view.harm.length,
    phq9: view.scales.phq9.map(({ total }) => (total === null ? '?' : String(total))),
    owed: owed.map(({ who, what }) => `${who}: ${what}`),
    changes: changesOf(view.dose),
    next: describeNext(next, 'en'),
    digest: createHash('sha256').update(JSON.stringify(view)).digest('hex').slice(0, SHORT_DIGEST),
  };
}

function doseWords({ treatment, decided, readBacks }: DoseView): string {
  const { regimen } = decided.event;
  if (regimen === null) return `treatment ${treatment}`;
  const missing = (['therapist', 'client'] as const).filter((role) => readBacks[role].state !== 'matches');
  const read = missing.length === 0 ? 'read back by both' : `not read back by ${missing.join(' and ')}`;
  return `at most ${milligrams(regimen.max_per_session_ug)} in one session, ${read}`;
}

function changesOf(dose: DoseView | null): Standing['changes'] {
  const changes = dose?.diff?.changes ?? [];
  return changes.map((change) => ({ en: describeChange(change, 'en'), es: describeChange(change, 'es') }));
}

export function gate(member: Member, { at, number, startsAt }: InputOf<'gate'>): GateLook {
  const only = onlyCase(member);
  const entries = openedEntries(only);
  const headOf = (name: LaneName) =>
    only.lanes
      .find(({ lane }) => lane === name)
      ?.timeline()
      .at(-1)?.ref;
  const report = askGate(foldCase(entries), {
    nowMs: Date.parse(at),
    session: { number, startsAtMs: Date.parse(startsAt), ...PLACE },
    zone: ZONE,
    template: TEMPLATE,
    team: only.lane('care_team').roster(),
    heads: { care_team: headOf('care_team') ?? null, clinicians: headOf('clinicians') ?? null },
    consentScopes: [],
  });
  const titles = new Map(only.timeline().map((entry) => [entry.ref, titleOf(entry)]));
  return {
    verdict: report.verdict,
    checks: describeGate(report, 'en').map(({ name, state, reasons, mendBy, evidence }) => ({
      name,
      says: reasons.length > 0 ? reasons.join(' ') : (titles.get(evidence ?? '') ?? state),
      mendBy: mendBy.join(', '),
    })),
    draft: draftStartCheck(report),
  };
}

function titleOf({ shown, author }: TimelineEntry): string {
  const event = eventOf(shown);
  const title = event === undefined ? '' : describeEvent(event, 'en').title;
  return `${title}, ${author.displayName ?? ''}`;
}

/** The case as a FHIR R4 collection, made where it can be read. */
export function record(member: Member, { at }: InputOf<'record'>): CaseRecord {
  const only = onlyCase(member);
  const people = only.lane('care_team').roster();
  const { bundle, leftOut } = exportCase({
    caseId: only.caseId,
    people: people.map(({ userId, role, displayName }) => ({
      userId,
      role,
      displayName: displayName ?? null,
    })),
    entries: openedEntries(only),
    proofs: new Map(),
    nowMs: Date.parse(at),
  });
  return { bundle, leftOut: leftOut.length };
}

export function foldedCase(member: Member): CaseState {
  return foldCase(openedEntries(onlyCase(member)));
}

function onlyCase(member: Member): Case {
  const [only] = member.cases();
  if (only === undefined) throw new Error('in no case yet');
  return only;
}

function openedEntries(only: Case): readonly OpenedEntry[] {
  return only.lanes.flatMap((lane) => lane.timeline().map((entry) => openedEntry(lane, entry)));
}

function openedEntry(lane: Lane, entry: TimelineEntry): OpenedEntry {
  const roles = new Map(lane.roster().map(({ userId, role }) => [userId, role]));
  return {
    lane: entry.lane,
    seq: entry.seq,
    ref: entry.ref,
    author: { userId: entry.author.userId, role: entry.author.role },
    tsMs: entry.at.getTime(),
    urgency: entry.urgency ?? null,
    content: contentOf(entry),
    ops: entry.ops.map(({ op, obligation, responder, dueAt, refused }) => ({
      op,
      obligation,
      responder: responder ?? null,
      responderRole: responder === undefined ? null : (roles.get(responder) ?? null),
      dueAtMs: dueAt?.getTime() ?? null,
      refused: refused !== undefined,
    })),
  };
}

/** Nothing in the story is unreadable or refused: `see` has checked it entry by entry. */
function contentOf({ shown }: TimelineEntry): OpenedContent {
  const event = eventOf(shown);
  if (event !== undefined) return { kind: 'valid', event, unasked: [] };
  if (shown.kind === 'invalid' || shown.kind === 'unreadable') throw new Error(`an entry is ${shown.kind}`);
  return { kind: 'not_clinical' };
}

function eventOf(shown: TimelineEntry['shown']): ClinicalEvent | undefined {
  if (shown.kind === 'note') return shown.note;
  return shown.kind === 'event' ? shown.event : undefined;
}
