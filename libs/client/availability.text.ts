import type { PoolRole, RoleAvailability } from './coverage.contract.js';

export type AvailabilityLanguage = 'en' | 'es';

type Sentence = (given: { readonly team: string; readonly when: string }) => string;

interface Words {
  readonly locale: string;
  readonly teams: Readonly<Record<PoolRole, string>>;
  readonly sentences: Readonly<Record<RoleAvailability['state'], Sentence>>;
}

/** Roles, never names: the line says whether somebody reads, not who. */
const WORDS: Readonly<Record<AvailabilityLanguage, Words>> = {
  en: {
    locale: 'en-US',
    teams: {
      therapist: 'therapy team',
      prescriber: 'medical team',
      coordinator: 'coordination team',
      director: 'medical direction team',
      records_officer: 'records team',
    },
    sentences: {
      on_duty: ({ team }) => `Someone of the ${team} is on duty now.`,
      later: ({ team, when }) => `Nobody of the ${team} is on duty until ${when}.`,
      nobody: ({ team }) => `Nobody of the ${team} is on duty in the next 14 days.`,
      open: ({ team }) => `The ${team} is open now.`,
      opens: ({ team, when }) => `The ${team} is closed until ${when}.`,
      unknown: ({ team }) => `Nobody has said when the ${team} will read this.`,
    },
  },
  es: {
    locale: 'es-US',
    teams: {
      therapist: 'equipo de terapia',
      prescriber: 'equipo médico',
      coordinator: 'equipo de coordinación',
      director: 'equipo de dirección médica',
      records_officer: 'equipo de archivo',
    },
    sentences: {
      on_duty: ({ team }) => `Alguien del ${team} está de guardia ahora.`,
      later: ({ team, when }) => `Nadie del ${team} está de guardia hasta el ${when}.`,
      nobody: ({ team }) => `Nadie del ${team} está de guardia en los próximos 14 días.`,
      open: ({ team }) => `El ${team} atiende ahora.`,
      opens: ({ team, when }) => `El ${team} no atiende hasta el ${when}.`,
      unknown: ({ team }) => `Nadie ha dicho cuándo leerá esto el ${team}.`,
    },
  },
};

const SIX_DAYS_MS = 6 * 24 * 3_600_000;

/**
 * The honest line about one role: will somebody read this now, or from when. Never empty, whatever day it is.
 * @param at when it was asked; a day further away than six days is named by its date too
 * @param timeZone of whoever reads the line
 */
export function availabilityLine(
  { role, state, from }: RoleAvailability,
  { language, at, timeZone }: { language: AvailabilityLanguage; at: Date; timeZone: string },
): string {
  const { locale, teams, sentences } = WORDS[language];
  const when =
    from === null
      ? ''
      : whenText(from, { locale, timeZone, far: from.getTime() - at.getTime() > SIX_DAYS_MS });
  return sentences[state]({ team: teams[role], when });
}

function whenText(
  at: Date,
  { locale, timeZone, far }: { locale: string; timeZone: string; far: boolean },
): string {
  const day = new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    ...(far ? { month: 'long', day: 'numeric' } : {}),
    timeZone,
  }).format(at);
  const time = new Intl.DateTimeFormat(locale, {
    hour: 'numeric',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
  }).format(at);
  // Two digits of the hour are how machines write it.
  return `${day} ${time.replace(/^0(?=\d:)/u, '')}`;
}
