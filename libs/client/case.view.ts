import { ROLE, isZero, toHex, type CaseId, type LaneName, type UserId } from '#protocol';
import type { HeldThread } from './held.chain.js';
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
  return {
    caseId,
    client: clientOf(workspace, threads),
    lanes,
    lane(name) {
      const named = views.filter(({ lane }) => lane.lane === name);
      if (named.some(({ held }) => twinsOf(threads, held, workspace.me).length > 0)) {
        throw new ClientProblem('lane.ambiguous');
      }
      return meantOf(threads, named);
    },
    timeline: () => lanes.flatMap((lane) => lane.timeline()).sort(bySealingTime),
  };
}

/** The one I can write into, else the last that nothing continues. */
function meantOf(
  threads: readonly HeldThread[],
  named: readonly { readonly held: HeldThread; readonly lane: Lane }[],
): Lane {
  const last = named.filter(({ held }) => !isContinued(threads, held));
  const open = last.find(({ lane }) => !lane.closed && lane.myRole !== undefined);
  const [meant] = open === undefined ? [...last, ...named] : [open];
  if (meant === undefined) throw new ClientProblem('lane.unknown');
  return meant.lane;
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
