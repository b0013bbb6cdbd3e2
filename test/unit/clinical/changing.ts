import { parseEvent, type ClinicalEvent } from '#clinical';
import { withValue, type Path } from './samples.js';

/** A copy with values replaced, named by dotted paths. */
export function changed(event: ClinicalEvent, changes: Readonly<Record<string, unknown>>): unknown {
  return Object.entries(changes).reduce<unknown>(
    (content, [path, value]) => withValue(content, path.split('.').map(keyOf) satisfies Path, value),
    event,
  );
}

function keyOf(part: string): string | number {
  return /^\d+$/u.test(part) ? Number(part) : part;
}

/** The paths of the reasons, when it is invalid. */
export function pathsRefused(content: unknown): string[] {
  const result = parseEvent(content);
  return result.kind === 'invalid' ? result.reasons.map((reason) => reason.path) : [];
}

/** Name, event, what is changed in it, and the path of the reason expected. */
export type Case = readonly [string, ClinicalEvent, Readonly<Record<string, unknown>>, string];
