import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeliveryView } from '#client';
import { CANARIES } from './script.js';

/** Words a notification never carries: it may lie on a table, in front of anybody. */
const FORBIDDEN = [
  'ketamine',
  'kap',
  'dose',
  'dosing',
  'therapy',
  'therapist',
  'prescriber',
  'client',
  'patient',
  'clinic',
  'medical',
  'practice',
  'treatment',
  'session',
  'diagnos',
  'eligib',
  'referral',
  'answer',
  'due',
  ...CANARIES.map((word) => word.toLowerCase()),
] as const;

const POLL_MS = 250;

export interface Mail {
  readonly subject: string;
  readonly body: string;
  /** Forbidden words found anywhere in it. */
  readonly forbidden: readonly string[];
}

/** The first e-mail for this reason that the ledger calls sent, or undefined when the time is over. */
export async function waitForDelivery(
  ledger: () => Promise<readonly DeliveryView[]>,
  reason: DeliveryView['reason'],
  deadlineMs: number,
): Promise<DeliveryView | undefined> {
  for (;;) {
    const found = (await ledger()).find(
      ({ reason: why, channel, state }) => why === reason && channel === 'email' && state === 'sent',
    );
    if (found !== undefined || Date.now() > deadlineMs) return found;
    await sleep(POLL_MS);
  }
}

/** The e-mail of a delivery, when the installation writes them to files. `to` must be its recipient. */
export function readMail(dataDir: string, deliveryId: string, to: string): Mail | undefined {
  const path = join(dataDir, 'mail', `${deliveryId}.eml`);
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, 'utf8');
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const body = rest.join('\r\n\r\n').trim();
  if (!head.toLowerCase().includes(`to: ${to}`)) return undefined;
  const readable = text.replaceAll(to, '').toLowerCase();
  return {
    subject: /^Subject: (.*)$/mu.exec(head)?.[1]?.trim() ?? '',
    body,
    forbidden: FORBIDDEN.filter((word) => new RegExp(`(?<![a-z0-9])${escape(word)}`, 'u').test(readable)),
  };
}

function escape(word: string): string {
  return word.replaceAll(/[.*+?^${}()|[\]\\]/gu, '\\$&');
}
