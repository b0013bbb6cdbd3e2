import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { CaseView, GateQuestion } from '#client';
import { describeEvent, draftStartCheck } from '#clinical';
import { clockLines, gateLines, standingLines } from '../case.text.js';
import { UsageError } from '../failure.js';
import { instantMs } from '../instant.js';
import { findCase } from '../places.js';
import { addProtocolFlags, readProtocol, type ProtocolFlags } from '../protocol.input.js';
import { asMember, type Register } from '../session.js';
import { pathOf } from '../settings.js';
import { healthLines, whoIn } from '../timeline.text.js';

export const standing: Register = (program, shell) => {
  program
    .command('case [case]')
    .description('The case as it stands: phase, decisions in force, sessions, harm, scales, who owes what')
    .action(async (query: string | undefined, _options: object, command: Command) => {
      await asMember(command, shell, ({ member, screen }) => {
        const view = findCase(member, query);
        const stands = view.standing();
        screen.show({ caseId: view.caseId, ...stands }, () => [
          ...view.lanes.flatMap((lane) => healthLines(screen, lane.health())),
          ...standingLines(screen, stands, whoIn([view])),
        ]);
      });
    });
};

interface GateFlags extends ProtocolFlags {
  readonly session: string;
  readonly starts: string;
  readonly modality: string;
  readonly region: string;
}

const MODALITIES = [
  'in_clinic',
  'in_clinic_group',
  'at_home_therapist_present',
  'at_home_by_video',
] as const satisfies readonly GateQuestion['modality'][];

export const gate: Register = (program, shell) => {
  const command = program
    .command('gate [case]')
    .description(
      'May this session begin? Each condition with its evidence, or what is missing and who mends it',
    )
    .requiredOption('--session <n>', 'number of the session')
    .requiredOption('--starts <time>', 'when it starts, such as 2026-12-01T16:00Z or 2h')
    .requiredOption('--modality <where>', MODALITIES.join(', ').replaceAll('_', '-'))
    .requiredOption('--region <code>', 'where the client will be, ISO 3166-2, such as US-CO');
  addProtocolFlags(command).action(async (query: string | undefined, flags: GateFlags, self: Command) => {
    await asMember(self, shell, async (context) => {
      const { member, screen } = context;
      const view = findCase(member, query);
      const report = view.gate({ ...(await readProtocol(flags, context)), ...sessionOf(flags) });
      screen.show({ caseId: view.caseId, ...report, draft: draftStartCheck(report) }, () =>
        gateLines(screen, report, titlesIn(view)),
      );
    });
  });
};

function sessionOf(flags: GateFlags): Pick<GateQuestion, 'number' | 'startsAt' | 'modality' | 'region'> {
  const named = flags.modality.toLowerCase().replaceAll('-', '_');
  const modality = MODALITIES.find((one) => one === named);
  if (modality === undefined) {
    throw new UsageError(
      `"${flags.modality}" is no modality: ${MODALITIES.join(', ').replaceAll('_', '-')}.`,
    );
  }
  if (!/^[1-9]\d{0,3}$/u.test(flags.session))
    throw new UsageError(`"${flags.session}" is no number of a session.`);
  if (!REGION_PATTERN.test(flags.region))
    throw new UsageError(`"${flags.region}" is no region: write it by ISO 3166-2, such as US-CO.`);
  const startsAt = new Date(instantMs(flags.starts, Date.now()));
  return { number: Number(flags.session), startsAt, modality, region: flags.region };
}

/** As the referral and the decision write it: another spelling would be another place. */
const REGION_PATTERN = /^[A-Z]{2}-[A-Z0-9]{1,3}$/u;

/** What evidence is called: title and author of its entry. */
function titlesIn(view: CaseView): ReadonlyMap<string, string> {
  const who = whoIn([view]);
  return new Map(
    view.timeline().flatMap(({ ref, shown, author }) => {
      const event = shown.kind === 'note' ? shown.note : shown.kind === 'event' ? shown.event : undefined;
      const founding = shown.kind === 'founded' ? 'The founding of a thread' : undefined;
      const title = event === undefined ? founding : describeEvent(event, 'en').title;
      return title === undefined ? [] : [[ref, `${title}, ${who(author.userId)}`]];
    }),
  );
}

export const clock: Register = (program, shell) => {
  const command = program
    .command('clock [case]')
    .description('The protocol clock: next session, integration, follow-up visit, what ends when');
  addProtocolFlags(command).action(async (query: string | undefined, flags: ProtocolFlags, self: Command) => {
    await asMember(self, shell, async (context) => {
      const view = findCase(context.member, query);
      const due = view.clock(await readProtocol(flags, context));
      context.screen.show({ caseId: view.caseId, ...due }, () => clockLines(context.screen, due));
    });
  });
};

export const exportCase: Register = (program, shell) => {
  program
    .command('export [case]')
    .description('The case for another system; whoever has the file can read all of it')
    .requiredOption('--fhir <file>', 'where the FHIR R4 bundle is written')
    .action(async (query: string | undefined, { fhir }: { readonly fhir: string }, command: Command) => {
      await asMember(command, shell, ({ member, screen }) => {
        const view = findCase(member, query);
        const { bundle, leftOut } = view.exportFhir();
        const path = pathOf(fhir, shell.env);
        writeSecretly(path, `${JSON.stringify(bundle, null, 2)}\n`);
        screen.show({ caseId: view.caseId, file: path, leftOut }, () => [
          `Written to ${path}. It is not sealed: keep it as you would keep the record.`,
          ...(leftOut.length === 0
            ? []
            : [`${leftOut.length} entries do not count and are not in it; "case" lists them.`]),
        ]);
      });
    });
};

/** Readable by its owner alone, and never over what stands there. */
function writeSecretly(path: string, text: string): void {
  try {
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST';
    throw new UsageError(
      isThere ? `${path} is there already, and is not overwritten.` : `${path} cannot be written.`,
    );
  }
}
