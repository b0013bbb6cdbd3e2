import { styleText } from 'node:util';
import type { Environment } from './settings.js';

/** The terminal a command runs in; tests hand in their own. */
export interface Shell {
  readonly env: Environment;
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

export type Paint = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan' | 'magenta';

const PATIENCE_MS = 1_000;
const FRAME_MS = 120;
const FRAMES = ['-', '\\', '|', '/'] as const;

/** What a command may do to the terminal: results on stdout, everything else on stderr. */
export class Screen {
  constructor(
    private readonly shell: Shell,
    readonly json: boolean,
  ) {}

  /** The result of a command: one line of JSON for programs, or the lines for people. */
  show(value: unknown, lines: () => readonly string[]): void {
    const text = this.json ? JSON.stringify(value) : lines().join('\n');
    if (text !== '') this.shell.stdout.write(`${text}\n`);
  }

  /** A hint for the person, never part of the result. */
  hint(text: string): void {
    this.shell.stderr.write(`${text}\n`);
  }

  get interactive(): boolean {
    return this.shell.stdin.isTTY === true && this.shell.stderr.isTTY === true && !this.json;
  }

  paint(style: Paint, text: string): string {
    const { env, stdout } = this.shell;
    if (stdout.isTTY !== true || this.json || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb')
      return text;
    return styleText(style, text, { validateStream: false });
  }

  /** Waits for the work and, in a terminal, says what it waits for once that takes longer than a second. */
  async progress<T>(label: string, work: Promise<T>): Promise<T> {
    if (this.shell.stderr.isTTY !== true) return work;
    const startedAt = Date.now();
    let frame = 0;
    const timer = setInterval(() => {
      if (Date.now() - startedAt < PATIENCE_MS) return;
      frame = (frame + 1) % FRAMES.length;
      this.shell.stderr.write(`\r${FRAMES[frame] ?? ''} ${label}…`);
    }, FRAME_MS);
    try {
      return await work;
    } finally {
      clearInterval(timer);
      if (frame > 0) this.shell.stderr.write('\r\x1b[K');
    }
  }
}

/**
 * Text other people wrote, made harmless for a terminal: no escape sequences, no control characters, nothing that
 * turns the reading direction. Line breaks and tabs become spaces unless `lines` keeps the breaks.
 */
export function clean(text: string, keep: 'one-line' | 'lines' = 'one-line'): string {
  const breaks = keep === 'lines' ? text.replaceAll(/\r\n?/gu, '\n') : text.replaceAll(/[\r\n\t]+/gu, ' ');
  return breaks.replaceAll(/(?!\n)[\p{Cc}\p{Cf}]/gu, '\u{FFFD}');
}

/** Columns padded to their widest cell; cells may carry colour. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => width(row[column] ?? ''))));
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - width(cell)))
      .join('  ')
      .trimEnd(),
  );
}

function width(cell: string): number {
  return cell.replaceAll(/\u001b\[[0-9;]*m/gu, '').length;
}
