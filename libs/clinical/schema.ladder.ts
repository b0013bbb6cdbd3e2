import type { z } from 'zod';

export type Climb<Event> =
  | { readonly ok: true; readonly value: Event }
  | { readonly ok: false; readonly issues: readonly z.core.$ZodIssue[] };

/** One step up: from content of one version to content of the next, or why it never was content of that version. */
export type Rung = (content: unknown) => Climb<unknown>;

/** All versions of one event that can be read: version 1 first, the newest last and apart. */
export interface Ladder<Event> {
  readonly older: readonly Rung[];
  readonly newest: z.ZodType<Event>;
}

/**
 * A step made of the schema of an older version exactly as it was, and of how what it held is said in the next one. An
 * upgrade invents nothing: what the older version did not ask for becomes null, or whatever says "not known".
 */
export function rung<Older>(schema: z.ZodType<Older>, upgrade: (older: Older) => unknown): Rung {
  return (content) => {
    const read = readAs(schema, content);
    return read.ok ? { ok: true, value: upgrade(read.value) } : read;
  };
}

export function newestOf(ladder: Ladder<unknown>): number {
  return ladder.older.length + 1;
}

/**
 * Reads content written in `version` (1 to the newest) as the newest version. It is judged by the schema it was
 * written under first, so that an old payload is never excused, nor blamed for fields it could not know. The result
 * is a reading: what was signed stays what it was.
 */
export function climb<Event>(ladder: Ladder<Event>, version: number, content: unknown): Climb<Event> {
  let reading = content;
  for (const step of ladder.older.slice(version - 1)) {
    const risen = step(reading);
    if (!risen.ok) return risen;
    reading = risen.value;
  }
  return readAs(ladder.newest, reading);
}

function readAs<Event>(schema: z.ZodType<Event>, content: unknown): Climb<Event> {
  const result = schema.safeParse(content);
  return result.success ? { ok: true, value: result.data } : { ok: false, issues: result.error.issues };
}
