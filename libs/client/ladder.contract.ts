import type {
  Ladder,
  LaddersReply,
  OverdueReply,
  PutLadderReply,
  ThreadObligationsReply,
  UrgencyName,
} from '#protocol';
import type { Dated } from './dated.js';

/** The ladder of one class of urgency: the version in force, and one that waits for a director. */
export type LadderView = Dated<Omit<LaddersReply['ladders'][number], 'inForce' | 'proposed'>> & {
  readonly inForce: LadderVersionView;
  readonly proposed: LadderVersionView | null;
};

/** Version 0 is the built-in ladder. `approvedBy` null: shown as not yet approved. */
export interface LadderVersionView {
  readonly version: number;
  readonly ladder: Ladder;
  readonly approvedBy: string | null;
  readonly approvedAt: Date | null;
}

/** Late answers of an organisation's people, the latest first. Names neither case nor counterpart. */
export type OverdueAnswer = Dated<OverdueReply['overdue'][number]>;

/** What an organisation has decided about late answers, and what is late. Every call goes out. */
export interface LadderBook {
  list(): Promise<readonly LadderView[]>;
  /** For its directors, coordinators and administrators. */
  overdue(): Promise<readonly OverdueAnswer[]>;
}

export interface MemberLadders extends LadderBook {
  /** As a director: from now on this version is in force for what is opened. Errors: Problem ladder.unknown. */
  approve(urgency: UrgencyName, version: number): Promise<void>;
}

export interface AdministratorLadders extends LadderBook {
  /** A new version, in force once a director has approved it. Errors: Problem ladder.unheard. */
  write(urgency: UrgencyName, ladder: Ladder): Promise<PutLadderReply>;
}

/**
 * How the service says an obligation stands: how far it has escalated, who was told, whether it was delivered and seen.
 * Hints: what is owed and overdue is computed from signed entries alone.
 */
export type ObligationStanding = Dated<ThreadObligationsReply['obligations'][number]>;
