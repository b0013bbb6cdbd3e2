import type { Command } from 'commander';
import type { FilledForm, RecordedForm } from '#client';
import {
  INSTRUMENTS,
  INSTRUMENT_IDS,
  describeCrisis,
  isInstrumentId,
  safetyFlagNeeded,
  scoreScale,
  type Instrument,
  type InstrumentId,
} from '#clinical';
import { UsageError } from '../failure.js';
import { readJson } from '../json.input.js';
import { findCase, laneToWrite } from '../places.js';
import { clean } from '../screen.js';
import { flagLines, questionOf } from '../sending.js';
import { asMember, type Context, type Register } from '../session.js';
import { sentShape } from '../shapes.js';

interface Options {
  readonly lane?: string;
  readonly from?: string;
  readonly on?: string;
  readonly setting: string;
  readonly method: string;
  readonly clientText?: string;
  readonly remark?: string;
  readonly anyway?: boolean;
}

const SETTINGS = [
  'at_home',
  'before_session',
  'after_session',
  'at_visit',
  'between_sessions',
] as const satisfies readonly FilledForm['setting'][];
const METHODS = [
  'self_rated',
  'read_out',
  'clinician_rated',
] as const satisfies readonly FilledForm['method'][];

export const scale: Register = (program, shell) => {
  program
    .command('scale <case> <instrument>')
    .description(
      `Fill in, score and post a form (${INSTRUMENT_IDS.join(', ')}); an alarming answer raises its flag`,
    )
    .option('--lane <lane>', 'care-team or clinicians')
    .option(
      '--from <file>',
      'the answers as a JSON list in the order of the form, null for none; - for standard input',
    )
    .option('--on <day>', 'the day it was filled in (default: today)')
    .option('--setting <where>', SETTINGS.join(', '), 'at_home')
    .option('--method <how>', METHODS.join(', '), 'self_rated')
    .option('--remark <text>', 'a remark of yours')
    .option('--client-text <text>', 'words for the client, owed by a clinician in the care-team lane')
    .option('--anyway', 'send even if something came in between')
    .action(async (query: string, name: string, options: Options, command: Command) => {
      const instrument = INSTRUMENTS[instrumentOf(name)];
      await asMember(command, shell, async (context) => {
        const { member, screen } = context;
        const lane = laneToWrite(findCase(member, query), options.lane);
        const form = formOf(instrument, await answersTo(instrument, options, context), options);
        for (const line of crisisLines(form)) screen.hint(line);
        const recorded = await screen.progress(
          'Sending',
          lane.recordForm(form, questionOf(options, context)),
        );
        screen.show(recordedShape(recorded), () => recordedLines(instrument, recorded));
      });
    });
};

function instrumentOf(text: string): InstrumentId {
  const name = text.toLowerCase().replaceAll('-', '');
  const id = name === 'cssrs' ? 'cssrs_screener' : name;
  if (isInstrumentId(id)) return id;
  throw new UsageError(`"${text}" is no instrument: ${INSTRUMENT_IDS.join(', ')}.`);
}

function formOf(instrument: Instrument, items: FilledForm['items'], options: Options): FilledForm {
  return {
    instrument: instrument.id,
    items,
    takenOn: options.on ?? localDay(),
    setting: oneOf(SETTINGS, options.setting),
    method: oneOf(METHODS, options.method),
    ...(options.remark === undefined ? {} : { remark: options.remark }),
    ...(options.clientText === undefined ? {} : { clientText: options.clientText }),
  };
}

function oneOf<Word extends string>(words: readonly Word[], text: string): Word {
  const found = words.find((word) => word === text.toLowerCase().replaceAll('-', '_'));
  if (found === undefined) throw new UsageError(`"${clean(text)}" is none of: ${words.join(', ')}.`);
  return found;
}

function localDay(): string {
  return new Date().toLocaleDateString('sv-SE');
}

async function answersTo(
  instrument: Instrument,
  { from }: Options,
  context: Context,
): Promise<FilledForm['items']> {
  if (from !== undefined) return answersIn(await readJson(from, context));
  if (!context.screen.interactive) throw new UsageError('--from <file> is needed when nobody can be asked.');
  return askItems(instrument, context);
}

function answersIn(content: unknown): FilledForm['items'] {
  const isAnswer = (answer: unknown): answer is number | null =>
    answer === null || typeof answer === 'number';
  if (Array.isArray(content) && content.every(isAnswer)) return content;
  throw new UsageError('The answers are a list of numbers, null where there is none: [1, 0, null, 2].');
}

/** Item by item, in the words of the form where its licence lets us ship them. */
async function askItems(instrument: Instrument, { prompts, screen }: Context): Promise<(number | null)[]> {
  screen.hint(`${instrument.title}. ${instrument.recall.en}`);
  if (instrument.licence.itemTexts === 'not_shipped') {
    screen.hint('Its wording may not be shipped: have the form itself at hand.');
  }
  const answers: (number | null)[] = [];
  for (const item of instrument.items) {
    const isAsked = item.askedAfter === null || (answers[item.askedAfter - 1] ?? 0) > 0;
    answers.push(
      isAsked
        ? await prompts.choose(`${item.label}  ${item.words?.en ?? ''}`.trim(), choicesOf(instrument))
        : null,
    );
  }
  return answers;
}

function choicesOf({ responses }: Instrument): { name: string; value: number | null }[] {
  return [
    ...responses.map(({ value, words }) => ({ name: words.en, value })),
    { name: 'not answered', value: null },
  ];
}

/** For the client, before anything is sent: it waits for no connection and for no reply. */
function crisisLines({ instrument, items }: FilledForm): readonly string[] {
  if (safetyFlagNeeded(scoreScale(instrument, items)) === null) return [];
  const { title, lines } = describeCrisis('en');
  return [title, ...lines];
}

function recordedShape({ form, scored, flag }: RecordedForm): object {
  return { ...sentShape(form), scored, flag: flag === undefined ? null : sentShape(flag) };
}

function recordedLines({ title }: Instrument, { form, scored }: RecordedForm): string[] {
  return [
    `${title} posted: entry ${form.seq}. ${outcomeText(scored)}`,
    ...scored.safety.map(({ words }) => words.en),
    ...flagLines(form),
  ];
}

function outcomeText(scored: RecordedForm['scored']): string {
  switch (scored.kind) {
    case 'total':
      return `Total ${scored.total}: ${scored.band.words.en}.`;
    case 'prorated':
      return `Prorated total ${scored.total} (${scored.missing.length} not answered): ${scored.band.words.en}.`;
    case 'incomplete':
      return 'Too many answers are missing for a total.';
    case 'invalid':
      return 'It cannot be scored.';
    case 'triage':
      return scored.words.en;
    case 'open':
      return `It stays open: ${scored.missing.length} questions were not answered.`;
  }
}
