import type { Command } from 'commander';
import type { LadderBook, LadderVersionView, LadderView, OverdueAnswer } from '#client';
import { Problem, URGENCY, ladder as ladderSchema, type LadderStep, type UrgencyName } from '#protocol';
import { organisationOf } from '../coverage.desk.js';
import { UsageError } from '../failure.js';
import { distanceText, instantText } from '../instant.js';
import { readJson } from '../json.input.js';
import { shortId } from '../people.js';
import { table, type Screen, type Shell } from '../screen.js';
import { asAdministrator, asMember, type Register } from '../session.js';

/** Staff and administrators look with the same commands. */
type WithBook = (command: Command, act: (book: LadderBook, screen: Screen) => Promise<void>) => Promise<void>;

export const ladder: Register = (program, shell) => {
  const parent = program
    .command('ladder')
    .description('Who is told, and when, of an answer that does not come')
    .option('--organisation <id>', 'which one, for staff of several');
  addShow(parent, asStaff(shell));
  parent
    .command('approve <urgency> <version>')
    .description('Approve a version as a director; version 0 is the built-in ladder')
    .action((urgency: string, version: string, _options: object, command: Command) =>
      asMember(command, shell, async ({ member, screen }) => {
        const name = urgencyOf(urgency);
        const book = member.ladders(chosenOrganisation(command, member));
        await book.approve(name, versionOf(version));
        screen.show({ urgency: name, version: versionOf(version) }, () => [
          `Approved: ${name}, version ${version}. It counts for what is opened from now on.`,
        ]);
      }),
    );
};

export const overdue: Register = (program, shell) => {
  const withBook = asStaff(shell);
  addOverdue(program, (command, act) => withBook(command, act).catch(explainStranger)).option(
    '--organisation <id>',
    'which one, for staff of several',
  );
};

/** The service answers a stranger like one who asks for nothing that exists; whoever asks here is staff, of another role. */
function explainStranger(error: unknown): never {
  if (!(error instanceof Problem) || error.code !== 'chain.not_found') throw error;
  throw new UsageError(
    'Late answers of an organisation are listed for its directors and coordinators, and for administrators with "admin overdue". "owed" lists what you owe and are owed.',
  );
}

/** The same under `admin`; writing is for administrators, approving for directors. */
export function addAdministratorLadders(admin: Command, shell: Shell): void {
  const withBook: WithBook = (command, act) =>
    asAdministrator(command, shell, ({ administrator, screen }) => act(administrator.ladders, screen));
  const parent = admin
    .command('ladder')
    .description('Who is told, and when, of an answer that does not come');
  addShow(parent, withBook);
  parent
    .command('set <urgency>')
    .description('Write a new version; it counts once a director has approved it')
    .requiredOption('--from <file>', 'the ladder as JSON; - for standard input')
    .action((urgency: string, options: { readonly from: string }, command: Command) =>
      asAdministrator(command, shell, async (context) => {
        const parsed = ladderSchema.safeParse(await readJson(options.from, context));
        if (!parsed.success) {
          const lines = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
          throw new UsageError(['This is no ladder:', ...lines].join('\n'));
        }
        const written = await context.administrator.ladders.write(urgencyOf(urgency), parsed.data);
        context.screen.show(written, () => [
          `Written as version ${written.version}. In force once a director says:`,
          `npm run trialogue -- ladder approve ${written.urgency} ${written.version} --profile <director>`,
        ]);
      }),
    );
  addOverdue(admin, withBook);
}

function asStaff(shell: Shell): WithBook {
  return (command, act) =>
    asMember(command, shell, ({ member, screen }) =>
      act(member.ladders(chosenOrganisation(command, member)), screen),
    );
}

function chosenOrganisation(command: Command, member: Parameters<typeof organisationOf>[0]): string {
  return organisationOf(member, command.optsWithGlobals<{ organisation?: string }>().organisation);
}

function addShow(parent: Command, withBook: WithBook): void {
  parent
    .command('show')
    .description('The ladders in force, and those that wait for a director')
    .action((_options: object, command: Command) =>
      withBook(command, async (book, screen) => {
        const ladders = await book.list();
        screen.show({ ladders }, () => ladders.flatMap((each) => ladderLines(screen, each)));
      }),
    );
}

function addOverdue(parent: Command, withBook: WithBook): Command {
  return parent
    .command('overdue')
    .description(
      'Which answers of this organisation are late, for its directors, coordinators and administrators',
    )
    .action((_options: object, command: Command) =>
      withBook(command, async (book, screen) => {
        const late = await book.overdue();
        screen.show({ overdue: late }, () =>
          late.length === 0 ? ['Nothing is overdue.'] : table(late.map((each) => overdueRow(screen, each))),
        );
      }),
    );
}

function overdueRow(screen: Screen, late: OverdueAnswer): string[] {
  return [
    screen.paint('red', distanceText(late.dueAt.getTime(), Date.now())),
    instantText(late.dueAt.getTime()),
    late.urgency,
    `level ${late.level}`,
    late.attended ? `by ${shortId(late.responderId)}` : screen.paint('red', 'NOBODY ACCOUNTABLE'),
    late.reference,
  ];
}

function ladderLines(screen: Screen, { urgency, inForce, proposed }: LadderView): string[] {
  const waiting =
    proposed === null ? [] : [`  version ${proposed.version} waits for a director:`, ...stepLines(proposed)];
  return [
    `${screen.paint('bold', urgency)}  version ${inForce.version}${inForce.version === 0 ? ' (built in)' : ''}, ${approvalText(inForce)}`,
    ...stepLines(inForce),
    ...waiting,
    '',
  ];
}

function approvalText({ approvedBy, approvedAt }: LadderVersionView): string {
  if (approvedBy === null || approvedAt === null) return 'not yet approved';
  return `approved by ${shortId(approvedBy)} on ${instantText(approvedAt.getTime())}`;
}

function stepLines({ ladder: { steps, ackHoldsMinutes } }: LadderVersionView): string[] {
  const held = steps.some(({ unlessAcknowledged }) => unlessAcknowledged);
  return [
    ...steps.map((step, index) => `    ${index + 1}. ${stepText(step)}`),
    ...(held ? [`    an acknowledgement holds for ${lengthOf(ackHoldsMinutes)}`] : []),
  ];
}

function stepText({ who, at, allChannels, unlessAcknowledged, repeat }: LadderStep): string {
  return [
    `${whenText(at)}: ${who.join(', ')}`,
    unlessAcknowledged ? 'unless acknowledged' : '',
    repeat === undefined ? '' : `again every ${repeat.everyMinutes} min, ${repeat.times} times`,
    allChannels ? 'on every channel' : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function whenText(at: LadderStep['at']): string {
  if ('percentOfTime' in at) return `at ${at.percentOfTime} % of the time`;
  if ('minutesAfterOpening' in at) {
    return at.minutesAfterOpening === 0
      ? 'at the opening'
      : `${lengthOf(at.minutesAfterOpening)} after opening`;
  }
  if ('businessMinutesAfterDue' in at)
    return `${lengthOf(at.businessMinutesAfterDue, 'business ')} after due`;
  return at.minutesAfterDue === 0 ? 'at the due time' : `${lengthOf(at.minutesAfterDue)} after due`;
}

/** 240 → `4 h`, 90 → `90 min`. */
function lengthOf(minutes: number, kind = ''): string {
  return minutes > 0 && minutes % 60 === 0 ? `${minutes / 60} ${kind}h` : `${minutes} ${kind}min`;
}

function urgencyOf(text: string): UrgencyName {
  const names = Object.keys(URGENCY) as UrgencyName[];
  const name = names.find((each) => each === text.toLowerCase());
  if (name === undefined) throw new UsageError(`"${text}" is no urgency: ${names.join(', ')}.`);
  return name;
}

function versionOf(text: string): number {
  if (/^\d{1,6}$/u.test(text)) return Number(text);
  throw new UsageError(`"${text}" is no version of a ladder.`);
}
