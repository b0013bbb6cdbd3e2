import { createHash } from 'node:crypto';
import {
  EXAMPLE_PROTOCOL_TEMPLATES,
  askGate,
  exampleOf,
  foldCase,
  judgeEvent,
  viewCase,
  type CaseState,
  type ClinicalEvent,
  type OpenedEntry,
  type RoleWord,
} from '#clinical';
import { figure, print, progress, row, show } from './figures.js';

const ROUNDS = 7;
const EVENTS = 10_100;
/** Costs are measured over a stretch of entries around the hundredth and around the ten-thousandth. */
const STRETCH = 100;
const REPEATS = 60;
const START_MS = Date.UTC(2026, 0, 5, 15);
const HOUR_MS = 3_600_000;

/** Names of entries are hashes: spread evenly, so that nothing profits from their order. */
function refOf(seq: number): string {
  return createHash('sha256').update(String(seq)).digest('base64url');
}

interface Written {
  readonly role: RoleWord;
  readonly event: ClinicalEvent;
}

/** A long case, as talkative as cases are: of eight entries four are notes, the others move it on. */
function eventAt(seq: number): Written {
  const at = new Date(START_MS + seq * HOUR_MS).toISOString().slice(0, 19) + 'Z';
  const before = (entries: number) => refOf(Math.max(1, seq - entries));
  if (seq === 1) return { role: 'therapist', event: exampleOf('referral', at) };
  if (seq === 2) return { role: 'prescriber', event: exampleOf('eligibility_decision', at) };
  if (seq === 3) return { role: 'prescriber', event: exampleOf('dose_order', at) };
  const lastDose = refOf(seq <= 8 ? 3 : seq - ((seq - 1) % 8));
  switch (seq % 8) {
    case 1:
      return {
        role: 'prescriber',
        event: { ...exampleOf('dose_adjustment', at), supersedes: refOf(seq <= 9 ? 3 : seq - 8) },
      };
    case 2:
      return { role: 'client', event: { ...exampleOf('dose_read_back', at), decision: lastDose } };
    case 3:
      return { role: 'client', event: exampleOf('scale_result', at) };
    case 4:
      return { role: 'client', event: { ...exampleOf('safety_flag', at), about: before(1) } };
    default:
      return { role: 'therapist', event: { ...exampleOf('note', at), about: before(1) } };
  }
}

function history(): OpenedEntry[] {
  return Array.from({ length: EVENTS }, (_, index) => {
    const seq = index + 1;
    const { role, event } = eventAt(seq);
    const author = { userId: role, role };
    const content = judgeEvent(event, { authorRole: role, lane: 'care_team', urgency: 'urgent', ops: [] });
    if (content.kind !== 'valid') throw new Error(`entry ${seq} does not count`);
    return {
      lane: 'care_team',
      seq,
      ref: refOf(seq),
      author,
      tsMs: START_MS + seq * HOUR_MS,
      urgency: null,
      content,
      ops: [],
    };
  });
}

function microseconds(work: () => void, count: number): number {
  const startedAt = performance.now();
  work();
  return ((performance.now() - startedAt) * 1_000) / count;
}

/** Cost of one entry, over a stretch that follows `from`. */
function applying(state: CaseState, entries: readonly OpenedEntry[], from: number): number {
  const stretch = entries.slice(from, from + STRETCH);
  return microseconds(() => {
    for (let repeat = 0; repeat < REPEATS; repeat += 1) foldCase(stretch, state);
  }, STRETCH * REPEATS);
}

function incremental(entries: readonly OpenedEntry[]): void {
  const early = foldCase(entries.slice(0, 100));
  const late = foldCase(entries.slice(0, 10_000));
  const ratios: number[] = [];
  const [first, last]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    progress(`applying entries, round ${round + 1} of ${ROUNDS}`);
    const [cheap, dear] = [applying(early, entries, 100), applying(late, entries, 10_000)];
    first.push(cheap);
    last.push(dear);
    ratios.push(dear / cheap);
  }
  print(row('apply the 100th entry, µs', show(figure(first))));
  print(row('apply the 10,000th entry, µs', show(figure(last))));
  print(row('10,000th beside 100th (at most 3)', show(figure(ratios))));
}

function reading(entries: readonly OpenedEntry[]): void {
  for (const count of [100, 1_000, 10_000]) {
    const state = foldCase(entries.slice(0, count));
    const nowMs = START_MS + count * HOUR_MS;
    const request = {
      nowMs,
      session: { number: 1, startsAtMs: nowMs, modality: 'in_clinic' as const, region: 'US-CO' },
      zone: 'America/Denver',
      template: EXAMPLE_PROTOCOL_TEMPLATES.six_in_three_weeks,
      team: [{ userId: 'therapist', role: 'therapist' as const }],
      heads: { care_team: refOf(count), clinicians: null },
      aside: [],
      unfollowed: [],
      consentScopes: [],
    };
    const gates: number[] = [];
    const views: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      gates.push(
        microseconds(() => {
          askGate(state, request);
        }, 1),
      );
      views.push(
        microseconds(() => {
          viewCase(state, nowMs);
        }, 1),
      );
    }
    print(row(`gate after ${count} entries, µs`, show(figure(gates))));
    print(row(`whole view after ${count} entries, µs`, show(figure(views))));
  }
}

export function clinicalBench(): void {
  print('\nThe folded case (one thread, one core; median, spread of the rounds)');
  progress(`writing ${EVENTS} entries`);
  const entries = history();
  incremental(entries);
  const cold: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    cold.push(
      microseconds(() => {
        foldCase(entries.slice(0, 10_000));
      }, 1_000),
    );
  }
  print(row('fold 10,000 entries from nothing, ms', show(figure(cold))));
  reading(entries);
}
