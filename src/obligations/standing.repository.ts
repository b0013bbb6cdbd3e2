import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ObligationStateName } from '#chain';
import type { HistoryKind, Op, Role, StepPeople, Urgency } from '#protocol';
import { rows } from '../platform/index.js';
import type { Progress } from './ladder.times.policy.js';
import { OWED } from './obligation.repository.js';

/** How an obligation stands, for the members of its thread. */
export interface StandingRow extends Progress {
  readonly id: number;
  readonly state: ObligationStateName;
  readonly urgency: Urgency;
  readonly organisationId: Uint8Array | null;
  readonly responderRole: Role;
  readonly ladderId: number | null;
  readonly attended: boolean;
  readonly climbing: boolean;
  readonly delivered: boolean;
  readonly seen: boolean;
  readonly nowMs: number;
}

export interface HistoryItemRow {
  readonly obligation: number;
  readonly kind: HistoryKind;
  readonly atMs: number;
  readonly seq: number | null;
  readonly op: Op | null;
  readonly actorId: Uint8Array | null;
  readonly level: number | null;
  readonly repeat: number | null;
  readonly scheduledForMs: number | null;
  readonly told: readonly { readonly as: StepPeople; readonly id?: string }[] | null;
  readonly nextOnDutyAtMs: number | null;
}

export interface OverdueRow {
  readonly reference: string;
  readonly urgency: Urgency;
  readonly dueAtMs: number;
  readonly taken: readonly number[];
  readonly attended: boolean;
  readonly responderId: Uint8Array;
  readonly organisationId: Uint8Array | null;
}

/** Without the case it belongs to, and without a way back to it. */
const REFERENCE = `encode(substr(sha256(thread_id || int8send(id)), 1, 8), 'hex')`;
/** Most obligations and lines of history one thread is answered with, the newest. */
const MOST = { obligations: 200, history: 2_000 } as const;

const msOf = (instant: string): string => `extract(epoch FROM ${instant})::float8 * 1000`;

/** Reads for people: what stands in the obligations, their history and the receipts. */
@Injectable()
export class StandingRepository {
  constructor(private readonly source: DataSource) {}

  /** Delivered and seen are those of whoever owes the answer now. */
  async listOfThread(threadId: Uint8Array): Promise<StandingRow[]> {
    return rows<StandingRow>(
      this.source,
      `SELECT id, state, urgency, organisation_id AS "organisationId", responder_role AS "responderRole",
         ladder_id AS "ladderId", attended, look_at IS NOT NULL AS climbing, taken,
         early_ms AS "earlyMs", paused_ms AS "pausedMs",
         ${msOf('opened_at')} AS "openedAtMs", ${msOf('due_at')} AS "dueAtMs", ${msOf('now()')} AS "nowMs",
         coalesce(delivered_seq >= opened_seq, false) AS delivered, coalesce(seen_seq >= opened_seq, false) AS seen
       FROM obligation LEFT JOIN thread_receipt AS receipt
         ON receipt.thread_id = obligation.thread_id AND receipt.user_id = coalesce(owner_id, responder_id)
       WHERE obligation.thread_id = $1 ORDER BY id DESC LIMIT $2`,
      [threadId, MOST.obligations],
    );
  }

  async listHistory(threadId: Uint8Array): Promise<HistoryItemRow[]> {
    const newest = await rows<HistoryItemRow>(
      this.source,
      `SELECT obligation_id AS obligation, kind, ${msOf('at')} AS "atMs", seq, op, actor_id AS "actorId", level, repeat,
         ${msOf('scheduled_for')} AS "scheduledForMs", told, ${msOf('next_on_duty_at')} AS "nextOnDutyAtMs"
       FROM obligation_history WHERE thread_id = $1 ORDER BY n DESC LIMIT $2`,
      [threadId, MOST.history],
    );
    return newest.reverse();
  }

  /** What the people of an organisation (null: of any) are late with, the latest first. */
  async listOverdue(organisationId: Uint8Array | null, limit: number): Promise<OverdueRow[]> {
    return rows<OverdueRow>(
      this.source,
      `SELECT ${REFERENCE} AS reference, urgency, ${msOf('due_at')} AS "dueAtMs", taken, attended,
         responder_id AS "responderId", organisation_id AS "organisationId"
       FROM obligation WHERE ${OWED} AND due_at <= now() AND ($1::bytea IS NULL OR organisation_id = $1)
       ORDER BY due_at, id LIMIT $2`,
      [organisationId, limit],
    );
  }
}
