import type { CaseStanding } from '#client';
import {
  INSTRUMENTS,
  describeChange,
  describeEvent,
  describeGate,
  describeNext,
  describeStanding,
  milligrams,
  type CaseClock,
  type DoseView,
  type EligibilityView,
  type Filed,
  type GateReport,
  type UnreadEntry,
} from '#clinical';
import { instantText } from './instant.js';
import { clean, type Screen } from './screen.js';
import type { Who } from './timeline.text.js';

/** The case as it stands, section by section; what somebody wrote is made harmless by `clean`. */
export function standingLines(screen: Screen, view: CaseStanding, who: Who): string[] {
  const { phase, owed } = describeStanding(view, 'en');
  const { done, planned } = view.count;
  return [
    line(screen, 'Phase', phase),
    line(
      screen,
      'Eligibility',
      view.eligibility === null ? 'nothing decided' : titleOf(view.eligibility.decided, who),
    ),
    ...conditionLines(view.eligibility),
    ...conflictLines(screen, view.eligibility, who),
    line(screen, 'Dose', view.dose === null ? 'nothing decided' : doseText(view.dose, who)),
    ...(view.dose?.diff?.changes ?? []).map((change) => `    changed: ${describeChange(change, 'en')}`),
    ...undeclaredLines(screen, view.dose),
    ...conflictLines(screen, view.dose, who),
    ...section(
      screen,
      'Holds',
      view.holds.map((hold) => titleOf(hold, who)),
    ),
    line(screen, 'Sessions', planned === null ? String(done) : `${done} of ${planned}`),
    ...view.unfiled.map((start) =>
      screen.paint('red', `    began, and how it went was not filed: ${titleOf(start, who)}`),
    ),
    ...section(screen, 'Harm', view.harm.map(harmText)),
    ...scaleLines(screen, view),
    ...section(
      screen,
      'Owed by the pathway',
      owed.map((due) => `${due.who}: ${due.what}`),
    ),
    ...section(
      screen,
      'Wait for an answer',
      view.questions.map((asked) => titleOf(asked, who)),
    ),
    ...(view.unread.length === 0
      ? []
      : section(
          screen,
          'Does not count here',
          view.unread.map((entry) => screen.paint('red', unreadText(entry, who))),
        )),
  ];
}

function line(screen: Screen, title: string, text: string): string {
  return `${screen.paint('bold', title)}: ${text}`;
}

function section(screen: Screen, title: string, rows: readonly string[]): string[] {
  return rows.length === 0
    ? [line(screen, title, 'none')]
    : [screen.paint('bold', title), ...rows.map((row) => `    ${row}`)];
}

/** Titles hold no word an author typed. */
function titleOf({ event, author, place }: Filed, who: Who): string {
  return `${describeEvent(event, 'en').title} — ${who(author.userId)}, ${instantText(place.atMs)}`;
}

function conditionLines(eligibility: EligibilityView | null): string[] {
  return (eligibility?.conditions ?? []).map(
    ({ number, condition, report }) =>
      `    condition ${number}, ${report === null ? 'open' : 'reported as met'}: ${clean(condition.text)}`,
  );
}

/** What is shown as in force may not be what everybody believes to be in force. */
function conflictLines(screen: Screen, view: EligibilityView | DoseView | null, who: Who): string[] {
  return (view?.conflicting ?? []).map((other) =>
    screen.paint('red', `    IN CONFLICT with: ${titleOf(other, who)}`),
  );
}

function undeclaredLines(screen: Screen, dose: DoseView | null): string[] {
  const axes = dose?.diff?.undeclared ?? [];
  if (axes.length === 0) return [];
  const named = axes.map((axis) => axis.replaceAll('_', ' ')).join(', ');
  return [screen.paint('red', `    CHANGES MORE THAN IT SAYS: ${named}`)];
}

function doseText({ treatment, decided, readBacks }: DoseView, who: Who): string {
  const { regimen } = decided.event;
  if (regimen === null) return `treatment ${treatment.replaceAll('_', ' ')} — ${who(decided.author.userId)}`;
  const backs = (['therapist', 'client'] as const).map((role) => `${role} ${readBacks[role].state}`);
  return `at most ${milligrams(regimen.max_per_session_ug)} in one session — ${who(decided.author.userId)}; read back: ${backs.join(', ')}`;
}

function harmText({ occurredAt, what, serious, over, fatal }: CaseStanding['harm'][number]): string {
  const marks = [...(serious ? ['serious'] : []), ...(over || fatal ? [] : ['not over when it was told'])];
  return `${momentText(occurredAt)} ${clean(what)}${marks.length === 0 ? '' : ` (${marks.join(', ')})`}`;
}

function scaleLines(screen: Screen, { scales }: CaseStanding): string[] {
  const rows = Object.values(scales).flatMap((points) => {
    const [first] = points;
    if (first === undefined) return [];
    const totals = points.map(
      ({ takenOn, total, prorated, item9 }) =>
        `${takenOn}: ${total ?? 'no total'}${prorated ? ' (prorated)' : ''}${(item9 ?? 0) > 0 ? ` (item 9: ${item9})` : ''}`,
    );
    return [`${INSTRUMENTS[first.instrument].title}  ${totals.join(' · ')}`];
  });
  return section(screen, 'Scales', rows);
}

/** Author and reason: words name fields and rules, never what stood there. */
function unreadText({ because, name, author, words, place }: UnreadEntry, who: Who): string {
  const what = name?.replaceAll('_', ' ') ?? 'entry';
  const reason = words === '' ? '' : `: ${clean(words)}`;
  return `${because.replaceAll('_', ' ')} ${what} by ${who(author.userId)} (${author.role}), entry ${place.seq}${reason}`;
}

/** Every condition with the entry that shows it, or what is missing and who can mend it. */
export function gateLines(screen: Screen, report: GateReport, titles: ReadonlyMap<string, string>): string[] {
  const verdict = report.verdict === 'go' ? screen.paint('green', 'GO') : screen.paint('red', 'NO GO');
  return [
    screen.paint('bold', verdict),
    ...(report.asOf.clinicians === null ? [CARE_TEAM_ALONE] : []),
    ...describeGate(report, 'en').flatMap(({ name, state, reasons, mendBy, evidence, because }) =>
      reasons.length === 0
        ? [`  + ${name}: ${titles.get(evidence ?? '') ?? state}`]
        : [
            screen.paint('red', `  x ${name}: ${[...new Set(reasons)].join(' ')} (${mendBy.join(', ')})`),
            ...because.map((ref) => `      ${titles.get(ref) ?? 'Entry'} [${ref}]`),
          ],
    ),
  ];
}

const CARE_TEAM_ALONE =
  '  Judged by the care-team lane alone: what the clinicians wrote among themselves is not in it.';

export function clockLines(screen: Screen, clock: CaseClock): string[] {
  const { integration, followUp, endings, assentsDueAt } = clock;
  return [
    line(screen, 'Next session', describeNext(clock.next, 'en')),
    line(screen, 'Integration', integration === null ? 'none due' : integrationText(integration)),
    line(screen, 'Follow-up visit', followUp === null ? 'none due' : `on ${followUp.dueOn}`),
    ...section(
      screen,
      'Ends',
      endings.map(({ what, lastDay }) => `${what.replaceAll('_', ' ')}: last day ${lastDay}`),
    ),
    ...(assentsDueAt === null ? [] : [line(screen, 'Assents due', momentText(assentsDueAt))]),
  ];
}

function integrationText({ first, second, standing }: NonNullable<CaseClock['integration']>): string {
  const [from, to, limit] = [first.targetFromAt, first.targetToAt, first.limitAt].map(momentText);
  const contact =
    first.doneAt === null ? `due ${from} to ${to}, at the latest ${limit}` : momentText(first.doneAt);
  const later = second === null ? '' : `; second ${secondText(second)}`;
  return `${contact} (${standing.replaceAll('_', ' ')})${later}`;
}

function secondText({
  doneAt,
  opensAt,
  closesAt,
}: NonNullable<NonNullable<CaseClock['integration']>['second']>): string {
  return doneAt === null ? `between ${momentText(opensAt)} and ${momentText(closesAt)}` : momentText(doneAt);
}

function momentText(instant: string): string {
  return instantText(Date.parse(instant));
}
