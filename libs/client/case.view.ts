import { ROLE, isZero, toHex, type CaseId, type LaneName, type UserId } from '#protocol';
import { FoldedCase } from './folded.case.js';
import type { HeldThread } from './held.chain.js';
import { lineUpTo, type LinePart } from './lane.line.js';
import { isContinued, twinsOf } from './lane.twins.js';
import { LaneView } from './lane.view.js';
import type { CaseView, Lane } from './member.contract.js';
import { ClientProblem } from './problem.js';
import type { TimelineEntry } from './timeline.contract.js';
import type { Workspace } from './workspace.js';

const LANE_ORDER: readonly LaneName[] = ['care_team', 'clinicians'];

/** Threads that a verified GENESIS puts into the same case, and whose first roster is there. */
export function listCases(workspace: Workspace): readonly CaseView[] {
  const byCase = new Map<CaseId, HeldThread[]>();
  for (const held of workspace.ledger.threads()) {
    if (held.state === undefined || held.state.epoch === 0) continue;
    const { caseId } = held.state;
    byCase.set(caseId, [...(byCase.get(caseId) ?? []), held]);
  }
  return [...byCase].map(([caseId, threads]) => viewOf(workspace, caseId, threads));
}

function viewOf(workspace: Workspace, caseId: CaseId, threads: readonly HeldThread[]): CaseView {
  const views = threads
    .map((held) => ({ held, lane: new LaneView(workspace, held) }))
    .sort((left, right) => LANE_ORDER.indexOf(left.lane.lane) - LANE_ORDER.indexOf(right.lane.lane));
  const lanes = views.map(({ lane }): Lane => lane);
  const client = clientOf(workspace, threads);
  const meant = (name: LaneName): ThreadView | undefined => {
    const named = views.filter(({ lane }) => lane.lane === name);
    const rivals = named.filter(({ held }) => twinsOf(threads, held, workspace.me).length > 0);
    if (rivals.length > 0) {
      const ids = rivals.map(({ lane }) => lane.threadId).sort();
      throw new ClientProblem('lane.ambiguous', { threads: ids });
    }
    return meantOf(threads, named);
  };
  const lineOf = (name: LaneName): readonly LinePart[] => {
    const last = meant(name);
    return last === undefined ? [] : lineUpTo(threads, last.held);
  };
  const judged = new FoldedCase(workspace, { caseId, client, threads, lineOf });
  return {
    caseId,
    client,
    lanes,
    lane(name) {
      const view = meant(name);
      if (view === undefined) throw new ClientProblem('lane.unknown');
      return view.lane;
    },
    timeline: () => lanes.flatMap((lane) => lane.timeline()).sort(bySealingTime),
    standing: (nowMs) => judged.standing(nowMs),
    gate: (question) => judged.gate(question),
    clock: (protocol) => judged.clock(protocol),
    ruleSets: (nowMs) => judged.ruleSets(nowMs),
    redFlags: (observed, asked) => judged.redFlags(observed, asked),
    exportFhir: (nowMs) => judged.exportFhir(nowMs),
  };
}

interface ThreadView {
  readonly held: HeldThread;
  readonly lane: Lane;
}

/** The one I can write into, else the last that nothing continues. */
function meantOf(threads: readonly HeldThread[], named: readonly ThreadView[]): ThreadView | undefined {
  const last = named.filter(({ held }) => !isContinued(threads, held));
  const open = last.find(({ lane }) => !lane.closed && lane.myRole !== undefined);
  return open ?? last[0] ?? named[0];
}

function bySealingTime(left: TimelineEntry, right: TimelineEntry): number {
  return left.at.getTime() - right.at.getTime() || left.seq - right.seq;
}

/** Whom the clinicians lane names, else who has the client's row. */
function clientOf(workspace: Workspace, threads: readonly HeldThread[]): UserId | undefined {
  for (const { state } of threads) {
    const row = state?.rows.find(({ role }) => role === ROLE.client);
    if (row !== undefined) return row.userId;
  }
  for (const { state } of threads) {
    if (state === undefined || isZero(state.clientGenesis)) continue;
    const named = toHex(state.clientGenesis);
    for (const held of workspace.ledger.all()) {
      if (held.kind === 'identity' && held.state && toHex(held.state.genesisHash) === named) {
        return held.state.userId;
      }
    }
  }
  return undefined;
}
