import { EVENT_SCHEMAS, EVENT_TYPES, exampleOf } from '#clinical';
import { fillForm } from '../../../libs/cli/form.js';
import type { Choice, Prompts, TextOptions } from '../../../libs/cli/prompts.js';

/** Copies an event from paper: finds in it whatever the question names. */
class Copyist implements Prompts {
  readonly complaints: string[] = [];
  readonly asked: string[] = [];
  private readonly added = new Map<string, number>();

  constructor(private readonly paper: unknown) {}

  text(question: string, { check }: TextOptions = {}): Promise<string> {
    const answer = String(this.find(question));
    if (check !== undefined && check(answer) !== true)
      throw new Error(`${question}: ${answer} was not taken`);
    return Promise.resolve(answer);
  }

  secret(): Promise<string> {
    return Promise.reject(new Error('a form asks for no secret'));
  }

  yesNo(question: string): Promise<boolean> {
    const [subject = '', rest] = question.split(' — ');
    const value = this.find(subject);
    if (rest === undefined) return Promise.resolve(value === true);
    if (rest.startsWith('to be filled in')) return Promise.resolve(value !== null);
    const count = this.added.get(subject.replace(/ \(.*$/u, '')) ?? 0;
    return Promise.resolve(count < (value as unknown[]).length);
  }

  choose<T>(question: string, choices: readonly Choice<T>[]): Promise<T> {
    const value = this.find(question);
    const found = choices.find((choice) => choice.value === value);
    if (found === undefined) throw new Error(`${question} does not offer ${String(value)}`);
    return Promise.resolve(found.value);
  }

  /** `a b.c[2] (what it means)` → paper.a_b.c[1] */
  private find(question: string): unknown {
    this.asked.push(question);
    const subject = question.replace(/ \(.*$/u, '');
    for (const { index, 1: count } of subject.matchAll(/\[(\d+)\]/gu)) {
      this.added.set(subject.slice(0, index), Number(count));
    }
    const path = subject.replaceAll(' ', '_');
    return path
      .split(/[.[\]]+/u)
      .filter((key) => key !== '')
      .reduce<unknown>((at, key) => {
        const step = /^\d+$/u.test(key) ? Number(key) - 1 : key;
        return (at as Record<string | number, unknown>)[step];
      }, this.paper);
  }
}

describe('the form of a typed event', () => {
  it.each(EVENT_TYPES)(
    'asks for exactly what a %s holds, so that one can be copied from paper',
    async (type) => {
      const paper = exampleOf(type);
      const copyist = new Copyist(paper);
      const filled = await fillForm(EVENT_SCHEMAS[type], copyist, (line) => copyist.complaints.push(line));
      expect(copyist.complaints).toEqual([]);
      expect(filled).toEqual(paper);
    },
  );

  it('says which field does not fit and asks again, offering what was written', async () => {
    const wrong = { ...exampleOf('dose_read_back'), total_ug: 5 };
    const presets: (string | undefined)[] = [];
    const copyist = new Copyist(wrong);
    const prompts: Prompts = {
      text: (question, options) => {
        if (question.startsWith('total')) presets.push(options?.preset);
        if (presets.length === 2 && question.startsWith('total')) return Promise.resolve('150000');
        return copyist.text(question, options);
      },
      secret: () => copyist.secret(),
      yesNo: (question) => copyist.yesNo(question),
      choose: (question, choices) => copyist.choose(question, choices),
    };
    const filled = await fillForm(EVENT_SCHEMAS.dose_read_back, prompts, (line) =>
      copyist.complaints.push(line),
    );
    expect(copyist.complaints.join('\n')).toMatch(/total_ug/u);
    expect(presets).toEqual([undefined, '5']);
    expect(filled).toMatchObject({ total_ug: 150_000 });
  });

  it('names units, so that milligrams are not typed as micrograms', async () => {
    const copyist = new Copyist(exampleOf('dose_read_back'));
    await fillForm(EVENT_SCHEMAS.dose_read_back, copyist, () => undefined);
    expect(copyist.asked.find((question) => question.startsWith('total ug'))).toMatch(/micrograms/iu);
  });
});
