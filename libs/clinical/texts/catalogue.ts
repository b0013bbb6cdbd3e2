import type { ENGLISH_MESSAGES } from './en/messages.js';
import type { Words } from './word.tables.js';

/** Keys and slots of every sentence come from English; a language that lacks a key does not compile. */
export type MessageKey = keyof typeof ENGLISH_MESSAGES;
export type Messages = Readonly<Record<MessageKey, string>>;

/** Names of the slots in a template: `{name}` or `{name|one:…|other:…}`. */
type SlotsIn<Template extends string> = Template extends `${string}{${infer Slot}}${infer Rest}`
  ? (Slot extends `${infer Name}|${string}` ? Name : Slot) | SlotsIn<Rest>
  : never;

/** What a sentence has to be given; slots with forms take the number itself. */
export type SlotsOf<Key extends MessageKey> = SlotsIn<(typeof ENGLISH_MESSAGES)[Key]>;

/** One language, whole. */
export interface Catalogue {
  /** BCP 47, for plural rules. */
  readonly locale: string;
  readonly words: Words;
  readonly messages: Messages;
}

const SLOT = /\{(?<name>[a-zA-Z]+)(?:\|(?<forms>[^}]*))?\}/gu;

/**
 * A template with its slots filled. Slots with forms choose by the plural rules of the locale (CLDR, through Intl);
 * `#` is the number. Throws RangeError for a slot that is not given or a form that is not there: both are mistakes in
 * a catalogue, which its tests find.
 */
export function fill(
  template: string,
  slots: Readonly<Record<string, string | number>>,
  plurals: Intl.PluralRules,
): string {
  return template.replace(SLOT, (_whole, name: string, forms: string | undefined) => {
    const value = slots[name];
    if (value === undefined) throw new RangeError(`slot ${name} is not given`);
    return forms === undefined ? String(value) : bent(forms, Number(value), plurals);
  });
}

/** Names of the slots of a template, in order: to compare languages. */
export function slotNames(template: string): string[] {
  return [...template.matchAll(SLOT)].map(({ groups }) => groups?.['name'] ?? '');
}

function bent(forms: string, count: number, plurals: Intl.PluralRules): string {
  const byCategory = new Map(
    forms.split('|').map((form) => {
      const colon = form.indexOf(':');
      return [form.slice(0, colon), form.slice(colon + 1)] as const;
    }),
  );
  const form = byCategory.get(plurals.select(count)) ?? byCategory.get('other');
  if (form === undefined) throw new RangeError('no such plural form');
  return form.replaceAll('#', String(count));
}
