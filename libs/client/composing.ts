import { presentRowOf, type ThreadState } from '#chain';
import { checkWriting, judgeEvent, type ClinicalEvent, type Reason, type VerdictCode } from '#clinical';
import { CONTENT, OP, URGENCY, fromHex, type ObligationOp, type ObligationId, type Urgency } from '#protocol';
import type { HeldThread } from './held.chain.js';
import type { Act, SendOptions } from './sending.contract.js';
import { ClientProblem, type ClientProblemCode } from './problem.js';
import type { Work } from './queue.js';
import type { EventInput } from './timeline.contract.js';
import type { Reader } from './reader.js';

const NOBODY = new Uint8Array(16);

interface Composer {
  readonly reader: Reader;
  readonly me: string;
}

/**
 * An event with its visible half, checked before anything is queued as everybody will check it after opening:
 * schema, my authority, lane, and the table of pairs.
 */
export function composeMessage(
  { reader, me }: Composer,
  held: HeldThread,
  draft: { readonly event: EventInput; readonly options: SendOptions },
): Work {
  const state = requireOpenLane(held, me);
  const { options } = draft;
  const urgency = options.urgency === undefined ? defaultUrgency(state, options) : URGENCY[options.urgency];
  const ops = opsOf(state, options, me);
  const event = judged(reader, held, { event: draft.event, urgency, ops, me });
  const contentType = event.event === 'note' ? CONTENT.note : CONTENT.event;
  return { kind: 'message', contentType, content: event, urgency, ops };
}

/** Asking again is as urgent as the question was; everything else is routine unless its author says otherwise. */
function defaultUrgency(state: ThreadState, { acts = [] }: SendOptions): Urgency {
  const again = acts.find(({ act }) => act === 'reopen');
  const folded = again && state.obligations.get(knownObligation(state, again.obligation));
  return folded?.urgency ?? URGENCY.routine;
}

function requireOpenLane(held: HeldThread, me: string): ThreadState {
  const { state } = held;
  if (state === undefined) throw new ClientProblem('lane.unknown');
  if (state.closed) throw new ClientProblem('lane.closed');
  if (presentRowOf(state, me) === undefined) throw new ClientProblem('lane.no_row');
  return state;
}

function judged(
  reader: Reader,
  held: HeldThread,
  visible: Pick<Extract<Work, { kind: 'message' }>, 'urgency' | 'ops'> & {
    readonly event: EventInput;
    readonly me: string;
  },
): ClinicalEvent {
  const rowsBefore = held.state?.rows ?? [];
  const author = rowsBefore.find(({ userId }) => userId === visible.me);
  const written = { author, rowsBefore, seq: (held.state?.seq ?? 0) + 1 };
  const judgement = judgeEvent(visible.event, reader.circumstances(held, written, visible));
  switch (judgement.kind) {
    case 'valid':
      return writable(judgement.event);
    case 'unreadable':
      throw new ClientProblem('event.invalid', { rule: judgement.because });
    case 'invalid':
      throw notWritable(judgement.reasons);
    case 'refused':
      throw new ClientProblem(problemOfRule(judgement.code), { rule: judgement.code });
  }
}

function writable(event: ClinicalEvent): ClinicalEvent {
  const reasons = checkWriting(event);
  if (reasons.length > 0) throw notWritable(reasons);
  return event;
}

function notWritable(reasons: readonly Reason[]): ClientProblem {
  return new ClientProblem('event.invalid', {
    fields: reasons.map(({ path, words }) => `${path}: ${words}`),
  });
}

function problemOfRule(code: VerdictCode): ClientProblemCode {
  if (code === 'authority.role_not_permitted') return 'event.not_authorised';
  return code.startsWith('read_back.') ? 'event.not_read_back' : 'event.wrong_pair';
}

function opsOf(state: ThreadState, { ask = [], acts = [] }: SendOptions, me: string): ObligationOp[] {
  const opens = ask.map(({ responder, dueAt }) => ({
    op: OP.open,
    obligation: 0,
    responder: rowId(state, responder),
    dueMs: dueAt.getTime(),
  }));
  // Superseding is withdraw and open in one entry, in this order.
  return [...acts.map((act) => opOf(state, act, me)), ...opens];
}

function opOf(state: ThreadState, act: Act, me: string): ObligationOp {
  const obligation = knownObligation(state, act.obligation);
  const base = { op: OP[act.act], obligation, responder: NOBODY, dueMs: 0 };
  switch (act.act) {
    case 'ack':
      return { ...base, responder: rowId(state, act.owner ?? me) };
    case 'hand_over':
      return { ...base, responder: rowId(state, act.to) };
    case 'wait':
      return { ...base, dueMs: act.until.getTime() };
    case 'reopen':
      return { ...base, dueMs: act.dueAt.getTime() };
    case 'answer':
    case 'close':
    case 'withdraw':
      return base;
  }
}

function rowId(state: ThreadState, userId: string): Uint8Array {
  if (presentRowOf(state, userId) === undefined) throw new ClientProblem('person.not_in_lane');
  return fromHex(userId);
}

/** `<threadId>/<id>` of this very thread. */
function knownObligation(state: ThreadState, ref: string): ObligationId {
  const [threadId, id] = ref.split('/');
  const known = Number(id) as ObligationId;
  if (threadId !== state.threadId || !state.obligations.has(known)) {
    throw new ClientProblem('obligation.unknown');
  }
  return known;
}
