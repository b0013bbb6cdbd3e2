import { WireError } from '#protocol';

/**
 * Why something could not be opened. None of them freezes a chain: it is shown as unreadable.
 * malformed: not the record, key or link it should be · no_row: the roster has no row for me · generation: made
 * for a generation of my key that I do not hold · wrap: my box does not open · commit: what was inside is not
 * what the record commits to · epoch: sealed under another epoch than the one given · open: authentication
 * failed · plaintext: authentic, but padding or JSON are not as the wire page says · unknown_content: a content
 * type not given yet ("update the app") · pin: not the organisation or inviter the link was made for.
 */
export type Fault =
  | 'malformed'
  | 'no_row'
  | 'generation'
  | 'wrap'
  | 'commit'
  | 'epoch'
  | 'open'
  | 'plaintext'
  | 'unknown_content'
  | 'pin';

/** What opening gives: hostile input is a fault, never an exception. */
export type Opened<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly fault: Fault };

export function opened<Value>(value: Value): Opened<Value> {
  return { ok: true, value };
}

export function refused(fault: Fault): { readonly ok: false; readonly fault: Fault } {
  return { ok: false, fault };
}

/** Runs a strict parser; bytes that do not follow the wire page give undefined, our own mistakes still throw. */
export function parsed<Value>(parse: () => Value): Value | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
