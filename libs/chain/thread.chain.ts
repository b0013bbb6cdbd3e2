import {
  CLOSE_REASON,
  KIND,
  LANE,
  LEAVE_REASON,
  ROLE,
  THREAD,
  inRoleMask,
  isZero,
  parseMessage,
  parseReason,
  parseRotate,
  parseThreadGenesis,
  toHex,
  type CaseId,
  type Entry,
  type Message,
  type Rotate,
  type ThreadGenesis,
  type ThreadId,
} from '#protocol';
import { advance, linkEntry, type LinkedEntry } from './chain.link.js';
import { HashLog } from './hash.log.js';
import { chainIdOf, verifyEntrySignature } from './hashing.js';
import { LayeredMap } from './layered.map.js';
import { foldOps, isOwed } from './obligation.fold.js';
import { rowOf, type RosterRow } from './roster.row.js';
import { applyRotate } from './thread.rotate.js';
import type { ThreadEffects, ThreadOutcome, ThreadState, World } from './thread.state.js';
import { Refusal, demand, judge } from './verdict.js';

type ThreadRecord =
  | { readonly type: typeof THREAD.genesis; readonly record: ThreadGenesis }
  | { readonly type: typeof THREAD.rotate; readonly record: Rotate }
  | { readonly type: typeof THREAD.message; readonly record: Message }
  | { readonly type: typeof THREAD.leave; readonly record: number }
  | { readonly type: typeof THREAD.close; readonly record: number };

function parseBody({ header, body }: Entry): ThreadRecord {
  switch (header.type) {
    case THREAD.genesis:
      return { type: THREAD.genesis, record: parseThreadGenesis(body) };
    case THREAD.rotate:
      return { type: THREAD.rotate, record: parseRotate(body) };
    case THREAD.message:
      return { type: THREAD.message, record: parseMessage(body) };
    case THREAD.leave:
      return { type: THREAD.leave, record: parseReason(body, LEAVE_REASON) };
    case THREAD.close:
      return { type: THREAD.close, record: parseReason(body, CLOSE_REASON) };
    default:
      throw new Refusal({ kind: 'invalid', rule: 'reserved_type' });
  }
}

interface Step extends ThreadEffects {
  readonly state: ThreadState;
}

const NO_EFFECTS = { changes: [], refusedOps: [] } as const;

/**
 * Applies one entry to a thread; `state` undefined expects a GENESIS. Only a ROTATE asks the world, for the heads
 * it states; everything else is judged by the current ROTATE. The verdicts are in `RULES`; ops that do not fit
 * change nothing and are listed in `refusedOps`. Source: libs/protocol/WIRE.md, "Thread chain".
 */
export function applyThread(state: ThreadState | undefined, bytes: Uint8Array, world: World): ThreadOutcome {
  return applyThreadEntry(state, bytes, { world, checkSignature: verifyEntrySignature });
}

/** How a cold start checks signatures of plain messages later; everything else is checked at once. */
export interface ThreadJudging {
  readonly world: World;
  /** For a MESSAGE without ops only. */
  readonly checkSignature: (entry: Entry, signingKey: Uint8Array) => boolean;
}

export function applyThreadEntry(
  state: ThreadState | undefined,
  bytes: Uint8Array,
  judging: ThreadJudging,
): ThreadOutcome {
  return judge(() => {
    const keysOf = (entry: Entry): readonly Uint8Array[] => knownKeys(state, judging.world, entry);
    const linked = linkEntry(state, bytes, { kind: KIND.thread, parseBody, keysOf });
    const { entry, entryHash, parsed } = linked;
    if (parsed.type === THREAD.genesis) {
      const founded = found(linked, parsed.record);
      return { ok: true, state: founded, entry, entryHash, author: undefined, ...NO_EFFECTS };
    }
    demand(state !== undefined, 'not_genesis');
    return { ok: true, entry, entryHash, ...follow(state, linked, parsed, judging) };
  });
}

/** Every key the claimed author is known by: his devices in the roster, or in his chain if he has no row now. */
function knownKeys(state: ThreadState | undefined, world: World, entry: Entry): readonly Uint8Array[] {
  const author = toHex(entry.header.authorUser);
  const row = state && rowOf(state, author);
  const devices = world.identity(author)?.devices ?? [];
  return [...(row?.devices.values() ?? []), ...devices.map((device) => device.signingKey)];
}

function found({ entry, entryHash }: LinkedEntry<unknown>, record: ThreadGenesis): ThreadState {
  const clinicians = record.lane === LANE.clinicians;
  demand(!(clinicians && inRoleMask(record.allowedRoles, ROLE.client)), 'client_in_clinicians_lane');
  demand(isZero(record.clientGenesis) !== clinicians, 'lane_client');
  const chainId = chainIdOf(entry);
  const { caseId, ...terms } = record;
  return {
    ...terms,
    genesisHash: entryHash,
    chainId,
    threadId: toHex(chainId) as ThreadId,
    caseId: toHex(caseId) as CaseId,
    seq: 1,
    head: entryHash,
    hashes: HashLog.empty.append(entryHash),
    lastTsMs: entry.header.tsMs,
    founding: entry,
    epoch: 0,
    epochSeq: 0,
    epochTsMs: 0,
    epochMessages: 0,
    esCommit: new Uint8Array(0),
    rows: [],
    organisations: [],
    statedHeads: new Map(),
    obligations: LayeredMap.empty(),
    closed: false,
    deferred: [],
  };
}

function follow(
  state: ThreadState,
  linked: LinkedEntry<unknown>,
  parsed: Exclude<ThreadRecord, { type: typeof THREAD.genesis }>,
  judging: ThreadJudging,
): Step {
  demand(state.founding === undefined || parsed.type === THREAD.rotate, 'rotate_first');
  const moved = { ...state, ...advance(state, linked) };
  switch (parsed.type) {
    case THREAD.rotate: {
      const { author, ...turned } = applyRotate(state, linked, parsed.record, judging.world);
      return { state: { ...moved, ...turned }, author, ...NO_EFFECTS };
    }
    case THREAD.message:
      return post(state, moved, linked.entry, parsed.record, judging);
    case THREAD.leave:
      return leave(state, moved, linked.entry);
    case THREAD.close:
      return close(state, moved, linked.entry);
  }
}

/** The author of anything but a ROTATE: a row, not left, not expired, a device active at the stated head. */
function requireAuthor(
  state: ThreadState,
  entry: Entry,
  checkSignature: ThreadJudging['checkSignature'] = verifyEntrySignature,
): RosterRow {
  const { authorUser, authorDevice, tsMs } = entry.header;
  const row = rowOf(state, toHex(authorUser));
  demand(row !== undefined, 'author_has_no_row');
  demand(!row.left, 'author_left');
  demand(row.expiresMs > tsMs, 'author_expired');
  const signingKey = row.devices.get(toHex(authorDevice));
  demand(signingKey !== undefined, 'device_not_active');
  demand(checkSignature(entry, signingKey), 'signature');
  return row;
}

function post(
  state: ThreadState,
  moved: ThreadState,
  entry: Entry,
  record: Message,
  judging: ThreadJudging,
): Step {
  const plain = record.ops.length === 0;
  const author = requireAuthor(state, entry, plain ? judging.checkSignature : verifyEntrySignature);
  demand(!state.closed, 'thread_closed');
  demand(record.epoch === state.epoch, 'epoch_not_current');
  const epochMessages = state.epochMessages + 1;
  if (plain) return { state: { ...moved, epochMessages }, author, ...NO_EFFECTS };
  const { seq, tsMs } = entry.header;
  const { rows, adderRoles } = state;
  const context = { rows, adderRoles, author, seq, tsMs, urgency: record.urgency };
  const { obligations, changes, refusedOps } = foldOps(state.obligations, record.ops, context);
  return { state: { ...moved, epochMessages, obligations }, author, changes, refusedOps };
}

function leave(state: ThreadState, moved: ThreadState, entry: Entry): Step {
  const author = requireAuthor(state, entry);
  const rows = state.rows.map((row) => (row === author ? { ...row, left: true } : row));
  return { state: { ...moved, rows }, author, ...NO_EFFECTS };
}

function close(state: ThreadState, moved: ThreadState, entry: Entry): Step {
  const author = requireAuthor(state, entry);
  demand(!state.closed, 'thread_closed');
  demand(inRoleMask(state.adderRoles, author.role), 'adder_needed');
  for (const obligation of state.obligations.values()) demand(!isOwed(obligation), 'obligations_open');
  return { state: { ...moved, closed: true }, author, ...NO_EFFECTS };
}
