import { entryHashOf, type Rule, type Verdict } from '#chain';
import {
  CLOCK_SKEW_MS,
  IDENTITY,
  KIND,
  ORGANISATION,
  Problem,
  THREAD,
  WireError,
  equalBytes,
  fromHex,
  parseEntry,
  toHex,
  type Entry,
  type Principal,
} from '#protocol';
import type { Checked } from '../chains/index.js';
import { fromText } from './wire.js';

/** An entry as it came in: parsed strictly, nothing of it believed yet. */
export interface Incoming {
  readonly entry: Entry;
  readonly hash: Uint8Array;
}

/** @throws Problem entry.malformed naming the rule of the wire page */
export function parseIncoming(text: string): Incoming {
  try {
    const entry = parseEntry(fromText(text));
    return { entry, hash: entryHashOf(entry) };
  } catch (error) {
    if (error instanceof WireError) throw new Problem('entry.malformed', { rule: error.code });
    throw error;
  }
}

const APPENDABLE: Readonly<Record<number, readonly number[]>> = {
  [KIND.identity]: [IDENTITY.userKey],
  [KIND.organisation]: [ORGANISATION.admins, ORGANISATION.attest, ORGANISATION.revoke, ORGANISATION.suspend],
  [KIND.thread]: [THREAD.rotate, THREAD.message, THREAD.leave, THREAD.close],
};

/** Foundings and claims have calls of their own; reserved records have none. */
export function requireAppendable({ header }: Entry): void {
  if (APPENDABLE[header.kind]?.includes(header.type) !== true) throw new Problem('entry.kind_not_accepted');
}

/** Everybody appends under his own key. ADMINS alone is signed by the root, which never signs in here. */
export function requireAuthor({ header }: Entry, caller: Principal): void {
  const rootSigned = header.kind === KIND.organisation && header.type === ORGANISATION.admins;
  const device = rootSigned || toHex(header.authorDevice) === caller.keyId;
  const user =
    toHex(header.authorUser) === (caller.kind === 'device' ? caller.userId : caller.organisationId);
  if (!device || !user) throw new Problem('entry.invalid', { rule: 'wrong_author' });
}

export function requireChain({ header }: Entry, chainId: string): void {
  if (!equalBytes(header.chainId, fromHex(chainId))) {
    throw new Problem('entry.invalid', { rule: 'wrong_chain' });
  }
}

/** @throws Problem chain.clock_skew with the time the client should have sealed at */
export function requireTimely({ header }: Entry, nowMs: number): void {
  if (Math.abs(header.tsMs - nowMs) > CLOCK_SKEW_MS) {
    throw new Problem('chain.clock_skew', { serverTimeMs: Math.round(nowMs) });
  }
}

/** The problem of an entry that did not verify. */
export function problemOf(refused: Extract<Checked, { ok: false }>): Problem {
  if ('refusedOps' in refused) {
    const rule = refused.refusedOps[0]?.rule;
    return new Problem('entry.op_refused', rule === undefined ? undefined : { rule });
  }
  return problemOfVerdict(refused.verdict);
}

function problemOfVerdict(verdict: Verdict): Problem {
  switch (verdict.kind) {
    case 'malformed':
      return new Problem('entry.malformed', { rule: verdict.rule });
    case 'invalid':
      return new Problem('entry.invalid', { rule: verdict.rule });
    case 'missing':
      return new Problem('entry.invalid', { rule: 'stated_head_unknown' });
    case 'fork':
      return new Problem('entry.invalid', { rule: 'stated_head_differs' });
  }
}

export function refuse(rule: Rule): Problem {
  return new Problem('entry.invalid', { rule });
}
