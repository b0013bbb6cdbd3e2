import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { OP, URGENCY, toBase64Url, utf8 } from '#protocol';
import { publicKeyOf } from '../../../src/accounts/index.js';
import { openMigratedDatabase, type OpenedDatabase } from '../../support/obligations/database.js';
import { FoldedThread } from '../../support/obligations/folded.thread.js';
import { obligationRoom, type ObligationRoom } from '../../support/obligations/rooms.js';
import { eventually, startBackground, temporaryFolder } from '../../support/notifications/background.js';
import { people } from '../../support/notifications/people.js';
import { openPushService, type PushServiceDouble } from '../../support/notifications/push.service.js';
import { openSmsProvider, type SmsProvider } from '../../support/notifications/sms.provider.js';
import { openWebhookReceiver, type WebhookReceiver } from '../../support/notifications/webhook.receiver.js';

const HOUR_MS = 3_600_000;
const NUMBER = '+34600000003';
const PRIVATE_KEY = randomBytes(32).toString('base64url');
/** What an organisation, a person or a case might be called; the server holds some of it in signed entries. */
const POISON = 'Lotus Ketamine Clinic <script>alert("KAP")</script> 120 mg dose for Jane Canary, F33.2';
const FORBIDDEN = [
  ...['ketamine', 'esketamine', 'kap', 'lotus', 'clinic', 'canary', 'jane', 'f33.2', 'script', 'alert'],
  ...[
    'dose',
    'dosis',
    ' mg',
    'drug',
    'session',
    'sesión',
    'therap',
    'terap',
    'psych',
    'psico',
    'prescri',
    'receta',
  ],
  ...[
    'patient',
    'paciente',
    'client',
    'cliente',
    'medic',
    'diagnos',
    'treatment',
    'tratamiento',
    'appointment',
    'cita',
  ],
  ...[
    'eligib',
    'outcome',
    'referral',
    'obligation',
    'reminder',
    'overdue',
    'answered',
    'opened',
    'score',
    'phq',
  ],
];

describe('what leaves the house in a notification', () => {
  const folder = temporaryFolder();
  const secret = new Uint8Array(randomBytes(32));
  let opened: OpenedDatabase;
  let room: ObligationRoom;
  let thread: FoldedThread;
  let receiver: WebhookReceiver;
  let push: PushServiceDouble;
  let sms: SmsProvider;
  let context: INestApplicationContext;
  let mails: { name: string; raw: string }[];

  beforeAll(async () => {
    opened = await openMigratedDatabase();
    room = obligationRoom(opened.source);
    receiver = await openWebhookReceiver();
    push = await openPushService(toBase64Url(publicKeyOf(PRIVATE_KEY)));
    sms = await openSmsProvider();
    thread = await new FoldedThread(opened.source).project();
    await poisonChains();
    const { hasEmail, hasWebhook, hasDevice, hasNumber, prefers, newAdministrator } = people(opened.source);
    await hasEmail(thread.prescriber, 'p@people.test');
    await hasWebhook(thread.prescriber, receiver.url, secret);
    await hasEmail(thread.therapist, 't@people.test', 'es');
    await hasEmail(thread.client, 'c@people.test');
    await prefers(thread.prescriber, { order: { routine: ['email'], soon: [] } });
    for (const who of [thread.prescriber, thread.client]) {
      await hasDevice(who, push.newDevice());
      await hasNumber(who, NUMBER);
    }
    await newAdministrator(thread, 'a@people.test');
    await everythingHappens();
    context = await startBackground(opened.database.url, {
      DATA_DIR: folder.path,
      MAIL_FROM: 'Notices <no-reply@mail.example.test>',
      WEBHOOK_ALLOWED_HOSTS: '127.0.0.1',
      VAPID_PRIVATE_KEY: PRIVATE_KEY,
      SMS_URL: sms.url,
    });
    await eventually(async () => {
      await devicesConfirm();
      return (
        (await opened.source.query<unknown[]>('SELECT 1 FROM outbox WHERE done_at IS NULL')).length === 0
      );
    });
    mails = readdirSync(join(folder.path, 'mail')).map((name) => ({
      name,
      raw: readFileSync(join(folder.path, 'mail', name), 'latin1'),
    }));
  });

  afterAll(async () => {
    await context.close();
    await receiver.close();
    await push.close();
    await sms.close();
    await opened.close();
    folder.remove();
  });

  /** What a push's service worker says; without it the next way would be waited for. */
  async function devicesConfirm(): Promise<void> {
    await opened.source.query(
      `UPDATE delivery SET confirmed_at = now() WHERE channel = 'push' AND state = 'sent'`,
    );
    await opened.source.query(
      `UPDATE outbox SET leased_until = NULL WHERE done_at IS NULL AND leased_until > now() + interval '1 minute'`,
    );
  }

  async function poisonChains(): Promise<void> {
    for (const chainId of [thread.organisationId, thread.threadIdBytes]) {
      await opened.source.query(
        `INSERT INTO entry (chain_id, seq, hash, type, author_user, author_device, bytes)
         VALUES ($1, 1, $2, 1, $3, $3, $4)`,
        [chainId, randomBytes(32), randomBytes(16), utf8(POISON)],
      );
    }
  }

  /** One notification of every reason, at several urgencies. */
  async function everythingHappens(): Promise<void> {
    const { therapist, prescriber, client } = thread;
    const toAnswer = thread.open(therapist, { responder: prescriber, dueInMs: HOUR_MS });
    const overdue = thread.open(therapist, {
      responder: prescriber,
      dueInMs: HOUR_MS,
      urgency: URGENCY.urgent,
    });
    const ofClient = thread.open(prescriber, {
      responder: client,
      dueInMs: HOUR_MS,
      urgency: URGENCY.emergent,
    });
    const toRemind = thread.open(therapist, { responder: prescriber, dueInMs: HOUR_MS });
    await room.mirrored(toAnswer.applied, overdue.applied, ofClient.applied, toRemind.applied);
    await room.mirrored(thread.say(prescriber, [{ op: OP.answer, obligation: toAnswer.id }]));
    await room.mirrored(thread.say(prescriber));
    await room.age(thread.threadIdBytes, overdue.id, HOUR_MS);
    await room.age(thread.threadIdBytes, toRemind.id, 0.8 * HOUR_MS);
    await room.newEngine().run();
  }

  const everything = () => [
    ...mails.map(({ name, raw }) => `${name}\n${raw}`),
    ...receiver.calls.map(({ path, headers, body }) => `${path}\n${JSON.stringify(headers)}\n${body}`),
    ...push.pushes.map(({ headers: { ttl, urgency, topic }, text }) =>
      JSON.stringify({ ttl, urgency, topic, text }),
    ),
    ...sms.texts.map(({ text, sender }) => `${sender}\n${text}`),
  ];
  const mailTo = (address: string) => mails.filter(({ raw }) => raw.includes(`To: ${address}\r\n`));

  it('was something: every person and channel, every reason', async () => {
    const found: { reason: string }[] = await opened.source.query(
      `SELECT DISTINCT reason FROM delivery WHERE state = 'sent' ORDER BY reason`,
    );
    expect(found.map(({ reason }) => reason)).toEqual([
      'answered',
      'due',
      'nobody_on_duty',
      'opened',
      'reminder',
      'step_empty',
      'update',
    ]);
    for (const address of ['p@people.test', 't@people.test', 'c@people.test', 'a@people.test']) {
      expect(mailTo(address).length).toBeGreaterThan(0);
    }
    for (const carried of [receiver.calls, push.pushes, sms.texts]) expect(carried.length).toBeGreaterThan(0);
  });

  it('carries no word that says what it is about, in text, headers, names and addresses, decoded or not', () => {
    for (const text of everything()) {
      for (const word of FORBIDDEN) expect(text.toLowerCase()).not.toContain(word);
      // Short words turn up by chance in what is no text once decoded.
      for (const word of FORBIDDEN.filter(({ length }) => length > 5)) {
        for (const decoded of decodings(text)) expect(decoded.toLowerCase()).not.toContain(word);
      }
    }
  });

  it('carries no id of the thread, the organisation, the people or the obligation', () => {
    const ids = [
      ...[thread.threadIdBytes, thread.organisationId, thread.organisationGenesis],
      ...[thread.therapist, thread.prescriber, thread.client].map(({ id }) => id),
    ];
    for (const text of everything()) {
      for (const id of ids) {
        for (const form of ['hex', 'base64', 'base64url'] as const) {
          expect(text).not.toContain(Buffer.from(id).toString(form).slice(0, 20));
        }
      }
    }
  });

  it('says the same to everybody but for language and, to staff, urgency', () => {
    const bodies = new Set(mails.map(({ raw }) => textOf(raw)));
    expect([...bodies].sort()).toEqual(
      [
        'You have an update. Open Trialogue to read it.',
        'You have an update. Open Trialogue to read it.\nUrgency: routine',
        'You have an update. Open Trialogue to read it.\nUrgency: urgent',
        'Tiene una novedad. Abra Trialogue para leerla.\nUrgencia: rutina',
        'Tiene una novedad. Abra Trialogue para leerla.\nUrgencia: urgente',
      ].sort(),
    );
  });

  it('never tells a client how urgent it is', () => {
    expect(mailTo('c@people.test').map(({ raw }) => textOf(raw))).toEqual(
      mailTo('c@people.test').map(() => 'You have an update. Open Trialogue to read it.'),
    );
  });

  it('says no more by push and text than by mail, and to push services the same of everything', () => {
    const words = (text: string) => text.replace(/\.? https:\S+$/u, '').replace(' Urgency', '\nUrgency');
    const texts = new Set(sms.texts.map(({ text }) => words(text)));
    const update = 'You have an update. Open Trialogue to read it';
    expect([...texts].sort()).toEqual([update, `${update}.\nUrgency: urgent`]);
    const pushed = push.pushes.map(({ text }) => JSON.parse(text) as { text: string; urgency?: string });
    expect(new Set(pushed.map(({ text }) => text))).toEqual(new Set([`${update}.`]));
    const urgencies = new Set(pushed.map(({ urgency }) => urgency));
    expect([...urgencies].every((one) => one === undefined || /^Urgency: \w+$/u.test(one))).toBe(true);
    const visible = push.pushes.map(({ headers: { ttl, urgency, topic }, size }) => ({
      ttl,
      urgency,
      topic,
      size,
    }));
    expect(new Set(visible.map((seen) => JSON.stringify(seen))).size).toBe(1);
  });

  it('leads to the app by a link that differs each time and is no sign-in', () => {
    const links = everything().flatMap((text) => text.match(/https:\/\/app\.example\.test\/\S*/gu) ?? []);
    expect(links.every((link) => /^https:\/\/app\.example\.test\/n\/[0-9a-f]{32}/u.test(link))).toBe(true);
    expect(new Set(links).size).toBe(links.length);
  });

  it('keeps no text and no address in the ledger or the outbox', async () => {
    for (const table of ['outbox', 'delivery', 'delivery_attempt']) {
      const stored = JSON.stringify(await opened.source.query(`SELECT * FROM ${table}`)).toLowerCase();
      expect(stored).not.toContain('people.test');
      expect(stored).not.toContain('update. open');
      expect(stored).not.toContain(NUMBER.slice(1));
      expect(stored).not.toContain('/push/');
    }
  });
});

/** The text above the link, line ends as one. */
function textOf(raw: string): string {
  const body = raw.slice(raw.indexOf('\r\n\r\n') + 4);
  return body.slice(0, body.indexOf('https://')).replaceAll('\r\n', '\n').trim();
}

/** Anything that looks like base64 or quoted-printable taken apart. */
function decodings(text: string): string[] {
  const base64 = [...text.matchAll(/[A-Za-z0-9+/_-]{16,}={0,2}/gu)].map(([run]) =>
    Buffer.from(run, 'base64').toString('latin1'),
  );
  const quoted = text.replace(/=([0-9A-F]{2})/gu, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return [quoted, ...base64];
}
