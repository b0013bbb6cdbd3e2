import { URGENCY, toHex, type Urgency } from '#protocol';
import type { OutboxRow } from '../../platform/index.js';
import { REASON, noticeRow, type Reason } from '../notice.js';
import type { SettledState, Swap } from './swap.js';

/** Whom a notice about an organisation is for: people who are attested there, or whoever administers it. */
export interface Audience {
  readonly organisationId: Uint8Array;
  readonly people: readonly Uint8Array[];
  readonly administrators: boolean;
}

interface Told {
  readonly reason: Reason;
  readonly cause: string;
  readonly urgency: Urgency;
  readonly allChannels?: boolean;
}

/** One row per recipient, each person once. */
export function coverageRows(audience: Audience, told: Told): OutboxRow[] {
  const { reason, cause, urgency, allChannels = false } = told;
  const organisationId = toHex(audience.organisationId);
  const about = {
    ...{ reason, place: 'organisation' as const, organisationId, urgency },
    ...(allChannels ? { allChannels: 1 as const } : {}),
  };
  return [
    ...[...new Set(audience.people.map(toHex))].map((recipientId) =>
      noticeRow(cause, { ...about, recipient: 'person', recipientId }),
    ),
    ...(audience.administrators
      ? [noticeRow(cause, { ...about, recipient: 'administrators', recipientId: organisationId })]
      : []),
  ];
}

/** A swap is a question: asked of its taker alone. */
export function swapAskedRow({ id, organisationId, takerId }: Omit<Swap, 'state'>): OutboxRow {
  return toOne(organisationId, takerId, { reason: REASON.swap_asked, cause: id, urgency: URGENCY.soon });
}

/** Whoever did not settle it himself learns of it. */
export function swapSettledRow(
  { id, organisationId, giverId, takerId }: Swap,
  state: SettledState,
): OutboxRow {
  const other = state === 'withdrawn' ? takerId : giverId;
  return toOne(organisationId, other, { reason: REASON.swap_settled, cause: id, urgency: URGENCY.soon });
}

/** The effect that reaches a person on every channel he has: does a device of his confirm it? */
export function probeRow(organisationId: Uint8Array, personId: Uint8Array, cause: string): OutboxRow {
  return toOne(organisationId, personId, {
    ...{ reason: REASON.readiness_probe, cause, urgency: URGENCY.soon },
    allChannels: true,
  });
}

function toOne(organisationId: Uint8Array, person: Uint8Array, told: Told): OutboxRow {
  const [row] = coverageRows({ organisationId, people: [person], administrators: false }, told);
  if (row === undefined) throw new Error('a notice to one person is one row');
  return row;
}
