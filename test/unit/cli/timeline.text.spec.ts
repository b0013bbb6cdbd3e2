import { PassThrough, Readable } from 'node:stream';
import type { Shown, TimelineEntry } from '#client';
import type { CaseId, ThreadId, UserId } from '#protocol';
import { Screen } from '../../../libs/cli/screen.js';
import { entryLines } from '../../../libs/cli/timeline.text.js';

const stdout = new PassThrough();
const screen = new Screen({ env: {}, stdin: Readable.from([]), stdout, stderr: stdout }, false);

function entryOf(shown: Shown): TimelineEntry {
  return {
    caseId: '1'.repeat(32) as CaseId,
    threadId: '2'.repeat(32) as ThreadId,
    lane: 'care_team',
    seq: 7,
    entryHash: '3'.repeat(64),
    ref: 'A'.repeat(43),
    at: new Date(0),
    author: { userId: '4'.repeat(32) as UserId, role: 'therapist', displayName: 'Tess', me: false },
    urgency: 'routine',
    shown,
    ops: [],
  };
}

describe('an entry that does not count, on the screen', () => {
  it('is shown with its author, what it claims to be, and the field and rule it breaks', () => {
    const words = 'The content does not have the fields of its type: reason must be one of: safety, other.';
    const reasons = [{ path: 'reason', words: 'must be one of: safety, other' }];
    const shown = {
      kind: 'invalid',
      reason: 'shape',
      words,
      reasons,
      name: 'hold',
      claimed: undefined,
    } as const;
    const lines = entryLines(screen, entryOf(shown)).join('\n');
    expect(lines).toMatch(/Tess \(therapist\)/u);
    expect(lines).toMatch(/INVALID hold, it does not count: .*reason must be one of/u);
  });

  it('is said to be of a newer version when this one cannot read it', () => {
    const words =
      'This entry was written by a newer version and cannot be read by this version. Update the app.';
    const shown = { kind: 'unreadable', reason: 'update_needed', words } as const;
    expect(entryLines(screen, entryOf(shown)).join('\n')).toMatch(
      /UNREADABLE here \(update needed\): .*cannot be read by this version/u,
    );
  });
});
