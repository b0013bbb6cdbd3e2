import { compareEverything } from './closing.js';
import { gather, type Company, type Place } from './company.js';
import type { Narrator } from './narrator.js';
import { showOtherCourses, showRecord } from './record.js';
import type { Stage } from './scene.js';
import { PARTS } from './script.js';
import { showServerView } from './server.view.js';
import { assessment, medicalAssessment } from './steps.assessment.js';
import { followUp } from './steps.follow-up.js';
import { integration } from './steps.integration.js';
import { preparation } from './steps.preparation.js';
import { session } from './steps.session.js';
import { continuedSupport } from './steps.support.js';
import { StoryDays } from './story.days.js';

export interface PlayOptions {
  readonly place: Place;
  /** Where the service writes e-mails when it has no SMTP settings. */
  readonly dataDir: string;
  readonly narrator: Narrator;
  /** Where the case is written as a FHIR bundle, if anywhere. */
  readonly fhirFile?: string;
  /** Ends it before its time; nothing is left behind then either. */
  readonly signal: AbortSignal;
  /** Called once the participants are there: the chaos begins. */
  readonly onGathered?: (company: Company) => void;
  /** Awaited before the end is judged: the chaos is over. */
  readonly beforeClosing?: () => Promise<void>;
}

/** The whole demo against a running service. Errors: Deviation, Refusal. Leaves no process and no key file behind. */
export async function play(options: PlayOptions): Promise<void> {
  const { place, dataDir, narrator, signal, onGathered, beforeClosing } = options;
  narrator.heading('Two organisations, three people, each in a process of their own');
  const company = await gather(place, narrator);
  const onAbort = (): void => void company.disband();
  signal.addEventListener('abort', onAbort);
  try {
    signal.throwIfAborted();
    onGathered?.(company);
    const stage = await openCase(company, dataDir, narrator);
    await walkPathway(stage);
    await beforeClosing?.();
    await compareEverything(stage);
    await showRecord(stage, stage.days.turnTo(214, '18:00'), options.fhirFile);
    showOtherCourses(stage);
    await showServerView(stage);
  } finally {
    signal.removeEventListener('abort', onAbort);
    await company.disband();
  }
}

async function openCase(company: Company, dataDir: string, narrator: Narrator): Promise<Stage> {
  const { players, ids } = company;
  const facts = await players.therapist.call('openCase', { client: ids.client, prescriber: ids.prescriber });
  narrator.does('therapist', `opens case ${facts.caseId.slice(0, 8)} with both lanes`);
  const views = await Promise.all(
    PARTS.map((part) =>
      players[part].call('enterCase', { caseId: facts.caseId, lanes: part === 'client' ? 1 : 2 }),
    ),
  );
  const lanes = views.map((view) =>
    view.lanes
      .map(({ lane }) => lane)
      .sort()
      .join(' '),
  );
  narrator.check(
    'both clinicians are in both lanes, the client is in the care-team lane alone',
    lanes.join('; ') === 'care_team clinicians; care_team clinicians; care_team',
  );
  return {
    company,
    narrator,
    dataDir,
    facts,
    acked: [],
    days: new StoryDays(narrator),
    kinds: new Set(),
  };
}

/** The seven steps; every entry is seen by whoever may see it before the next one is written. */
async function walkPathway(stage: Stage): Promise<void> {
  const referral = await assessment(stage);
  await medicalAssessment(stage, referral);
  const prepared = await preparation(stage);
  const outcome = await session(stage, prepared.order);
  await integration(stage, outcome);
  await followUp(stage, prepared, outcome);
  await continuedSupport(stage);
}
