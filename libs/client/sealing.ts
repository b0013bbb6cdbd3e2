import {
  applyThread,
  mustRotate,
  nextRoster,
  type RosterWishes,
  type ThreadState,
  type Verdict,
} from '#chain';
import { sealMessage, sealRotate, type PersonKeys } from '#vault';
import { KIND, THREAD, encodeReason, type Entry } from '#protocol';
import type { EpochSecrets } from './epoch.secrets.js';
import type { HeldThread } from './held.chain.js';
import type { Ledger } from './ledger.js';
import { ClientProblem } from './problem.js';
import type { Work } from './queue.js';

export interface SealingParts {
  readonly person: PersonKeys;
  readonly ledger: Ledger;
  readonly secrets: EpochSecrets;
}

/** An entry for the next place of a thread. `forItem` false: the gate asked for a rotation first. */
export interface SealedEntry {
  readonly bytes: Uint8Array;
  readonly forItem: boolean;
}

/**
 * The send gate and the sealing behind it: what goes into the thread now, a rotation or the work itself. Judged by
 * the rules everybody will judge it by before anything leaves.
 */
export function sealNext(
  parts: SealingParts,
  held: HeldThread,
  item: { readonly work: Work; readonly tsMs: number },
): SealedEntry {
  const { work, tsMs } = item;
  const state = requireState(held);
  const causes = mustRotate(state, parts.ledger, tsMs);
  const healing = work.kind === 'message' && causes.length > 0;
  const entry = healing
    ? sealRoster(parts, state, { nowMs: tsMs })
    : sealWork(parts, held, { state, work, tsMs });
  dryRun(parts, state, entry);
  return { bytes: entry.bytes, forItem: !healing };
}

function requireState(held: HeldThread): ThreadState {
  if (held.state === undefined) throw new ClientProblem('lane.unknown');
  return held.state;
}

function sealWork(
  parts: SealingParts,
  held: HeldThread,
  { state, work, tsMs }: { readonly state: ThreadState; readonly work: Work; readonly tsMs: number },
): Entry {
  switch (work.kind) {
    case 'roster':
      return sealRoster(parts, state, { nowMs: tsMs, put: work.put, drop: work.drop });
    case 'leave':
    case 'close': {
      const type = work.kind === 'leave' ? THREAD.leave : THREAD.close;
      const header = { ...placeOf(parts.person, state, tsMs), kind: KIND.thread, type };
      return parts.person.device.signEntry(header, encodeReason(work.reason));
    }
    case 'message': {
      const epoch = parts.secrets.of(held, state.epoch);
      if (epoch?.ok !== true) throw new ClientProblem('lane.no_row');
      return sealMessage({
        signer: parts.person.device,
        epoch: epoch.value,
        place: placeOf(parts.person, state, tsMs),
        urgency: work.urgency,
        ops: work.ops,
        plaintext: { contentType: work.contentType, content: work.content },
      });
    }
  }
}

function placeOf(person: PersonKeys, state: ThreadState, tsMs: number) {
  return {
    chainId: state.chainId,
    seq: state.seq + 1,
    prevHash: state.head,
    authorUser: person.userId,
    tsMs,
  };
}

function sealRoster(parts: SealingParts, state: ThreadState, wishes: RosterWishes): Entry {
  const { person, ledger } = parts;
  const next = nextRoster(state, ledger, wishes);
  if (!next.ok) throw problemOf(next.verdict);
  return sealRotate({
    signer: person.device,
    threadGenesisHash: state.genesisHash,
    place: placeOf(person, state, wishes.nowMs),
    roster: next,
    userKeys: next.publicKeys,
  }).entry;
}

function dryRun({ ledger }: SealingParts, state: ThreadState, entry: Entry): void {
  const outcome = applyThread(state, entry.bytes, ledger);
  if (!outcome.ok) throw problemOf(outcome.verdict);
  const [refused] = outcome.refusedOps;
  if (refused !== undefined) throw new ClientProblem('obligation.op_does_not_fit', { rule: refused.rule });
}

/** A rule of the chain in the words of a caller. */
export function problemOf(verdict: Verdict): ClientProblem {
  if (verdict.kind === 'missing') return new ClientProblem('chain.missing');
  if (verdict.kind === 'fork') return new ClientProblem('chain.frozen');
  const { rule } = verdict;
  switch (rule) {
    case 'author_has_no_row':
    case 'author_not_in_roster':
    case 'author_left':
    case 'author_expired':
      return new ClientProblem('lane.no_row', { rule });
    case 'adder_needed':
    case 'approval_missing':
    case 'role_not_allowed':
      return new ClientProblem('lane.not_permitted', { rule });
    case 'client_in_clinicians_lane':
      return new ClientProblem('person.client_in_clinicians_lane', { rule });
    case 'thread_closed':
      return new ClientProblem('lane.closed', { rule });
    default:
      return new ClientProblem('send.refused', { rule });
  }
}
