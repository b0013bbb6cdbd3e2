import type { Lane, MemberSession, Shown, TimelineEntry } from '#client';
import type { LaneName } from '#protocol';
import type { Player } from './scene.js';

/** A lane of somebody's first case. */
export function laneOf(player: Player, name: LaneName = 'care_team'): Lane {
  const [first] = player.member.cases();
  if (first === undefined) throw new Error('no case here');
  return first.lane(name);
}

export function notesOf(lane: Lane): string[] {
  return lane.timeline().flatMap(({ shown }) => (shown.kind === 'note' ? [shown.note.text] : []));
}

export function lastShown(lane: Lane): Shown | undefined {
  return lane.timeline().at(-1)?.shown;
}

/** What everybody sees of one entry. */
export function seenBy(players: readonly Player[], seq: number, name: LaneName = 'care_team'): Shown[] {
  return players.map((player) => entryAt(laneOf(player, name), seq).shown);
}

function entryAt(lane: Lane, seq: number): TimelineEntry {
  const entry = lane.timeline().find((candidate) => candidate.seq === seq);
  if (entry === undefined) throw new Error(`nothing at ${String(seq)}`);
  return entry;
}

export async function syncAll(players: readonly { readonly member: MemberSession }[]): Promise<void> {
  for (const { member } of players) await member.sync();
}

/** The code of the problem a promise rejects with. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'no problem';
  } catch (error) {
    return typeof error === 'object' && error !== null && 'code' in error
      ? String(error.code)
      : String(error);
  }
}
