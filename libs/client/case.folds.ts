import { EMPTY_CASE, foldCase, type CaseState } from '#clinical';
import type { CaseId, LaneName } from '#protocol';
import type { ThreadFact } from './held.chain.js';
import type { LinePart } from './lane.line.js';
import { entriesAfter, factAt, openedEntry } from './opened.line.js';
import type { Reader } from './reader.js';

/** The threads of each lane of a case, the earliest first; empty where I have no such lane. */
export type CaseLines = Readonly<Record<LaneName, readonly LinePart[]>>;

interface Kept {
  readonly state: CaseState;
  /** The last entry of each lane that was folded, to notice when history is not the one that was folded. */
  readonly last: Readonly<Record<LaneName, ThreadFact | undefined>>;
}

const NOTHING: Kept = { state: EMPTY_CASE, last: { care_team: undefined, clinicians: undefined } };
const LANES: readonly LaneName[] = ['care_team', 'clinicians'];

/** The folded cases of one person. Each entry is folded once, unless a lane was verified anew or got another past. */
export class CaseFolds {
  private readonly kept = new Map<CaseId, Kept>();

  constructor(private readonly reader: Reader) {}

  stateOf(caseId: CaseId, lines: CaseLines): CaseState {
    const before = this.kept.get(caseId);
    const from = before !== undefined && isPrefix(before, lines) ? before : NOTHING;
    const entries = LANES.flatMap((lane) => entriesAfter(lines[lane], from.state.lanes[lane].seq));
    const state = foldCase(
      entries.map((entry) => openedEntry(this.reader, entry)),
      from.state,
    );
    const lastOf = (lane: LaneName) => factAt(lines[lane], state.lanes[lane].seq);
    this.kept.set(caseId, {
      state,
      last: { care_team: lastOf('care_team'), clinicians: lastOf('clinicians') },
    });
    return state;
  }
}

function isPrefix({ state, last }: Kept, lines: CaseLines): boolean {
  return LANES.every((lane) => factAt(lines[lane], state.lanes[lane].seq) === last[lane]);
}
