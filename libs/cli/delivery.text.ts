import type { DeliveryView } from '#client';
import { instantText } from './instant.js';
import { table } from './screen.js';

/** What `--json` prints of a delivery. */
export function deliveryShape(one: DeliveryView): object {
  return {
    ...one,
    code: one.code ?? null,
    heldUntil: one.heldUntil ?? null,
    sentAt: one.sentAt ?? null,
    confirmedAt: one.confirmedAt ?? null,
  };
}

/** One line a delivery: when it was meant, why, by which way, and how that went. */
export function deliveryTable(all: readonly DeliveryView[]): string[] {
  return table(
    all.map((one) => [
      instantText(one.createdAt.getTime()),
      one.reason,
      one.channel,
      one.state.replaceAll('_', ' '),
      `${one.attempts} ${one.attempts === 1 ? 'attempt' : 'attempts'}`,
      outcomeText(one),
    ]),
  );
}

export function outcomeText({ state, code, heldUntil, sentAt, confirmedAt }: DeliveryView): string {
  if (confirmedAt !== undefined) return `arrived ${instantText(confirmedAt.getTime())}`;
  if (sentAt !== undefined && state === 'sent') return `sent ${instantText(sentAt.getTime())}`;
  if (heldUntil !== undefined && state === 'pending') return `held until ${instantText(heldUntil.getTime())}`;
  return code ?? '';
}
