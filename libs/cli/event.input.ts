import {
  EVENT_SCHEMAS,
  EVENT_TYPES,
  NEWEST_SCHEMA,
  isEventType,
  parseEvent,
  type ClinicalEvent,
  type EventType,
} from '#clinical';
import { UsageError } from './failure.js';
import { fillForm } from './form.js';
import { readJson } from './json.input.js';
import type { Context } from './session.js';

/** Where a typed event comes from: a file or stdin, or the form made of its schema. */
export interface EventSource {
  /** A path, or `-` for stdin. */
  readonly from?: string;
}

export function eventTypeOf(text: string): EventType {
  const name = text.toLowerCase().replaceAll('-', '_');
  if (isEventType(name)) return name;
  throw new UsageError(`"${text}" is no event: ${EVENT_TYPES.join(', ')}.`);
}

/** Errors: UsageError that names every field that does not fit; nothing has been sent then. */
export async function readEvent(
  type: EventType,
  source: EventSource,
  context: Context,
): Promise<ClinicalEvent> {
  const content =
    source.from === undefined ? await fillIn(type, context) : await readJson(source.from, context);
  const parsed = parseEvent(withNames(type, content));
  if (parsed.kind === 'event' && parsed.event.event === type) return parsed.event;
  if (parsed.kind === 'event') throw new UsageError(`This is a ${parsed.event.event}, not a ${type}.`);
  if (parsed.kind === 'unreadable') throw new UsageError(parsed.words);
  const reasons = parsed.reasons.map(({ path, words }) => `  ${path === '' ? 'the whole' : path}: ${words}`);
  throw new UsageError([`This is no valid ${type}:`, ...reasons].join('\n'));
}

function fillIn(type: EventType, { screen, prompts }: Context): Promise<unknown> {
  if (!screen.interactive) throw new UsageError('--from <file> is needed when nobody can be asked.');
  return fillForm(EVENT_SCHEMAS[type], prompts, (line) => {
    screen.hint(line);
  });
}

/** The command line has named the event already: an input need not say it again. */
function withNames(type: EventType, content: unknown): unknown {
  return typeof content === 'object' && content !== null && !Array.isArray(content)
    ? { event: type, schema: NEWEST_SCHEMA[type], ...content }
    : content;
}
