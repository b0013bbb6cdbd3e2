import type { z } from 'zod';
import { INSTRUMENTS, type OwnWords } from '../scales/index.js';
import type { scaleScore, vitalsLimits } from '../medicine.schema.js';
import { fill, type Catalogue, type MessageKey, type SlotsOf } from './catalogue.js';
import type { WordTables } from './word.tables.js';

type Given<Key extends MessageKey> = Readonly<Record<SlotsOf<Key>, string | number>>;
type Arguments<Key extends MessageKey> = [SlotsOf<Key>] extends [never] ? [] : [slots: Given<Key>];
/** Sentences with one slot only. */
type KeyWithOnly<Slot extends string> = {
  [Key in MessageKey]: [SlotsOf<Key>] extends [never] ? never : SlotsOf<Key> extends Slot ? Key : never;
}[MessageKey];

/** What a person reads of one event. `clientText` is what the author wrote for the client, word for word, or null. */
export interface Description {
  readonly title: string;
  readonly lines: readonly string[];
  readonly clientText: string | null;
}

/** A language as the writers use it: they choose sentences, and never write one. */
export class Tongue {
  private readonly plurals: Intl.PluralRules;

  constructor(
    private readonly language: keyof OwnWords,
    private readonly catalogue: Catalogue,
  ) {
    this.plurals = new Intl.PluralRules(catalogue.locale);
  }

  say<Key extends MessageKey>(key: Key, ...[slots]: Arguments<Key>): string {
    return oneFullStop(fill(this.catalogue.messages[key], slots ?? {}, this.plurals));
  }

  word<Table extends keyof WordTables>(table: Table, value: WordTables[Table]): string {
    return this.catalogue.words[table][value];
  }

  words<Table extends keyof WordTables>(table: Table, values: readonly WordTables[Table][]): string[] {
    return values.map((value) => this.word(table, value));
  }

  /** Words that came with an instrument rather than with the catalogue. */
  own(words: OwnWords): string {
    return words[this.language];
  }

  /** One line about a list, or no line when the list is empty. */
  listed(key: KeyWithOnly<'list'>, values: readonly string[]): string[] {
    return values.length === 0 ? [] : [this.say(key, { list: values.join('; ') })];
  }

  /** One line about a text the author wrote, or no line when there is none. */
  told(key: KeyWithOnly<'text'>, text: string | null): string[] {
    return text === null ? [] : [this.say(key, { text })];
  }

  /** One line about a date or instant, or no line when there is none. */
  onDay(key: KeyWithOnly<'day'>, day: string | null): string[] {
    return day === null ? [] : [this.say(key, { day })];
  }
}

/** An item 9 of 0, or none given, is never allowed to look like safety. */
export function scoreWords(score: z.infer<typeof scaleScore>, tongue: Tongue): string {
  const slots = { form: INSTRUMENTS[score.instrument].title, total: score.total, day: score.taken_on };
  if (score.instrument !== 'phq9') return tongue.say('score.total', slots);
  if (score.item9 === null) return tongue.say('score.open', slots);
  if (score.item9 > 0) return tongue.say('score.flagged', { ...slots, answer: score.item9 });
  return tongue.say('score.zero', slots);
}

export function limitWords(limits: z.infer<typeof vitalsLimits>, tongue: Tongue): string {
  const parts = [
    ['limits.systolic', limits.systolic_max_mmhg],
    ['limits.diastolic', limits.diastolic_max_mmhg],
    ['limits.rate', limits.heart_rate_max_bpm],
    ['limits.oxygen', limits.spo2_min_percent],
  ] as const;
  return parts.flatMap(([key, n]) => (n === null ? [] : [tongue.say(key, { n })])).join('; ');
}

export function withDose({ name, dose }: { readonly name: string; readonly dose: string | null }): string {
  return dose === null ? name : `${name} ${dose}`;
}

/** A word at the start of a line. */
export function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** An author's sentence often ends as ours does. */
function oneFullStop(sentence: string): string {
  return sentence.replace(/([.!?])\.$/u, '$1');
}
