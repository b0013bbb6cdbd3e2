import { URGENCY, type ChannelName, type DeliveryRecord, type NoticePreferences } from '#protocol';
import type { Notice } from '../obligations/index.js';

export type DeliveryState = DeliveryRecord['state'];

/** One way to one person; a push goes to one device of several. */
export interface Way {
  readonly channel: ChannelName;
  readonly subscriptionId: string | null;
}

/** A way that was taken, as far as the plan looks at it. */
export interface TakenWay {
  readonly deliveryId: string;
  readonly channel: ChannelName | 'none';
  readonly subscriptionId: string | null;
  readonly state: DeliveryState;
  readonly confirmed: boolean;
  /** Since it was taken, or since it was let go if it was held back. */
  readonly ageMs: number;
}

export interface PlanInput {
  readonly notice: Pick<Notice, 'urgency' | 'allChannels'>;
  readonly preferences: NoticePreferences;
  /** Every way there is now. */
  readonly ways: readonly Way[];
  readonly taken: readonly TakenWay[];
}

export interface Plan {
  /** Ways to take now; empty and nothing taken yet: there is no way. */
  readonly take: readonly Way[];
  /** Deliveries nobody needs any more. */
  readonly spare: readonly string[];
  /** When to look again, whatever else happens; null: no need. */
  readonly againInMs: number | null;
  /** Every way failed, or none worked in the time there was. */
  readonly undelivered: boolean;
}

/** Without a preference: what reaches a pocket, what reaches a desk, what costs money. */
const USUAL_ORDER: readonly ChannelName[] = ['push', 'email', 'webhook', 'sms'];

/** How long a way may take before the next one is taken beside it. */
const PATIENCE_MS = { calm: 5 * 60_000, pressing: 60_000 } as const;

/** Urgent matters go every way at once, at any hour. */
export function isPressing({ urgency, allChannels }: PlanInput['notice']): boolean {
  return urgency >= URGENCY.urgent || allChannels !== undefined;
}

/** Which ways to take next, given what became of those taken. Knows no clock: ages are told. */
export function planOf(input: PlanInput): Plan {
  const { taken } = input;
  const pressing = isPressing(input.notice);
  if (taken.some(({ state }) => state === 'skipped' || state === 'collected')) return STILL;
  if (!pressing && taken.some((way) => isEnough(way, input))) return { ...STILL, spare: pendingIds(taken) };
  const patienceMs = pressing ? PATIENCE_MS.pressing : PATIENCE_MS.calm;
  // A socket that stands beside the order steers nothing.
  const steering = taken.filter(({ channel }) => channel !== 'live' || ranksLive(input));
  const leftMs = patienceMs - Math.min(...steering.map(({ ageMs }) => ageMs));
  const { latest, next } = standOf(pressing ? [input.ways] : stepsOf(input), steering, taken);
  if (next.length > 0 && (leftMs <= 0 || latest.every(hasFailed))) return { ...STILL, take: next };
  const open = next.length > 0 || steering.some(({ state }) => state === 'pending');
  return {
    ...STILL,
    againInMs: open && leftMs > 0 && Number.isFinite(leftMs) ? leftMs : null,
    undelivered:
      (leftMs <= 0 || steering.every(hasFailed)) && !taken.some((way) => mayHaveReached(way, pressing)),
  };
}

/** The step taken last, as far as it steers, and what is left to take of the first one that is not wholly taken. */
function standOf(
  steps: readonly (readonly Way[])[],
  steering: readonly TakenWay[],
  taken: readonly TakenWay[],
): { latest: readonly TakenWay[]; next: readonly Way[] } {
  const at = steps.findIndex((step) => step.some((way) => !isTaken(way, taken)));
  const latest = steps[at - 1] ?? [];
  return {
    latest: steering.filter((way) => latest.some((one) => isSame(one, way))),
    next: steps[at]?.filter((way) => !isTaken(way, taken)) ?? [],
  };
}

const STILL: Plan = { take: [], spare: [], againInMs: null, undelivered: false };
const FAILED: readonly DeliveryState[] = ['failed', 'no_contact', 'opted_out'];
const hasFailed = ({ state }: TakenWay): boolean => FAILED.includes(state);

/** Channel by channel as he wants them, those he did not name last, all devices of a channel together. */
function stepsOf(input: PlanInput): (readonly Way[])[] {
  const wanted = orderOf(input);
  const order = [...wanted, ...USUAL_ORDER.filter((channel) => !wanted.includes(channel))];
  const steps = order
    .map((channel) => input.ways.filter((way) => way.channel === channel))
    .filter((step) => step.length > 0);
  if (wanted.includes('live')) return steps;
  const [first = [], ...others] = steps;
  return [[...input.ways.filter(({ channel }) => channel === 'live'), ...first], ...others];
}

function orderOf({ notice, preferences }: PlanInput): readonly ChannelName[] {
  return notice.urgency === URGENCY.soon ? preferences.order.soon : preferences.order.routine;
}

const ranksLive = (input: PlanInput): boolean => !isPressing(input.notice) && orderOf(input).includes('live');

const isSame = (one: Way, other: Pick<TakenWay, 'channel' | 'subscriptionId'>): boolean =>
  one.channel === other.channel && one.subscriptionId === other.subscriptionId;

const isTaken = (way: Way, taken: readonly TakenWay[]): boolean => taken.some((one) => isSame(way, one));

/**
 * Does this way make the next one needless? What a push service took may lie there for a day, so a push counts when the
 * device confirms it; a socket counts for whoever put it into his order.
 */
function isEnough(way: TakenWay, input: PlanInput): boolean {
  if (way.state !== 'sent') return false;
  if (way.channel === 'live') return way.confirmed && ranksLive(input);
  return way.channel !== 'push' || way.confirmed;
}

/** Can it be said that he was told, or is that not known yet? For urgent matters, an open socket is nobody who looks. */
function mayHaveReached({ channel, state }: TakenWay, pressing: boolean): boolean {
  if (channel === 'live') return state === 'pending' || (state === 'sent' && !pressing);
  return state === 'sent';
}

function pendingIds(taken: readonly TakenWay[]): string[] {
  return taken.filter(({ state }) => state === 'pending').map(({ deliveryId }) => deliveryId);
}
