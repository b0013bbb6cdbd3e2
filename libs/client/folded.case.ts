import {
  askGate,
  clockOf,
  exportCase,
  mayStop,
  recordFactsOf,
  ruleSetSigningText,
  viewCase,
  type AsideEntry,
  type CaseClock,
  type CaseExport,
  type CaseState,
  type EntryProof,
  type ExportedPerson,
  type GateReport,
  type GateRequest,
  type RecordFacts,
  type RuleSet,
} from '#clinical';
import { parseEntry, toBase64Url, toHex, type CaseId, type LaneName, type UserId } from '#protocol';
import type { CaseLines } from './case.folds.js';
import type { HeldThread } from './held.chain.js';
import type {
  CaseProtocol,
  CaseStanding,
  GateQuestion,
  JudgedCase,
  ObservedNow,
  RuleSetAnswer,
  RuleSetView,
} from './judged.contract.js';
import {
  isFromTheStart,
  unfollowedBeside,
  writtenElsewhere,
  type LinePart,
  type PlacedFact,
} from './lane.line.js';
import { entriesAfter, openedEntry } from './opened.line.js';
import { authorRole } from './presenter.js';
import { ClientProblem } from './problem.js';
import { askRuleSet, ruleSetView, ruleSetsInForce, signedRuleSets, type SignedRuleSet } from './rule-sets.js';
import type { RosterEntry } from './timeline.contract.js';
import type { Workspace } from './workspace.js';

/** What no entry is called: the gate takes it for a head that was not read. */
const UNKNOWN_HEAD = 'unknown';

interface CaseParts {
  readonly caseId: CaseId;
  readonly client: UserId | undefined;
  /** All of this case. */
  readonly threads: readonly HeldThread[];
  /** The threads of a lane, the earliest first. Errors: lane.ambiguous. */
  readonly lineOf: (lane: LaneName) => readonly LinePart[];
}

/** A case as libs/clinical judges it: a thin face over the kept fold. */
export class FoldedCase implements JudgedCase {
  constructor(
    private readonly workspace: Workspace,
    private readonly parts: CaseParts,
  ) {}

  standing(nowMs: number = this.nowMs()): CaseStanding {
    return viewCase(this.state(), nowMs);
  }

  gate(question: GateQuestion): GateReport {
    const { template, zone, nowMs = this.nowMs(), number, startsAt, modality, region } = question;
    const lines = this.lines();
    const session = { number, startsAtMs: startsAt.getTime(), modality, region };
    return askGate(this.state(lines), {
      nowMs,
      session,
      zone,
      template,
      team: this.team(lines.care_team, nowMs),
      heads: this.heads(lines),
      ...this.beside(lines),
      consentScopes: question.consentScopes ?? [],
    });
  }

  clock({ template, zone, nowMs = this.nowMs() }: CaseProtocol): CaseClock {
    return clockOf(this.state(), { template, zone, nowMs });
  }

  exportFhir(nowMs: number = this.nowMs()): CaseExport {
    const { caseId, client } = this.parts;
    if (client === undefined) throw new ClientProblem('person.unknown');
    const lines = this.lines();
    const entries = [...entriesAfter(lines.care_team, 0), ...entriesAfter(lines.clinicians, 0)];
    return exportCase({
      caseId,
      people: this.people(lines, client),
      entries: entries.map((entry) => openedEntry(this.workspace.reader, entry)),
      proofs: new Map(entries.map(({ fact }) => [toBase64Url(fact.entryHash), proofOf(fact.bytes)] as const)),
      nowMs,
    });
  }

  ruleSets(nowMs: number = this.nowMs()): readonly RuleSetView[] {
    const now = new Date(nowMs).toISOString();
    return ruleSetsInForce(this.signedRuleSets()).map((signed) => ruleSetView(signed, now));
  }

  redFlags(
    observed: ObservedNow,
    { ruleSet, nowMs = this.nowMs() }: { readonly ruleSet?: RuleSet; readonly nowMs?: number } = {},
  ): readonly RuleSetAnswer[] {
    const inForce = ruleSetsInForce(this.signedRuleSets());
    const now = new Date(nowMs).toISOString();
    const record = this.record(now);
    const asked = { standing: this.standing(nowMs), record, observed, now };
    if (ruleSet === undefined) return inForce.map((signed) => askRuleSet(signed, asked));
    const signed = inForce.find(({ trust }) => trust.signedText === ruleSetSigningText(ruleSet));
    return [askRuleSet({ ruleSet, trust: signed?.trust ?? null }, asked)];
  }

  /** A lane that may hold more than was read says "no" to nothing. */
  private record(now: string): RecordFacts {
    const lines = this.lines();
    const state = this.state(lines);
    const facts = recordFactsOf(state, now);
    const heads = this.heads(lines);
    const isBehind = Object.values(state.lanes).some(({ lane, ref }) => heads[lane] !== ref);
    return { ...facts, unread: facts.unread || isBehind };
  }

  private signedRuleSets(): readonly SignedRuleSet[] {
    const { care_team: careTeam, clinicians } = this.lines();
    return signedRuleSets(this.workspace.reader, [careTeam, clinicians]);
  }

  private lines(): CaseLines {
    const { lineOf } = this.parts;
    return { care_team: lineOf('care_team'), clinicians: lineOf('clinicians') };
  }

  private state(lines: CaseLines = this.lines()): CaseState {
    return this.workspace.folds.stateOf(this.parts.caseId, lines);
  }

  /** Every case has a lane of the clinicians: one who has never been served it does not know what stands there. */
  private heads({ care_team: careTeam, clinicians }: CaseLines): Readonly<Record<LaneName, string | null>> {
    const mine = this.roster(careTeam).find(({ me }) => me)?.role;
    const isClinician = mine === 'therapist' || mine === 'prescriber';
    const unserved = isClinician ? UNKNOWN_HEAD : null;
    return { care_team: this.headOf(careTeam), clinicians: this.headOf(clinicians) ?? unserved };
  }

  /**
   * The verified newest entry; a lane that may hold more than was read has none I could name: one that is not current
   * or does not begin where it began. A frozen thread has ended for me where the later one goes on from it.
   */
  private headOf(line: readonly LinePart[]): string | null {
    const part = line.at(-1);
    if (part === undefined) return null;
    const last = part.facts.at(-1);
    const isCurrent = part.held.health.state === 'current';
    const isWhole = line.every(({ held, whole }) => whole && held.health.state !== 'waiting');
    return last === undefined || !isCurrent || !isWhole || !isFromTheStart(line)
      ? UNKNOWN_HEAD
      : toBase64Url(last.entryHash);
  }

  /** What somebody wrote, or may write unseen, in the place of a lane and is no part of it. */
  private beside(lines: CaseLines): Pick<GateRequest, 'aside' | 'unfollowed'> {
    const both = [lines.care_team, lines.clinicians];
    const aside = both.flatMap((line) => line.flatMap((part) => part.aside));
    const elsewhere = both.flatMap((line) => writtenElsewhere(this.parts.threads, line));
    const unfollowed = both.flatMap((line) => unfollowedBeside(line, this.workspace.me));
    return {
      aside: [
        ...aside.map((placed) => this.asideEntry(placed)),
        ...elsewhere.map((placed) => this.asideEntry(placed)).filter(mayBear),
      ],
      unfollowed: unfollowed.flatMap(({ facts: [founding] }) =>
        founding === undefined ? [] : [toBase64Url(founding.entryHash)],
      ),
    };
  }

  private asideEntry({ held, fact }: PlacedFact): AsideEntry {
    return {
      ref: toBase64Url(fact.entryHash),
      author: { userId: fact.authorUser, role: authorRole(held, fact) },
      content: this.workspace.reader.open(held, fact).content,
    };
  }

  /** The local clock, corrected by what the service said of the time. */
  private nowMs(): number {
    return this.workspace.sender.nowMs();
  }

  /** Who can act in the care-team lane now: who left or whose row has run out sits with nobody. */
  private team(line: readonly LinePart[], nowMs: number): readonly RosterEntry[] {
    return this.roster(line).filter(({ left, expiresAt }) => !left && expiresAt.getTime() > nowMs);
  }

  private roster(line: readonly LinePart[]): readonly RosterEntry[] {
    const last = line.at(-1);
    return last === undefined ? [] : this.workspace.presenter.roster(last.held);
  }

  /** Everybody with a row, and the client of the case even where only the clinicians lane is mine. */
  private people(lines: CaseLines, client: UserId): readonly ExportedPerson[] {
    const rows = [...this.roster(lines.care_team), ...this.roster(lines.clinicians)];
    const named = new Map<string, ExportedPerson>(
      rows.map(({ userId, role, displayName }) => [
        userId,
        { userId, role, displayName: displayName ?? null },
      ]),
    );
    if (!named.has(client)) {
      const displayName = this.workspace.names.of(client) ?? null;
      named.set(client, { userId: client, role: 'client', displayName });
    }
    return [...named.values()];
  }
}

/** Reports of a thread nobody carries on stay there; what may say "stop", or cannot be read, bears on the session. */
function mayBear({ content }: AsideEntry): boolean {
  return content.kind !== 'valid' || mayStop(content.event.event);
}

function proofOf(bytes: Uint8Array): EntryProof {
  const { signature, header } = parseEntry(bytes);
  return { signature: base64Of(signature), deviceId: toHex(header.authorDevice) };
}

/** FHIR asks for the alphabet of RFC 4648 section 4, padded. */
function base64Of(bytes: Uint8Array): string {
  const text = toBase64Url(bytes).replaceAll('-', '+').replaceAll('_', '/');
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=');
}
