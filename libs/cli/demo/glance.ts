import type { Stage } from './scene.js';
import type { GateDraft } from './events.session.js';
import type { GateLook, SignedRules, Standing } from './verbs.js';
import type { VitalsReading } from '#clinical';

/** What the clinicians' own processes make of the case: shown, and checked on the way. */

/** Both clinicians fold the case for themselves; they must come to the same. */
export async function showStanding(stage: Stage, at: string): Promise<Standing> {
  const { narrator, company } = stage;
  const [one, other] = await Promise.all(
    (['therapist', 'prescriber'] as const).map((part) => company.players[part].call('standing', { at })),
  );
  if (one === undefined) throw new RangeError('somebody has folded the case');
  narrator.note('the case as it stands, folded from signed entries:');
  narrator.detail(`phase: ${one.phase}; sessions: ${one.sessions}; ${one.dose}`);
  narrator.detail(one.next);
  narrator.detail(`owed: ${one.owed.length === 0 ? 'nothing' : one.owed.join('; ')}`);
  narrator.check('both clinicians’ processes fold exactly the same case', one.digest === other?.digest);
  return one;
}

/** From the dose decision before to the one in force, in both languages of the catalogue. */
export function showChanges({ narrator }: Stage, { changes }: Standing): void {
  narrator.note('what changed, from the plan before to the one in force:');
  for (const { en, es } of changes) narrator.detail(`${en}   ·   ${es}`);
}

export interface Session {
  readonly at: string;
  readonly number: number;
  readonly startsAt: string;
}

/** Red: every condition that is not met, why, and who can mend it. */
export async function showRedGate(stage: Stage, session: Session): Promise<void> {
  const look = await askGate(stage, session);
  const open = look.checks.filter(({ mendBy }) => mendBy !== '');
  stage.narrator.note(`the gate before session ${session.number}: NO GO`);
  for (const { name, says, mendBy } of open) stage.narrator.detail(`x ${name}: ${says} -> ${mendBy}`);
  stage.narrator.check('the gate is red', look.verdict === 'no_go' && open.length > 0);
}

/** Green: every condition with the entry that shows it. Answers what a session_start_check keeps of it. */
export async function showGreenGate(stage: Stage, session: Session): Promise<GateDraft> {
  const look = await askGate(stage, session);
  stage.narrator.note(`the gate before session ${session.number}: ${look.verdict === 'go' ? 'GO' : 'NO GO'}`);
  for (const { name, says, mendBy } of look.checks) {
    stage.narrator.detail(mendBy === '' ? `+ ${name}: ${says}` : `x ${name}: ${says} -> ${mendBy}`);
  }
  stage.narrator.check('the gate says go, each condition with its evidence', look.verdict === 'go');
  if (look.draft === null) throw new RangeError('a gate that says go has seen entries');
  return look.draft;
}

function askGate({ company }: Stage, session: Session): Promise<GateLook> {
  return company.players.therapist.call('gate', session);
}

export interface Judged {
  readonly at: string;
  readonly reading: VitalsReading;
  readonly rules: SignedRules;
}

/** What the rule set says of a reading, or why it must not speak. */
export async function showFlags(stage: Stage, judged: Judged): Promise<number> {
  const { silent, flags } = await stage.company.players.therapist.call('redFlags', judged);
  const name = judged.rules.rules.title;
  stage.narrator.note(
    `red flags, “${name}”: ${silent === null ? `${flags.length} found` : `SILENT. ${silent}`}`,
  );
  for (const flag of flags) stage.narrator.detail(`! ${flag}`);
  return flags.length;
}
