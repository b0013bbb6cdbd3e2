import type {
  Addendum,
  Discharge,
  DoseDecision,
  DoseReadBack,
  EligibilityDecision,
  MaintenancePlan,
  Referral,
} from '../event.registry.js';
import type { LaneWord } from '../vocabulary.js';
import { NO_ACCOUNTS, type Accounts } from './accounts.js';
import { NO_CONSENT, type Consents } from './consents.js';
import { NO_HOLDS, type Holds } from './holds.js';
import { NO_DECISION, type Lineage } from './lineage.js';
import { NO_OBLIGATIONS, type Obligations } from './obligations.js';
import type { Filed } from './opened.entry.js';
import type { Mention, Speech } from './mentions.js';
import type { ScalePoint } from './scale.points.js';
import { EMPTY_MAP, type SortedMap } from './sorted.map.js';
import { emptyTally, type LaneTally, type UnreadEntry } from './unread.js';

export type Sensitivity = NonNullable<Referral['sensitivity']>[number];

/** The last read-back of one dose decision by each of the two who owe it; whether it matches is asked when it is read. */
export interface ReadBacks {
  readonly therapist: Filed<DoseReadBack> | null;
  readonly client: Filed<DoseReadBack> | null;
}

/**
 * All that was said in a case, indexed so that what stands now can be read without going through it again. Immutable
 * and plain. Whatever two lanes say is kept as facts that do not depend on the order in which the lanes are read:
 * equal entries give equal states, however they were batched or interleaved. Read it with `viewCase` and the gate.
 */
export interface CaseState {
  readonly lanes: Readonly<Record<LaneWord, LaneTally>>;
  readonly eligibility: Lineage<EligibilityDecision>;
  readonly dose: Lineage<DoseDecision>;
  readonly maintenance: Lineage<MaintenancePlan>;
  readonly discharge: Lineage<Discharge>;
  /** Dose decision → its read-backs. */
  readonly readBacks: SortedMap<ReadBacks>;
  readonly consents: Consents;
  readonly holds: Holds;
  /** Reports and questions that may be replaced: referrals, sessions, harm, contacts, forms, … */
  readonly accounts: Accounts;
  /** Measurements by instrument, day and place. */
  readonly points: SortedMap<ScalePoint>;
  /** Amended entry → its addenda. */
  readonly addenda: SortedMap<Filed<Addendum>>;
  /** Entry spoken of → who spoke of it. */
  readonly mentions: SortedMap<Mention>;
  /** Entry that speaks → what it speaks of or answers. */
  readonly speeches: SortedMap<Speech>;
  /** Alarms and questions that bear on the next session and wait for an answer. */
  readonly questions: SortedMap<Filed>;
  /** Entries that hold an answer which demands a safety flag, while no flag about them stands. */
  readonly demands: SortedMap<Filed>;
  readonly obligations: Obligations;
  /** What anybody ever said is specially protected in this record; null: nobody has said anything. */
  readonly labels: SortedMap<Sensitivity> | null;
  /** Every entry that does not count, by place. */
  readonly unread: SortedMap<UnreadEntry>;
  readonly unreadByRef: SortedMap<UnreadEntry>;
  /** Those of them that leave the case in doubt, by entry. */
  readonly doubts: SortedMap<UnreadEntry>;
}

/** A case of which nothing has been read. */
export const EMPTY_CASE: CaseState = {
  lanes: { care_team: emptyTally('care_team'), clinicians: emptyTally('clinicians') },
  eligibility: NO_DECISION,
  dose: NO_DECISION,
  maintenance: NO_DECISION,
  discharge: NO_DECISION,
  readBacks: EMPTY_MAP,
  consents: NO_CONSENT,
  holds: NO_HOLDS,
  accounts: NO_ACCOUNTS,
  points: EMPTY_MAP,
  addenda: EMPTY_MAP,
  mentions: EMPTY_MAP,
  speeches: EMPTY_MAP,
  questions: EMPTY_MAP,
  demands: EMPTY_MAP,
  obligations: NO_OBLIGATIONS,
  labels: null,
  unread: EMPTY_MAP,
  unreadByRef: EMPTY_MAP,
  doubts: EMPTY_MAP,
};
