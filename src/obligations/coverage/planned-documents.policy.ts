import type { z } from 'zod';
import { SLOTS, businessCalendarSchema, rotaSchema, type BusinessCalendar, type Rota } from '#calendar';
import { Problem } from '#protocol';

/** A calendar as somebody sent it. Throws coverage.unusable with the fields that do not fit. */
export function parseCalendar(document: unknown): BusinessCalendar {
  return parse(businessCalendarSchema, document, 'calendar');
}

export function parseRota(document: unknown): Rota {
  return parse(rotaSchema, document, 'rota');
}

/** Where a rota names somebody who is not among these people. */
export function strangersIn(rota: Rota, people: ReadonlySet<string>): string[] {
  return SLOTS.flatMap((slot) =>
    rota[slot].flatMap((rule, rank) =>
      rule.people.flatMap((person, place) =>
        people.has(person) ? [] : [`rota.${slot}.${String(rank)}.people.${String(place)}`],
      ),
    ),
  );
}

/** Names the schema's own fields; a key it does not know would echo the caller. */
function parse<Output>(schema: z.ZodType<Output>, document: unknown, name: string): Output {
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path }) => [name, ...path.map(String)].join('.'));
  throw new Problem('coverage.unusable', { fields: [...new Set(fields)].slice(0, 10) });
}
