import type { z } from 'zod';
import {
  NEWEST_SCHEMA,
  isEventType,
  ladderOf,
  type ClinicalEvent,
  type EventType,
} from './event.registry.js';
import { climb } from './schema.ladder.js';
import { isEventName, type EventName } from './vocabulary.js';

/** Largest event as UTF-8 text, in bytes: one padded message of the protocol (64 KiB) with room to spare. */
export const MAX_EVENT_BYTES = 64_000;

/** One thing that is wrong. `path` names the field (empty: the whole). Never holds a word of the payload's values. */
export interface Reason {
  readonly path: string;
  readonly words: string;
}

/**
 * - `event`: valid in shape; who may write it and where is for `judgeEvent`. Always in the newest version this
 *   version knows; `writtenIn` is there only when it was written in an older one.
 * - `unreadable`: an unknown or reserved name, a newer schema, or fields this version does not know. To be kept and
 *   shown as "cannot be read by this version", never dropped, never trusted. `name` only when the table has it.
 * - `invalid`: shown with its author and the reasons; never changes the case.
 */
export type ParsedEvent =
  | { readonly kind: 'event'; readonly event: ClinicalEvent; readonly writtenIn?: number }
  | {
      readonly kind: 'unreadable';
      readonly because: 'unknown_event' | 'newer_schema' | 'unknown_fields';
      readonly name: EventName | null;
      readonly words: string;
    }
  | { readonly kind: 'invalid'; readonly name: EventType | null; readonly reasons: readonly Reason[] };

const UNREADABLE_WORDS = {
  unknown_event: 'This entry is of a kind that cannot be read by this version. Update the app.',
  newer_schema:
    'This entry was written by a newer version and cannot be read by this version. Update the app.',
  unknown_fields: 'This entry has fields that cannot be read by this version. Update the app.',
} as const;

const MAX_REASONS = 20;

/** Judges one JSON value, as the protocol hands it over after opening. Never throws, never half-reads. */
export function parseEvent(content: unknown): ParsedEvent {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    return invalid(null, [{ path: '', words: 'must be a JSON object' }]);
  }
  const { event: name, schema: version } = content as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string') return invalid(null, [{ path: 'event', words: 'must name the event' }]);
  if (!isEventType(name)) return unreadable('unknown_event', isEventName(name) ? name : null);
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1) {
    return invalid(name, [{ path: 'schema', words: 'must be the version of the schema, 1 or higher' }]);
  }
  if (version > NEWEST_SCHEMA[name]) return unreadable('newer_schema', name);
  return parseAs(name, version, content);
}

/**
 * Judges the text of a payload: JSON in the one spelling JSON.stringify gives it, no key of digits only (JavaScript
 * would reorder it), not larger than MAX_EVENT_BYTES.
 */
export function parseEventText(text: string): ParsedEvent {
  if (sizeOf(text) > MAX_EVENT_BYTES) return invalid(null, [{ path: '', words: 'is too large' }]);
  const content = readCanonicalJson(text);
  if (content === undefined) {
    return invalid(null, [{ path: '', words: 'must be JSON in its one canonical spelling' }]);
  }
  return parseEvent(content);
}

/**
 * The canonical text of an event, in the newest version. Throws RangeError for an event that would not parse back: a draft is checked with
 * `parseEvent`, and only what it returns is written.
 */
export function encodeEvent(event: ClinicalEvent): string {
  const text = JSON.stringify(event);
  if (parseEventText(text).kind !== 'event') throw new RangeError('event is not valid');
  return text;
}

function parseAs(name: EventType, version: number, content: object): ParsedEvent {
  const result = climb(ladderOf(name), version, content);
  if (!result.ok) {
    const { issues } = result;
    if (issues.every((issue) => issue.code === 'unrecognized_keys'))
      return unreadable('unknown_fields', name);
    return invalid(name, issues.slice(0, MAX_REASONS).map(reasonOf));
  }
  if (sizeOf(JSON.stringify(content)) > MAX_EVENT_BYTES) {
    return invalid(name, [{ path: '', words: 'is too large' }]);
  }
  const event = result.value;
  return version === NEWEST_SCHEMA[name]
    ? { kind: 'event', event }
    : { kind: 'event', event, writtenIn: version };
}

function invalid(name: EventType | null, reasons: readonly Reason[]): ParsedEvent {
  return { kind: 'invalid', name, reasons };
}

function unreadable(because: keyof typeof UNREADABLE_WORDS, name: EventName | null): ParsedEvent {
  return { kind: 'unreadable', because, name, words: UNREADABLE_WORDS[because] };
}

type Issue = z.core.$ZodIssue;

/** Paths hold only keys the schema knows and positions in lists: unknown keys never get into one. */
function reasonOf(issue: Issue): Reason {
  return { path: issue.path.map(String).join('.'), words: wordsOf(issue) };
}

/** zod's own sentences are not used: some of them repeat what was found. Bounds and choices come from the schema. */
function wordsOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `is missing or is not ${KIND_WORDS[issue.expected] ?? 'of the right kind'}`;
    case 'invalid_value':
      return `must be one of: ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `must be at least ${String(issue.minimum)}${unitOf(issue.origin)}`;
    case 'too_big':
      return `must be at most ${String(issue.maximum)}${unitOf(issue.origin)}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return FORMAT_WORDS[issue.format] ?? 'is not written as its field asks';
    case 'unrecognized_keys':
      return 'has a field that is not known here';
    case 'custom':
      return issue.message;
    default:
      return 'is not valid';
  }
}

const KIND_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of fields',
};

const FORMAT_WORDS: Readonly<Record<string, string>> = {
  date: 'must be a calendar date, YYYY-MM-DD',
  datetime: 'must be an instant in UTC, e.g. 2026-11-22T16:05:00Z',
  safeint: 'must be a whole number',
};

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' items' : '';
}

function sizeOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Undefined when the text is not canonical JSON; too deep a nesting counts as that instead of throwing. */
function readCanonicalJson(text: string): unknown {
  try {
    const content: unknown = JSON.parse(text);
    return JSON.stringify(content) === text && !/"\d+":/u.test(text) ? content : undefined;
  } catch {
    return undefined;
  }
}
