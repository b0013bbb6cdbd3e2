import { WEEKDAYS, type BusinessCalendar, type Rota } from '#calendar';
import {
  availabilityLine,
  type AdministratorSession,
  type CaseView,
  type DeliveryView,
  type Lane,
  type MemberSession,
} from '#client';
import type { LaneName } from '#protocol';
import type { TestService } from '../server/service.js';
import { eventually } from '../notifications/background.js';
import { openSmsProvider, type SmsProvider } from '../notifications/sms.provider.js';
import { openSmtpInbox, type SmtpInbox } from '../notifications/smtp.inbox.js';
import { openWebhookReceiver, type WebhookReceiver } from '../notifications/webhook.receiver.js';
import { MovedTime, nextWallTime, type WallTime } from './moved.time.js';
import { foundAt, joinAt, startServiceAtItsAddress } from './real.scene.js';

export const ZONE = 'America/Denver';

/** Who is in a story. Pat is asked; Odile covers; the director and the coordinator are in no thread. */
export interface Cast {
  readonly tess: MemberSession;
  readonly pat: MemberSession;
  readonly odile: MemberSession;
  readonly cora: MemberSession;
  readonly dora: MemberSession;
  readonly chris: MemberSession;
}

/** A clinic with everybody in it, everything that can be told them, and a time that can be moved. */
export class MovedScene {
  private constructor(
    readonly service: TestService,
    readonly administrator: AdministratorSession,
    readonly cast: Cast,
    readonly time: MovedTime,
    readonly providers: Providers,
  ) {}

  /** One organisation, open on weekdays from nine to five in its zone; everybody has an e-mail address. */
  static async begin(): Promise<MovedScene> {
    const providers = await openProviders();
    let time: MovedTime | undefined;
    const service = await startServiceAtItsAddress(settingsFor(providers), async ({ url }) => {
      time = await MovedTime.install(url);
    });
    if (time === undefined) throw new Error('the database was not prepared');
    const administrator = await foundAt(service);
    const cast = await join(administrator);
    await administrator.contacts.setEmail(emailOf('admin'));
    for (const [name, member] of Object.entries(cast) as [string, MemberSession][]) {
      await member.contacts.setEmail(emailOf(name));
    }
    await administrator.coverage.setCalendar(OFFICE, { replaces: 0 });
    return new MovedScene(service, administrator, cast, time, providers);
  }

  get inbox(): SmtpInbox {
    return this.providers.inbox;
  }

  /** The next such moment in the zone of the clinic; everything that was under way has come to its end before. */
  async moveTo(when: WallTime | Date): Promise<void> {
    await this.settled();
    await this.time.moveTo(when instanceof Date ? when : this.next(when));
  }

  async forwardMinutes(minutes: number): Promise<void> {
    await this.moveTo(new Date(this.time.now().getTime() + minutes * 60_000));
  }

  next(when: WallTime): Date {
    return nextWallTime(this.time.now(), ZONE, when);
  }

  /** Nothing that could be told now waits to be told. */
  async settled(): Promise<void> {
    await eventually(async () => {
      const [row] = await this.service.sql<{ waiting: number }>(
        `SELECT count(*)::int AS waiting FROM outbox
         WHERE done_at IS NULL AND (enqueued_at IS NOT NULL OR leased_until IS NULL OR leased_until < now())`,
      );
      return row?.waiting === 0;
    });
  }

  /** The engine has looked once more, from beginning to end, and what it decided is told. */
  async engineLooked(): Promise<void> {
    const lastBeat = async (): Promise<string> => {
      const [row] = await this.service.sql<{ at: string }>(
        'SELECT max(beat_at)::text AS at FROM engine_heartbeat',
      );
      return row?.at ?? '';
    };
    for (let look = 0; look < 2; look += 1) {
      const before = await lastBeat();
      await eventually(async () => (await lastBeat()) !== before);
    }
    await this.settled();
  }

  /** With the name his addresses begin with. */
  everybody(): [string, MemberSession][] {
    return Object.entries(this.cast) as [string, MemberSession][];
  }

  /** Tess opens the case of Chris, with both prescribers or these. */
  async openCase(prescribers = [this.cast.pat, this.cast.odile]): Promise<CaseView> {
    const { tess, chris } = this.cast;
    await tess.sync();
    const clinicians = prescribers.map(({ userId }) => userId);
    const opened = await tess.openCase({ client: chris.userId, clinicians });
    for (const member of [...prescribers, chris, tess]) await member.sync();
    return opened;
  }

  async setRota(role: 'prescriber' | 'therapist', rota: Rota): Promise<void> {
    await this.administrator.coverage.setRota(role, rota, { replaces: 0 });
  }

  async close(): Promise<void> {
    for (const [, member] of this.everybody()) await member.close();
    await this.administrator.close();
    await this.service.close();
    this.time.restore();
    await this.providers.close();
  }
}

interface Providers {
  readonly inbox: SmtpInbox;
  readonly sms: SmsProvider;
  readonly hook: WebhookReceiver;
  close(): Promise<void>;
}

async function openProviders(): Promise<Providers> {
  const [inbox, sms, hook] = await Promise.all([openSmtpInbox(), openSmsProvider(), openWebhookReceiver()]);
  return {
    inbox,
    sms,
    hook,
    close: async () => {
      await Promise.all([inbox.close(), sms.close(), hook.close()]);
    },
  };
}

function settingsFor({ inbox, sms }: Providers): Readonly<Record<string, string>> {
  return {
    WORKER: 'true',
    SMTP_URL: inbox.url,
    MAIL_FROM: 'Notices <no-reply@mail.example.test>',
    SMS_URL: sms.url,
    WEBHOOK_ALLOWED_HOSTS: '127.0.0.1',
  };
}

async function join(administrator: AdministratorSession): Promise<Cast> {
  const one = async (...who: [Parameters<typeof joinAt>[1], string]): Promise<MemberSession> =>
    (await joinAt(administrator, ...who)).member;
  return {
    tess: await one('therapist', 'Tess Therapist'),
    pat: await one('prescriber', 'Pat Prescriber'),
    odile: await one('prescriber', 'Odile On-Call'),
    cora: await one('coordinator', 'Cora Coordinator'),
    dora: await one('director', 'Dora Director'),
    chris: await one('client', 'Chris Client'),
  };
}

export const emailOf = (name: string): string => `${name}@people.test`;

export const OFFICE: BusinessCalendar = {
  format: 'trialogue/business-calendar/1',
  calendar_id: 'office',
  version: 1,
  zone: ZONE,
  week: weekOf((day) => (day === 'saturday' || day === 'sunday' ? [] : [{ from: '09:00', to: '17:00' }])),
  special_days: [],
};

type Week = BusinessCalendar['week'];

/** When somebody is on call at weekends: from eight to eight. */
export const WEEKENDS = weekOf((day) =>
  day === 'saturday' || day === 'sunday' ? [{ from: '08:00', to: '20:00' }] : [],
);

function weekOf(hoursOf: (day: (typeof WEEKDAYS)[number]) => Week['monday']): Week {
  return Object.fromEntries(WEEKDAYS.map((day) => [day, hoursOf(day)])) as Week;
}

/** Always the same person at these hours of the week. */
export function everyWeek(name: string, person: MemberSession, within: Week | null): Rota['primary'][number] {
  return {
    name,
    people: [person.userId],
    starts_on: '2026-01-05',
    hands_over: { weekday: 'monday', at: '00:00' },
    every_weeks: 1,
    within,
  };
}

export function rotaOf(primary: Rota['primary'], secondary: Rota['secondary'] = []): Rota {
  return { format: 'trialogue/rota/1', zone: ZONE, covers: 'open_hours', primary, secondary };
}

/** The honest lines somebody reads above a lane, in both languages. */
export async function linesOf(
  member: MemberSession,
  { threadId }: Lane,
): Promise<Record<'en' | 'es', string[]>> {
  const { at, roles } = await member.availability(threadId);
  const inLanguage = (language: 'en' | 'es'): string[] =>
    roles.map((role) => availabilityLine(role, { language, at, timeZone: ZONE }));
  return { en: inLanguage('en'), es: inLanguage('es') };
}

/** The ledger of somebody, oldest first, about these reasons: "reason channel state". */
export async function ledgerOf(
  who: Pick<MemberSession, 'deliveries'>,
  reasons: readonly DeliveryView['reason'][],
): Promise<string[]> {
  const deliveries = await who.deliveries();
  return deliveries
    .filter(({ reason }) => reasons.includes(reason))
    .toSorted((left, right) => left.createdAt.getTime() - right.createdAt.getTime())
    .map(({ reason, channel, state }) => `${reason} ${channel} ${state}`);
}

export function laneOf(member: MemberSession, name: LaneName = 'care_team'): Lane {
  const [only] = member.cases();
  if (only === undefined) throw new Error('no case here');
  return only.lane(name);
}
