import { URGENCY, nameOf, type Locale, type Urgency, type UrgencyName } from '#protocol';

/** The one name a notification may carry; it says nothing about what the people behind it do. */
const APP = 'Trialogue';

/** What a person is told: the same words whoever wrote, whatever about. `urgency` is for staff only. */
export interface NoticeText {
  readonly locale: Locale;
  readonly subject: string;
  readonly body: string;
  readonly urgency?: string;
}

interface Phrases {
  readonly subject: string;
  readonly body: string;
  readonly urgencyLabel: string;
  readonly urgency: Readonly<Record<UrgencyName, string>>;
}

const PHRASES: Readonly<Record<Locale, Phrases>> = {
  en: {
    subject: 'You have an update',
    body: `You have an update. Open ${APP} to read it.`,
    urgencyLabel: 'Urgency',
    urgency: { routine: 'routine', soon: 'soon', urgent: 'urgent', emergent: 'emergent' },
  },
  es: {
    subject: 'Tiene una novedad',
    body: `Tiene una novedad. Abra ${APP} para leerla.`,
    urgencyLabel: 'Urgencia',
    urgency: { routine: 'rutina', soon: 'pronto', urgent: 'urgente', emergent: 'emergencia' },
  },
};

/** Constant text by design: its only inputs are the language, and for staff one of four words. */
export function noticeText(locale: Locale, reader: { staff: boolean; urgency: Urgency }): NoticeText {
  const phrases = PHRASES[locale];
  const name = nameOf(URGENCY, reader.urgency);
  return {
    locale,
    subject: phrases.subject,
    body: phrases.body,
    ...(reader.staff && name !== undefined
      ? { urgency: `${phrases.urgencyLabel}: ${phrases.urgency[name]}` }
      : {}),
  };
}
