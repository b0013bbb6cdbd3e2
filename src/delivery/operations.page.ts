import { createHash } from 'node:crypto';
import type { Backlog } from '../notifications/index.js';
import type { Operations } from '../obligations/index.js';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;margin:2rem;color:#111;background:#fff}
table{border-collapse:collapse;margin:0 0 2rem}caption{font-weight:bold;text-align:left;padding:.5rem 0}
th,td{border-bottom:1px solid #bbb;padding:.25rem 1rem .25rem 0;text-align:left;vertical-align:top}
.alarm{color:#a00;font-weight:bold}`;

/** What an operator sees: what is late, and what of the telling has not arrived. */
export interface OperationsView extends Operations {
  readonly backlog: Backlog;
}

/** Longer than this, and an operator should look why. */
const ALARM_MS = { step: 30_000, p99: 5_000, late: 60_000, failing: 600_000 } as const;
/** Counts end here; more is not counted. */
const COUNTED = { notices: 1_000, deadLetters: 200 } as const;

/** Nothing is loaded or run, and nothing but this very style is applied. */
export const OPERATIONS_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Pieces of a page; everything that is no piece is escaped where it is put in. */
class Markup {
  constructor(readonly text: string) {}
}

type Piece = Markup | readonly Markup[] | string | number;

function html(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Markup(parts.map((part, index) => part + textOf(pieces[index] ?? '')).join(''));
}

function textOf(piece: Piece): string {
  if (piece instanceof Markup) return piece.text;
  if (typeof piece === 'object') return piece.map(({ text }) => text).join('');
  return String(piece).replaceAll(/[&<>"']/gu, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** The operator's page: server-made, without any script. */
export function operationsPage(operations: OperationsView): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>Overdue · Trialogue</title>
        ${new Markup(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <h1>What is overdue</h1>
        <p>Read from the database at ${instant(operations.atMs)}.</p>
        ${engineTable(operations)} ${overdueTable(operations)} ${undeliveredTable(operations)}
      </body>
    </html> `.text;
}

type Line = readonly [what: string, value: string, alarm: boolean];

function linesOf({ engine, late, backlog: { failing, held }, deadLetters }: OperationsView): readonly Line[] {
  const { healthy, heartbeatAgeMs, oldestDueMs, latenessMs } = engine;
  return [
    ['Engine', heartbeatAgeMs === null ? 'has never looked' : `looked ${span(heartbeatAgeMs)} ago`, !healthy],
    ['Steps that should have been taken', lateBy(oldestDueMs), isOver(oldestDueMs, ALARM_MS.step)],
    [
      'Steps of the last hour, 99 of 100',
      latenessMs === null ? 'none taken' : `taken within ${span(latenessMs)} of their time`,
      isOver(latenessMs, ALARM_MS.p99),
    ],
    ['Notices late', counted(late.count, lateBy(late.longestMs)), isOver(late.longestMs, ALARM_MS.late)],
    [
      'Deliveries that failed and are tried again',
      counted(failing.count, `the oldest for ${span(failing.longestMs)}`),
      isOver(failing.longestMs, ALARM_MS.failing),
    ],
    [
      'Deliveries held back by quiet hours or a digest',
      counted(held.count, `the next goes out in ${span(held.nextInMs)}`),
      false,
    ],
    ['Dead letters', atMost(deadLetters, COUNTED.deadLetters), deadLetters > 0],
  ];
}

function engineTable(operations: OperationsView): Markup {
  return html`<table>
    <caption>
      Engine and notices
    </caption>
    ${linesOf(operations).map(
      ([what, value, alarm]) =>
        html`<tr>
          <th scope="row">${what}</th>
          <td>${marked(value, alarm)}</td>
        </tr>`,
    )}
  </table>`;
}

function overdueTable({ overdue, more, atMs }: Operations): Markup {
  if (overdue.length === 0) return html`<p>No answer is overdue.</p>`;
  return html`<table>
    <caption>
      ${overdue.length} ${overdue.length === 1 ? 'answer' : 'answers'} overdue, the latest
      first${more.overdue ? '; there are more' : ''}
    </caption>
    ${headings('Late by', 'Due', 'Urgency', 'Steps taken', 'Accountable', 'Organisation', 'Reference')}
    ${overdue.map(
      (each) =>
        html`<tr>
          <td>${span(atMs - each.dueAtMs)}</td>
          <td>${instant(each.dueAtMs)}</td>
          <td>${marked(each.urgency, each.urgency === 'urgent' || each.urgency === 'emergent')}</td>
          <td>${each.level}</td>
          <td>${marked(each.attended ? 'somebody' : 'NOBODY', !each.attended)}</td>
          <td>${each.organisationId ?? 'unknown'}</td>
          <td>${each.reference}</td>
        </tr>`,
    )}
  </table>`;
}

function undeliveredTable({ undelivered, more }: Operations): Markup {
  if (undelivered.length === 0)
    return html`<p>No notice of the last week is known to have reached nobody.</p>`;
  return html`<table>
    <caption>
      ${undelivered.length} ${undelivered.length === 1 ? 'notice' : 'notices'} of the last week that reached
      nobody, the newest first${more.undelivered ? '; there are more' : ''}
    </caption>
    ${headings('When', 'Reason', 'Meant for')}
    ${undelivered.map(
      ({ atMs, reason, recipient }) =>
        html`<tr>
          <td>${instant(atMs)}</td>
          <td>${reason.replaceAll('_', ' ')}</td>
          <td>${recipient}</td>
        </tr>`,
    )}
  </table>`;
}

function headings(...names: readonly string[]): Markup {
  return html`<tr>
    ${names.map((name) => html`<th scope="col">${name}</th>`)}
  </tr>`;
}

function marked(value: string, alarm: boolean): Markup {
  return alarm ? html`<span class="alarm">${value}</span>` : html`${value}`;
}

function instant(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function isOver(ms: number | null, limitMs: number): boolean {
  return ms !== null && ms > limitMs;
}

function lateBy(ms: number | null): string {
  return ms === null ? 'none' : `late by up to ${span(ms)}`;
}

function counted(count: number, more: string): string {
  return count === 0 ? 'none' : `${atMost(count, COUNTED.notices)}, ${more}`;
}

function atMost(count: number, most: number): string {
  return count < most ? String(count) : `${count} or more`;
}

function span(ms: number | null): string {
  const seconds = Math.max(0, Math.round((ms ?? 0) / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
