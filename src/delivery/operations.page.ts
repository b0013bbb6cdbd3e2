import { createHash } from 'node:crypto';
import type { Operations } from '../obligations/index.js';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;margin:2rem;color:#111;background:#fff}
table{border-collapse:collapse;margin:0 0 2rem}caption{font-weight:bold;text-align:left;padding:.5rem 0}
th,td{border-bottom:1px solid #bbb;padding:.25rem 1rem .25rem 0;text-align:left;vertical-align:top}
.alarm{color:#a00;font-weight:bold}`;

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
export function operationsPage(operations: Operations): string {
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

function engineTable({ engine, oldestUndoneEffectMs, deadLetters }: Operations): Markup {
  const lines: readonly (readonly [string, string, boolean])[] = [
    ['Engine looked', ago(engine.heartbeatAgeMs), !engine.healthy],
    ['Oldest step not taken', ago(engine.oldestDueMs), (engine.oldestDueMs ?? 0) > 30_000],
    [
      'Steps of the last hour late by at most (p99)',
      span(engine.latenessMs),
      (engine.latenessMs ?? 0) > 5_000,
    ],
    ['Oldest notice not done', ago(oldestUndoneEffectMs), (oldestUndoneEffectMs ?? 0) > 600_000],
    ['Dead letters', String(deadLetters), deadLetters > 0],
  ];
  return html`<table>
    <caption>
      Engine and notices
    </caption>
    ${lines.map(
      ([what, value, alarm]) =>
        html`<tr>
          <th scope="row">${what}</th>
          <td>${marked(value, alarm)}</td>
        </tr>`,
    )}
  </table>`;
}

function overdueTable({ overdue, atMs }: Operations): Markup {
  return html`<table>
    <caption>
      ${overdue.length} overdue, the latest first
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

function undeliveredTable({ undelivered }: Operations): Markup {
  return html`<table>
    <caption>
      ${undelivered.length} notices of the last week that reached nobody
    </caption>
    ${headings('When', 'Reason', 'Meant for')}
    ${undelivered.map(
      ({ atMs, reason, recipient }) =>
        html`<tr>
          <td>${instant(atMs)}</td>
          <td>${reason}</td>
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

function ago(ageMs: number | null): string {
  return ageMs === null ? 'none' : `${span(ageMs)} ago`;
}

function span(ms: number | null): string {
  if (ms === null) return 'none';
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
