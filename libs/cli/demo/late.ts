import type { DeliveryView, Sent } from '#client';
import { readMail, waitForDelivery } from './mailbox.js';
import { close, onlyRef, tell, type Stage } from './scene.js';
import { WORDS, type Part } from './script.js';

/** Seconds instead of hours: the clock of an obligation is the instant its author signed, nothing else. */
const DUE_MS = 10_000;
/** How long after its instant a mail may come, in health; the chaos run takes the service away meanwhile. */
const LATEST_MS = 45_000;

export interface Late {
  readonly sent: Sent;
  readonly dueAtMs: number;
}

/** The one question of the demo that is answered too late, on purpose. */
export async function askForTheLateAnswer(stage: Stage): Promise<Late> {
  const ask = [{ role: 'prescriber', dueInMs: DUE_MS }] as const;
  const dueAtMs = Date.now() + DUE_MS;
  const sent = await tell(
    stage,
    'therapist',
    `asks the prescriber, clinicians only; due in ${DUE_MS / 1000} s`,
    (player) => player.call('note', { lane: 'clinicians', text: WORDS.between, urgency: 'soon', ask }),
  );
  return { sent, dueAtMs };
}

/** Waits for the reminder and the escalation as e-mails that really exist, then answers. */
export async function answerLate(stage: Stage, { sent, dueAtMs }: Late): Promise<void> {
  const { company, narrator } = stage;
  const { players, team } = company;
  const ref = onlyRef(sent);
  narrator.note('the prescriber says nothing …');
  await expectMail(stage, {
    who: 'prescriber',
    reason: 'reminder',
    dueAtMs,
    ledger: () => ledgerOf(stage, 'prescriber'),
  });
  await expectMail(stage, {
    who: 'therapist',
    reason: 'due',
    dueAtMs,
    ledger: () => ledgerOf(stage, 'therapist'),
  });
  await expectMail(stage, { who: 'administrator', reason: 'due', dueAtMs, ledger: () => team.deliveries() });
  const owed = await players.therapist.call('owed');
  narrator.check(
    'the therapist’s own process shows it overdue, from signed entries alone',
    owed.some((due) => due.ref === ref && due.overdue && due.state === 'open'),
  );
  await tell(stage, 'prescriber', 'answers, late', (player) =>
    player.call('answer', { ref, note: WORDS.betweenAnswer }),
  );
  await tell(stage, 'therapist', 'thanks', (player) =>
    player.call('note', { lane: 'clinicians', text: WORDS.betweenThanks }),
  );
  await close(stage, 'therapist', ref);
}

function ledgerOf(stage: Stage, part: Part): Promise<readonly DeliveryView[]> {
  return stage.company.players[part].call('deliveries');
}

interface Expected {
  readonly who: Part | 'administrator';
  readonly reason: 'reminder' | 'due';
  readonly dueAtMs: number;
  readonly ledger: () => Promise<readonly DeliveryView[]>;
}

async function expectMail(stage: Stage, { who, reason, dueAtMs, ledger }: Expected): Promise<void> {
  const { narrator, company, dataDir } = stage;
  const delivery = await waitForDelivery(ledger, reason, dueAtMs + LATEST_MS);
  const what = reason === 'reminder' ? 'a reminder goes out to' : 'the escalation goes out to';
  narrator.check(`${what} the ${who}`, delivery !== undefined);
  if (delivery === undefined) return;
  if ((process.env['SMTP_URL'] ?? '') !== '') {
    narrator.note('it went over SMTP, so its words are not looked at here');
    return;
  }
  const mail = readMail(dataDir, delivery.id, company.emails[who]);
  narrator.note(
    `mail/${delivery.id}.eml: “${mail?.subject ?? ''}” — ${mail?.body.replaceAll(/\s+/gu, ' ') ?? ''}`,
  );
  narrator.check(
    `the e-mail is there and says nothing${mail?.forbidden.length ? ` (but: ${mail.forbidden.join(', ')})` : ''}`,
    mail?.forbidden.length === 0 && mail.body.includes('update'),
  );
}
