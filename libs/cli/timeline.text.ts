import { describeEvent, type ClinicalEvent } from '#clinical';
import type { CaseView, ChainHealth, Lane, Obligation, ShownOp, TimelineEntry } from '#client';
import { distanceText, instantText } from './instant.js';
import { nameText, personText, roleText, shortId } from './people.js';
import { laneText, shortRef } from './places.js';
import { clean, type Screen } from './screen.js';

/** Nobody should have to look twice to know who reads a lane: a colour, a word and a sentence each. */
const LANE_LOOK = {
  care_team: { paint: 'cyan', mark: 'CARE TEAM ', who: 'the client reads this lane' },
  clinicians: {
    paint: 'magenta',
    mark: 'CLINICIANS',
    who: 'the client cannot read this lane; it is part of the record',
  },
} as const;

export function laneHeading(screen: Screen, lane: Lane): string[] {
  const { paint, mark, who } = LANE_LOOK[lane.lane];
  const people = lane.roster().map((row) => personText(row) + (row.left ? ' (left)' : ''));
  return [
    screen.paint(paint, screen.paint('bold', `== ${mark.trim()} — ${who}`)),
    `   ${people.join(' · ')}${lane.closed ? ' · closed' : ''}`,
    ...healthLines(screen, lane.health()),
  ];
}

export function healthLines(screen: Screen, health: ChainHealth): string[] {
  switch (health.state) {
    case 'current':
      return [];
    case 'waiting':
      return [
        screen.paint(
          'yellow',
          `   STALE: waits for entry ${health.seq} of chain ${shortId(health.chainId)}.`,
        ),
      ];
    case 'not_served':
      return [
        screen.paint(
          'yellow',
          '   The service serves this lane to me no longer; what I have stays readable.',
        ),
      ];
    case 'frozen': {
      const fork = health.signedFork ? ' Two signed histories exist: compare head codes by another way.' : '';
      return [
        screen.paint(
          'red',
          `   FROZEN at entry ${health.atSeq} (${health.rule}): nothing is sent here.${fork}`,
        ),
      ];
    }
  }
}

/** How a person is called where only the id is known. */
export type Who = (userId: string) => string;

/** Names as far as the lanes of these cases tell them. */
export function whoIn(cases: readonly CaseView[]): Who {
  const rows = cases.flatMap((view) => view.lanes.flatMap((lane) => lane.roster()));
  const names = new Map<string, string>(rows.map((row) => [row.userId, nameText(row)]));
  return (userId) => names.get(userId) ?? shortId(userId);
}

/** One entry: who, when, where, what; every line carries the mark of its lane. */
export function entryLines(screen: Screen, entry: TimelineEntry, who: Who = shortId): string[] {
  const look = LANE_LOOK[entry.lane];
  const bar = screen.paint(look.paint, `${look.mark} |`);
  const author = personText(entry.author) + (entry.author.me ? ' — me' : '');
  const urgency = entry.urgency === undefined || entry.urgency === 'routine' ? '' : ` [${entry.urgency}]`;
  const head = `${String(entry.seq).padStart(3)} ${instantText(entry.at.getTime())} ${screen.paint('bold', author)}${urgency}`;
  return [head, ...shownLines(screen, entry, who), ...entry.ops.map((op) => opLine(screen, op, who))].map(
    (line) => `${bar} ${line}`,
  );
}

function shownLines(screen: Screen, { shown }: TimelineEntry, who: Who): string[] {
  switch (shown.kind) {
    case 'note':
      return indent(clean(shown.note.text, 'lines').split('\n'));
    case 'event':
      return indent(eventLines(shown.event));
    case 'profile':
      return [screen.paint('dim', `    is called ${clean(shown.displayName)}`)];
    case 'invalid': {
      const claimed = shown.name?.replaceAll('_', ' ') ?? 'entry';
      return [screen.paint('red', `    INVALID ${claimed}, it does not count: ${clean(shown.words)}`)];
    }
    case 'unreadable':
      return [
        screen.paint('yellow', `    UNREADABLE here (${shown.reason.replaceAll('_', ' ')}): ${shown.words}`),
      ];
    case 'founded':
      return [screen.paint('dim', '    opened this lane')];
    case 'members': {
      const joined = shown.joined.map((row) => `+ ${who(row.userId)} as ${roleText(row.role)}`);
      const changed = shown.changed.map((row) => `${who(row.userId)} is now ${roleText(row.role)}`);
      const gone = shown.gone.map((userId) => `- ${who(userId)}`);
      const changes = [...joined, ...changed, ...gone].join(', ');
      return [
        screen.paint(
          'dim',
          `    new keys, epoch ${shown.epoch} (${shown.reason})${changes === '' ? '' : `: ${changes}`}`,
        ),
      ];
    }
    case 'left':
      return [screen.paint('dim', `    left (${shown.reason.replaceAll('_', ' ')})`)];
    case 'closed':
      return [screen.paint('dim', `    closed this lane (${shown.reason.replaceAll('_', ' ')})`)];
  }
}

function opLine(screen: Screen, op: ShownOp, who: Who): string {
  const whom = op.responder === undefined ? '' : ` ${who(op.responder)}`;
  const due = op.dueAt === undefined ? '' : ` by ${instantText(op.dueAt.getTime())}`;
  const words: Readonly<Record<ShownOp['op'], string>> = {
    open: `needs an answer from${whom}${due}`,
    ack: `acknowledged; accountable:${whom}`,
    wait: `waits until${due.replace(' by', '')}`,
    answer: 'answered',
    hand_over: `handed over to${whom} (once they acknowledge)`,
    close: 'closed',
    withdraw: 'withdrawn',
    reopen: `asked again${due}`,
  };
  const line = `    > ${shortRef(op.obligation)} ${words[op.op]}`;
  return op.refused === undefined
    ? screen.paint('yellow', line)
    : screen.paint('red', `${line} — changed nothing (${op.refused})`);
}

/** A typed event in the words of libs/clinical, with what its author wrote for the client apart. */
export function eventLines(event: ClinicalEvent): string[] {
  const { title, lines, clientText } = describeEvent(event, 'en');
  const forClient = clientText === null ? [] : ['For the client:', ...indent(clientText.split('\n'))];
  return [title, ...lines.flatMap((line) => line.split('\n')), ...forClient].map((line) =>
    clean(line, 'lines'),
  );
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `    ${line}`);
}

/** One row of a table of obligations. `whom`: the person on the other side. */
export function obligationRow(screen: Screen, due: Obligation, whom: string): string[] {
  const when = `${instantText(due.dueAt.getTime())} (${distanceText(due.dueAt.getTime(), Date.now())})`;
  const notes = [
    due.state === 'waiting'
      ? `waiting${due.waitingUntil === undefined ? '' : ` until ${instantText(due.waitingUntil.getTime())}`}`
      : due.state,
    due.nobodyAccountable ? 'NOBODY ACCOUNTABLE' : '',
    due.answeredInvalidly ? 'ANSWERED INVALIDLY' : '',
  ];
  return [
    due.overdue ? screen.paint('red', 'OVERDUE') : '',
    when,
    due.urgency,
    notes.filter((note) => note !== '').join(', '),
    whom,
    laneText(due.lane),
    shortRef(due.ref),
    questionText(due),
  ];
}

function questionText({ question }: Obligation): string {
  const shown = question?.shown;
  if (shown?.kind === 'note') return shorten(clean(shown.note.text));
  if (shown?.kind === 'event') return shown.event.event.replaceAll('_', ' ');
  return shown === undefined ? '' : shown.kind;
}

function shorten(text: string, maximum = 60): string {
  return text.length <= maximum ? text : `${text.slice(0, maximum - 1)}…`;
}
