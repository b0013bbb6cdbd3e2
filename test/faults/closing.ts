import { setTimeout as sleep } from 'node:timers/promises';
import type { MemberSession, TimelineEntry } from '#client';
import { readFinalState, type FinalState } from './final.state.js';
import type { Recorder } from './history.js';
import { lanesOf, type Cast, type Player } from './cast.js';

const POLL_MS = 1_000;
const SYNC_MS = 60_000;

/** Everybody sends what is still queued and catches up, until all hold the same; then each says what he holds. */
export async function closeBooks(cast: Cast, recorder: Recorder): Promise<void> {
  const people = cast.cases.flatMap(({ players }) => players);
  const deadline = performance.now() + SYNC_MS;
  do {
    for (const { member } of people) await catchUp(member, deadline);
  } while (!agree(people) && performance.now() < deadline);
  for (const player of people) await recordTranscripts(player, recorder);
}

async function catchUp(member: MemberSession, deadline: number): Promise<void> {
  for (;;) {
    try {
      await member.sync();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(POLL_MS);
    }
  }
}

function agree(people: readonly Player[]): boolean {
  const heads = new Map<string, number>();
  return people.flatMap(lanesOf).every((lane) => {
    const seq = lane.timeline().at(-1)?.seq ?? 0;
    const others = heads.get(lane.threadId) ?? seq;
    heads.set(lane.threadId, others);
    return others === seq;
  });
}

async function recordTranscripts(player: Player, recorder: Recorder): Promise<void> {
  const { ok } = await player.member.verify();
  for (const lane of lanesOf(player)) {
    const lines = lane
      .timeline()
      .map((entry) => ({ seq: entry.seq, hash: entry.entryHash, token: tokenOf(entry) }));
    const { name: process } = player;
    recorder.record({ process, kind: 'ok', op: 'transcript', thread: lane.threadId, verified: ok, lines });
  }
}

function tokenOf({ shown }: TimelineEntry): string | null {
  return shown.kind === 'note' && shown.note.text !== '' ? shown.note.text : null;
}

/** The database once every due step was taken and every decided effect done, or when that took too long. */
export async function quietState(databaseUrl: string, limitMs: number): Promise<FinalState> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const final = await readFinalState(databaseUrl).catch((error: unknown) => {
      if (performance.now() > deadline) throw error;
      return undefined;
    });
    const isQuiet = final?.undone.length === 0 && final.overlooked.length === 0;
    if (final !== undefined && (isQuiet || performance.now() > deadline)) return final;
    await sleep(POLL_MS);
  }
}
