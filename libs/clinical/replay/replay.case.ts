import type { ProtocolTemplate } from '../clock/protocol-template.schema.js';
import type { Duty } from '../fold/duties.policy.js';
import type { OpenedEntry } from '../fold/opened.entry.js';
import type { Phase } from '../fold/phase.policy.js';
import type { GateRequest } from '../gate/gate.contract.js';
import type { GateReasonCode } from '../gate/gate.words.js';
import type { RoleWord } from '../vocabulary.js';

/** What a script says the case looks like at a moment. What is left out is not said. */
export interface Expectation {
  readonly phase?: Phase;
  /** The most in one session under the dose in force, as people read it; null: held, stopped or none. */
  readonly dose?: string | null;
  /** From the decision before to the one in force, e.g. "The most in one session: 150 mg → 200 mg". */
  readonly doseChanges?: readonly string[];
  readonly conflicts?: number;
  readonly sessionsDone?: number;
  readonly sessionsPlanned?: number;
  readonly holds?: number;
  readonly harm?: number;
  readonly unread?: number;
  readonly labels?: readonly string[];
  readonly phq9?: readonly (number | null)[];
  /** Everything the role owes by the pathway. */
  readonly owes?: Readonly<Partial<Record<RoleWord, readonly Duty['what'][]>>>;
  readonly gate?: 'go' | 'no_go';
  /** Every reason the gate gives, each once. */
  readonly because?: readonly GateReasonCode[];
}

export interface Moment {
  readonly name: string;
  readonly atMs: number;
  /** How many entries of the case had been written by then. */
  readonly entries: number;
  readonly request: GateRequest;
  readonly expected: Expectation;
}

/** A synthetic case from its first entry to its last: nobody's record. */
export interface ReplayCase {
  readonly name: string;
  readonly title: string;
  readonly zone: string;
  readonly template: ProtocolTemplate;
  readonly cast: Readonly<Record<CastName, { readonly userId: string; readonly role: RoleWord }>>;
  /** Both lanes, in the order in which they were written. */
  readonly entries: readonly OpenedEntry[];
  readonly moments: readonly Moment[];
}

export const CAST = {
  therapist: 'therapist',
  prescriber: 'prescriber',
  covering: 'prescriber',
  client: 'client',
  coordinator: 'coordinator',
} as const satisfies Record<string, RoleWord>;
export type CastName = keyof typeof CAST;
