import { Screen, type Shell } from '../screen.js';
import type { Part } from './script.js';
import type { Seen } from './verbs.js';

/** Something is not as it has to be: the demo fails. */
export class Deviation extends Error {
  override readonly name = 'Deviation';
}

const WIDTH = 10;

/** Tells the demo as it happens, and counts what was checked. */
export class Narrator {
  private readonly screen: Screen;
  private readonly startedAt = Date.now();
  private checked = 0;

  constructor(private readonly shell: Shell) {
    this.screen = new Screen(shell, false);
  }

  get checks(): number {
    return this.checked;
  }

  get seconds(): number {
    return Math.round((Date.now() - this.startedAt) / 100) / 10;
  }

  heading(text: string): void {
    this.line('');
    this.line(
      this.screen.paint('bold', `${text}   ${this.screen.paint('dim', `[${this.seconds.toFixed(1)} s]`)}`),
    );
  }

  /** What somebody does. */
  does(part: string, text: string): void {
    this.line(`  ${part.padEnd(WIDTH)} ${text}`);
  }

  /** The story goes on to another day. */
  day(text: string): void {
    this.line(this.screen.paint('dim', `  --- ${text}`));
  }

  /** What the others' own processes show of an entry, each after verifying and opening it: the same to all. */
  sees(parts: readonly Part[], { lane, text, toClient }: Seen): void {
    const [first = '', ...more] = text.split('\n');
    const rest = more.length === 0 ? '' : ` (+ ${more.length} lines)`;
    const isPrivate = lane === 'clinicians';
    const label = this.screen.paint(isPrivate ? 'magenta' : 'cyan', isPrivate ? 'CLINICIANS' : 'CARE TEAM');
    this.detail(`${label}, ${parts.join(' and ')} read: ${first}${this.screen.paint('dim', rest)}`);
    if (toClient !== null && parts.includes('client')) this.detail(`to the client: “${toClient}”`);
  }

  /** A line that belongs to the one before it. */
  detail(text: string): void {
    this.line(`  ${' '.repeat(WIDTH)}   ${text}`);
  }

  note(text: string): void {
    this.line(this.screen.paint('dim', `  ${text}`));
  }

  /** A claim of the demo. Errors: Deviation with the claim. */
  check(claim: string, holds: boolean): void {
    if (!holds) throw new Deviation(claim);
    this.checked += 1;
    this.line(`  ${this.screen.paint('green', 'ok')} ${claim}`);
  }

  line(text: string): void {
    this.shell.stdout.write(`${text}\n`);
  }
}
