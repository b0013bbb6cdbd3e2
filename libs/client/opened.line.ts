import type { OpenedEntry, OpenedOp } from '#clinical';
import { THREAD, parseEntry, parseMessage, toBase64Url, type Message } from '#protocol';
import type { HeldThread, ThreadFact } from './held.chain.js';
import type { LinePart } from './lane.line.js';
import { authorRole, placeOf, shownOp } from './presenter.js';
import { roleName, urgencyName, type Reader } from './reader.js';

/** One verified entry with its place among all entries of its lane, also when the lane spans several threads. */
export interface LineEntry {
  readonly held: HeldThread;
  readonly fact: ThreadFact;
  /** From 1, without gaps, over the threads of the line. */
  readonly seq: number;
}

/** The entries of a line after the first `count`, in chain order. */
export function entriesAfter(line: readonly LinePart[], count: number): readonly LineEntry[] {
  const entries: LineEntry[] = [];
  let before = 0;
  for (const { held, facts } of line) {
    const start = before;
    const rest = facts.slice(Math.max(0, count - start));
    entries.push(...rest.map((fact) => ({ held, fact, seq: start + fact.seq })));
    before += facts.length;
  }
  return entries;
}

/** The entry in its place, or undefined where the line ends before. */
export function factAt(line: readonly LinePart[], seq: number): ThreadFact | undefined {
  let before = 0;
  for (const { facts } of line) {
    if (seq <= before + facts.length) return facts[seq - before - 1];
    before += facts.length;
  }
  return undefined;
}

/** As libs/clinical takes it: roles are those of the roster the entry was written under. */
export function openedEntry(reader: Reader, { held, fact, seq }: LineEntry): OpenedEntry {
  const message = fact.type === THREAD.message ? parseMessage(parseEntry(fact.bytes).body) : undefined;
  return {
    lane: placeOf(held).lane,
    seq,
    ref: toBase64Url(fact.entryHash),
    author: { userId: fact.authorUser, role: authorRole(held, fact) },
    tsMs: fact.tsMs,
    urgency: message === undefined ? null : urgencyName(message.urgency),
    content: reader.open(held, fact).content,
    ops: message === undefined ? [] : openedOps(held, fact, message),
  };
}

function openedOps(held: HeldThread, fact: ThreadFact, message: Message): readonly OpenedOp[] {
  return message.ops.map((rode, index) => {
    const { op, obligation, responder, dueAt, refused } = shownOp(held, fact, { op: rode, index });
    const row = fact.rowsBefore.find(({ userId }) => userId === responder);
    return {
      op,
      obligation,
      responder: responder ?? null,
      responderRole: row === undefined ? null : roleName(row),
      dueAtMs: dueAt?.getTime() ?? null,
      refused: refused !== undefined,
    };
  });
}
