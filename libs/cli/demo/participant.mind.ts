import { createHash } from 'node:crypto';
import type { CaseView, TimelineEntry } from '#client';
import {
  EXAMPLE_PROTOCOL_TEMPLATES,
  describeChange,
  describeEvent,
  describeGate,
  describeNext,
  describeStanding,
  draftStartCheck,
  milligrams,
  type DoseView,
} from '#clinical';
import type { Member } from '../session.js';
import { PLACE } from './events.session.js';
import { ZONE } from './story.days.js';
import type { CaseRecord, GateLook, InputOf, Standing } from './verbs.js';

/** What a participant's SDK makes of the case: how it stands, the gate, the clock, the case for another system. */

const TEMPLATE = EXAMPLE_PROTOCOL_TEMPLATES.two_then_review;
const SHORT_DIGEST = 12;

export function standing(member: Member, { at }: InputOf<'standing'>): Standing {
  const only = onlyCase(member);
  const nowMs = Date.parse(at);
  const view = only.standing(nowMs);
  const { done, planned } = view.count;
  const { phase, owed } = describeStanding(view, 'en');
  const { next } = only.clock({ template: TEMPLATE, zone: ZONE, nowMs });
  return {
    phase,
    dose: view.dose === null ? 'no dose decided' : doseWords(view.dose),
    sessions: planned === null ? String(done) : `${done} of ${planned}`,
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
  const report = only.gate({
    template: TEMPLATE,
    zone: ZONE,
    nowMs: Date.parse(at),
    number,
    startsAt: new Date(startsAt),
    ...PLACE,
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
  const event = shown.kind === 'note' ? shown.note : shown.kind === 'event' ? shown.event : undefined;
  const title = event === undefined ? '' : describeEvent(event, 'en').title;
  return `${title}, ${author.displayName ?? ''}`;
}

/** The case as a FHIR R4 collection, made where it can be read. */
export function record(member: Member, { at }: InputOf<'record'>): CaseRecord {
  const { bundle, leftOut } = onlyCase(member).exportFhir(Date.parse(at));
  return { bundle, leftOut: leftOut.length };
}

export function onlyCase(member: Member): CaseView {
  const [only] = member.cases();
  if (only === undefined) throw new Error('in no case yet');
  return only;
}
