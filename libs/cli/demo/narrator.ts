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

  /** What somebody's own process shows of an entry, after verifying and opening it. */
  sees(part: Part, seen: Seen): void {
    const [first = '', ...more] = seen.text.split('\n');
    const rest = more.length === 0 ? '' : this.screen.paint('dim', ` (+ ${more.length} lines)`);
    const lane = this.screen.paint(
      seen.lane === 'clinicians' ? 'magenta' : 'cyan',
      seen.lane === 'clinicians' ? 'CLINICIANS' : 'CARE TEAM',
    );
    this.line(
      this.screen.paint('dim', `  ${part.padEnd(WIDTH)}   sees ${lane} ${seen.author}: `) + first + rest,
    );
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
