import { z } from 'zod';
import { clean } from './screen.js';
import type { Prompts } from './prompts.js';

/** The parts of JSON Schema that zod writes for the schemas of libs/clinical. */
interface Shape {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly description?: string;
  readonly format?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/**
 * Asks for every field of a schema, one question each, until the whole fits. The questions come from the schema
 * itself, so a new event needs no new form. Answers already right are offered again after a complaint.
 */
export async function fillForm(
  schema: z.ZodType,
  prompts: Prompts,
  say: (line: string) => void,
): Promise<unknown> {
  const shape = z.toJSONSchema(schema, { io: 'input' }) as Shape;
  let previous: unknown;
  for (;;) {
    const answers = await askValue({ shape, path: '', previous }, prompts);
    const parsed = schema.safeParse(answers);
    if (parsed.success) return answers;
    say('This does not fit yet:');
    for (const issue of parsed.error.issues) say(`  ${issue.path.join('.')}: ${clean(issue.message)}`);
    previous = answers;
  }
}

interface Question {
  readonly shape: Shape;
  /** Dotted name shown to the person. */
  readonly path: string;
  readonly previous: unknown;
}

async function askValue(question: Question, prompts: Prompts): Promise<unknown> {
  const { shape } = question;
  if ('const' in shape) return shape.const;
  if (shape.enum?.length === 1) return shape.enum[0];
  const variants = shape.anyOf ?? shape.oneOf;
  if (variants !== undefined) return askVariant(question, variants, prompts);
  if (shape.enum !== undefined) {
    return prompts.choose(labelOf(question), ordered(shape.enum, question.previous).map(choiceOf));
  }
  switch (shape.type) {
    case 'object':
      return askObject(question, prompts);
    case 'array':
      return askArray(question, prompts);
    case 'boolean':
      return prompts.yesNo(labelOf(question), question.previous === true);
    case 'integer':
    case 'number':
      return askNumber(question, prompts);
    case 'null':
      return null;
    default:
      return askText(question, prompts);
  }
}

async function askVariant(
  question: Question,
  variants: readonly Shape[],
  prompts: Prompts,
): Promise<unknown> {
  const values = variants.filter((variant) => variant.type !== 'null');
  const [only, ...others] = values;
  const inner = {
    ...question,
    shape: { ...only, description: question.shape.description ?? only?.description },
  };
  if (values.length < variants.length) {
    const wanted = await prompts.yesNo(
      `${labelOf(question)} — to be filled in?`,
      (question.previous ?? null) !== null,
    );
    if (!wanted) return null;
  }
  if (others.length === 0) return askValue(inner as Question, prompts);
  const variant = await prompts.choose(
    labelOf(question),
    values.map((shape) => ({ name: variantName(shape), value: shape })),
  );
  return askValue({ ...question, shape: variant }, prompts);
}

function variantName(shape: Shape): string {
  const marks = Object.values(shape.properties ?? {}).filter((property) => property.const !== undefined);
  return shape.description ?? (marks.map((mark) => String(mark.const)).join(' ') || String(shape.type));
}

async function askObject(question: Question, prompts: Prompts): Promise<Record<string, unknown>> {
  const filled: Record<string, unknown> = {};
  const before = isRecord(question.previous) ? question.previous : {};
  for (const [name, shape] of Object.entries(question.shape.properties ?? {})) {
    const path = question.path === '' ? name : `${question.path}.${name}`;
    filled[name] = await askValue({ shape, path, previous: before[name] }, prompts);
  }
  return filled;
}

async function askArray(question: Question, prompts: Prompts): Promise<unknown[]> {
  const { items = {}, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = question.shape;
  const before = Array.isArray(question.previous) ? (question.previous as unknown[]) : [];
  const filled: unknown[] = [];
  while (filled.length < maxItems) {
    const at = filled.length;
    const label = at === 0 ? `${labelOf(question)} — add one?` : `${labelOf(question)} — add another?`;
    if (at >= minItems && !(await prompts.yesNo(label, at < before.length))) break;
    filled.push(
      await askValue({ shape: items, path: `${question.path}[${at + 1}]`, previous: before[at] }, prompts),
    );
  }
  return filled;
}

async function askNumber(question: Question, prompts: Prompts): Promise<number> {
  const answer = await prompts.text(labelOf(question), {
    ...presetOf(question),
    check: (text) => (/^-?\d+(\.\d+)?$/u.test(text.trim()) ? true : 'a number, please'),
  });
  return Number(answer);
}

async function askText(question: Question, prompts: Prompts): Promise<string> {
  const isInstant = question.shape.format === 'date-time';
  const label = isInstant ? `${labelOf(question)} ("now" works)` : labelOf(question);
  const answer = await prompts.text(label, presetOf(question));
  return isInstant && answer.trim() === 'now' ? new Date().toISOString() : answer;
}

function presetOf({ previous }: Question): { preset?: string } {
  return typeof previous === 'string' || typeof previous === 'number' ? { preset: String(previous) } : {};
}

function labelOf({ path, shape }: Question): string {
  const name = path.replaceAll('_', ' ');
  return shape.description === undefined ? name : `${name} (${shape.description})`;
}

function ordered(values: readonly unknown[], previous: unknown): unknown[] {
  return values.includes(previous)
    ? [previous, ...values.filter((value) => value !== previous)]
    : [...values];
}

function choiceOf(value: unknown): { name: string; value: unknown } {
  return { name: String(value).replaceAll('_', ' '), value };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
