import type { BusinessCalendar } from './business.calendar.js';
import { SLOTS, type Rota, type Slot } from './rota.schema.js';
import { clipped, openRanges, turnsBetween, type Range, type Turn } from './rota.turns.js';

export type { Range } from './rota.turns.js';

/**
 * A decision about a slot for some time. An override puts somebody, or nobody, in its place. A swap, once its taker has
 * accepted, replaces the giver where he would be on duty.
 */
export type Change = Range & { readonly slot: Slot } & (
    | { readonly kind: 'override'; readonly person: string | null }
    | { readonly kind: 'swap'; readonly giver: string; readonly taker: string }
  );

export interface Leave extends Range {
  readonly person: string;
  readonly cover: string | null;
}

/**
 * All that decides who is on duty. `changes` stand in the order in which they were decided; `people` are those who may
 * be on duty at all. Precedence, from the weakest: the rota, then each change upon what was decided before it, then
 * leave (who is away is away, whoever planned him; his cover stands in, and so on), then `people`. Nobody is on duty
 * in both slots: then there is no secondary.
 */
export interface PoolPlan {
  readonly rota: Rota;
  readonly changes: readonly Change[];
  readonly leave: readonly Leave[];
  readonly people: ReadonlySet<string>;
}

export interface Duties {
  readonly primary: string | null;
  readonly secondary: string | null;
}

/** One person's duty in a slot from its hand-over on, or time in which nobody is on duty. */
export interface Shift extends Range {
  readonly slot: Slot;
  readonly person: string | null;
}

export interface Gap extends Range {
  readonly slot: Slot;
}

/** Who is on duty at an instant. */
export function dutyAt(plan: PoolPlan, atMs: number): Duties {
  const shifts = shiftsBetween(plan, { fromMs: atMs, toMs: atMs + 1 });
  const holder = (slot: Slot) => shifts.find((shift) => shift.slot === slot)?.person ?? null;
  return { primary: holder('primary'), secondary: holder('secondary') };
}

/**
 * The shifts of both slots, each slot's tiling the range without overlap or hole. A shift that began before the range
 * is cut to it: only one that begins later than the range shows its true beginning.
 */
export function shiftsBetween(plan: PoolPlan, range: Range): readonly Shift[] {
  if (range.fromMs >= range.toMs) return [];
  const turns = turnsOf(plan.rota, range);
  const shifts: Record<Slot, Piece[]> = { primary: [], secondary: [] };
  const cuts = cutsOf(plan, turns, range);
  for (const [at, fromMs] of cuts.entries()) {
    const piece = { fromMs, toMs: cuts[at + 1] ?? range.toMs };
    const primary = holderAt(plan, { slot: 'primary', turns: turns.primary, atMs: fromMs });
    const second = holderAt(plan, { slot: 'secondary', turns: turns.secondary, atMs: fromMs });
    const secondary = second.person === primary.person ? NOBODY : second;
    append(shifts.primary, { ...piece, ...primary });
    append(shifts.secondary, { ...piece, ...secondary });
  }
  return SLOTS.flatMap((slot) =>
    shifts[slot].map(({ person, fromMs, toMs }) => ({ slot, person, fromMs, toMs })),
  );
}

/** Time in which a slot that has rules has nobody, though the rota says that somebody must be there. */
export function gapsBetween(plan: PoolPlan, range: Range, calendar: BusinessCalendar | null): readonly Gap[] {
  const open = plan.rota.covers === 'always' || calendar === null ? [range] : openRanges(calendar, range);
  return shiftsBetween(plan, range)
    .filter(({ slot, person }) => person === null && plan.rota[slot].length > 0)
    .flatMap((shift) => open.map((stretch) => ({ slot: shift.slot, ...clipped(shift, stretch) })))
    .filter(({ fromMs, toMs }) => fromMs < toMs);
}

/** Who holds a slot, and under which hand-over: another one begins another shift. */
interface Holder {
  readonly person: string | null;
  readonly under: string;
}
type Piece = Range & Holder;
type TurnsOfSlot = readonly (readonly Turn[])[];

const NOBODY: Holder = { person: null, under: '' };

function turnsOf(rota: Rota, range: Range): Readonly<Record<Slot, TurnsOfSlot>> {
  const all = (slot: Slot) => rota[slot].map((rule) => turnsBetween(rule, rota.zone, range));
  return { primary: all('primary'), secondary: all('secondary') };
}

/** Every instant at which an answer may change. */
function cutsOf(
  { changes, leave }: PoolPlan,
  turns: Readonly<Record<Slot, TurnsOfSlot>>,
  range: Range,
): readonly number[] {
  const stretches: readonly Range[] = [...SLOTS.flatMap((slot) => turns[slot].flat()), ...changes, ...leave];
  const within = stretches
    .flatMap(({ fromMs, toMs }) => [fromMs, toMs])
    .filter((ms) => ms > range.fromMs && ms < range.toMs);
  return [...new Set([range.fromMs, ...within])].toSorted((a, b) => a - b);
}

function holderAt(
  { changes, leave, people }: PoolPlan,
  { slot, turns, atMs }: { slot: Slot; turns: TurnsOfSlot; atMs: number },
): Holder {
  const changed = changes.reduce<Holder>(
    (holder, change, number) =>
      change.slot === slot && covers(change, atMs) ? afterChange(holder, change, number) : holder,
    byRota(turns, atMs),
  );
  const present = afterLeave(changed, leave, atMs);
  return present.person !== null && people.has(present.person) ? present : NOBODY;
}

function byRota(turns: TurnsOfSlot, atMs: number): Holder {
  for (const [number, ofRule] of turns.entries()) {
    const turn = ofRule.find((each) => covers(each, atMs));
    if (turn !== undefined) {
      return { person: turn.person, under: `${String(number)}.${String(turn.fromMs)}` };
    }
  }
  return NOBODY;
}

function afterChange(holder: Holder, change: Change, number: number): Holder {
  const under = `${holder.under}+${String(number)}`;
  if (change.kind === 'override') return { person: change.person, under: `+${String(number)}` };
  return holder.person === change.giver ? { person: change.taker, under } : holder;
}

/** Follows covers until somebody is there; covers that lead in a circle lead to nobody. */
function afterLeave(holder: Holder, leave: readonly Leave[], atMs: number): Holder {
  const asked = new Set<string>();
  let { person } = holder;
  while (person !== null) {
    const who: string = person;
    const away = leave.filter((each) => each.person === who && covers(each, atMs));
    if (away.length === 0) return { ...holder, person: who };
    asked.add(who);
    person = away.map(({ cover }) => cover).find((cover) => cover !== null && !asked.has(cover)) ?? null;
  }
  return NOBODY;
}

function covers({ fromMs, toMs }: Range, atMs: number): boolean {
  return fromMs <= atMs && atMs < toMs;
}

function append(pieces: Piece[], piece: Piece): void {
  const last = pieces.at(-1);
  const goesOn = last?.person === piece.person && (piece.person === null || last.under === piece.under);
  if (last !== undefined && goesOn) pieces[pieces.length - 1] = { ...last, toMs: piece.toMs };
  else pieces.push(piece);
}
