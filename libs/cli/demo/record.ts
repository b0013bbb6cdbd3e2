import { writeFileSync } from 'node:fs';
import { REPLAY_CASES, compareMoment, foldCase, viewCase, type FhirBundle } from '#clinical';
import { Deviation } from './narrator.js';
import type { Stage } from './scene.js';

/** What can be made of a case where it can be read, and nowhere else. */

/** The case for another system, made in the therapist's process. `file`: where it is to be written, if anywhere. */
export async function showRecord(stage: Stage, at: string, file: string | undefined): Promise<void> {
  const { narrator, company } = stage;
  narrator.heading('The case for another system: FHIR R4, made in the therapist’s process');
  const { bundle, leftOut } = await company.players.therapist.call('record', { at });
  narrator.note(`${bundle.entry.length} resources: ${countedByType(bundle)}`);
  const targets = new Set(provenancesIn(bundle));
  const events = stage.acked.length;
  narrator.check(
    `nothing is left out, and ${targets.size} resources name their author`,
    leftOut === 0 && targets.size > events / 2,
  );
  const requests = resourcesIn(bundle, 'MedicationRequest');
  narrator.check(
    'dose decisions leave as plans, never as orders',
    requests.every(({ intent }) => intent === 'plan'),
  );
  narrator.check(
    'every resource carries the protection labels of the record',
    bundle.entry.every(({ resource }) => JSON.stringify(resource.meta).includes('security')),
  );
  if (file === undefined) return;
  writeFileSync(file, JSON.stringify(bundle, null, 2), { flag: 'wx', mode: 0o600 });
  narrator.note(`written to ${file}`);
}

function resourcesIn({ entry }: FhirBundle, type: string) {
  return entry.map(({ resource }) => resource).filter(({ resourceType }) => resourceType === type);
}

function countedByType({ entry }: FhirBundle): string {
  const counts = new Map<string, number>();
  for (const { resource } of entry)
    counts.set(resource.resourceType, (counts.get(resource.resourceType) ?? 0) + 1);
  return [...counts].map(([type, count]) => `${count} ${type}`).join(', ');
}

function provenancesIn(bundle: FhirBundle): string[] {
  return resourcesIn(bundle, 'Provenance').flatMap(({ target }) =>
    Array.isArray(target) ? target.map((one) => JSON.stringify(one)) : [],
  );
}

/** The synthetic courses of libs/clinical, folded and asked at every moment their scripts name. */
export function showOtherCourses({ narrator }: Stage): void {
  narrator.heading('Other courses of care: synthetic cases, each moment as its script expects it');
  let moments = 0;
  for (const tell of Object.values(REPLAY_CASES)) {
    const told = tell();
    for (const moment of told.moments) {
      const differences = Object.keys(compareMoment(told, moment));
      if (differences.length > 0) throw new Deviation(`${told.title}, ${moment.name}: ${differences.join()}`);
    }
    moments += told.moments.length;
    const { phase } = viewCase(foldCase(told.entries), told.moments.at(-1)?.atMs ?? 0);
    narrator.detail(`${told.title}: ${told.entries.length} entries -> ${phase.replaceAll('_', ' ')}`);
  }
  narrator.check(`${Object.keys(REPLAY_CASES).length} cases, ${moments} moments`, moments > 0);
}
