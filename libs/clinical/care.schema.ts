import { z } from 'zod';
import { date, line, phone, text } from './fields.schema.js';

/** Shapes of care around the medicine that several events speak of. Nothing here has a default. */

/**
 * What was heard when asked, or that nobody asked. "not_assessed" is an answer of its own; nothing here means "no
 * risk". The steps follow the order in which the C-SSRS asks (Posner et al. 2011): wish, thoughts, plan.
 */
export const suicidality = z.enum([
  'none_reported',
  'passive_thoughts',
  'active_without_plan',
  'active_with_plan',
  'not_assessed',
]);

export const reported = z.enum(['none_reported', 'reported', 'not_assessed']);

export const evaluationMode = z.enum(['in_person', 'video', 'telephone', 'records_only']);

/** Somebody to whom a thing can be given to do. */
export const owner = z.enum(['therapist', 'prescriber', 'client', 'coordinator']);

/** A condition always has somebody who sees to it and a day by which. */
export const condition = z.strictObject({ text: text(1_000), owner, due_on: date });

/** A person outside the thread who can be rung. */
export const contact = z.strictObject({ name: line(), phone });

/** How the client is doing compared with the start, as the author judges it; the scales say what was measured. */
export const response = z.enum(['worse', 'none', 'partial', 'response', 'remission', 'unknown']);

export const yesNoUnknown = z.enum(['yes', 'no', 'unknown']);

/** Whether the prescriber must answer. "adjust" and "urgent" open an answer that is due, and say what is asked. */
export const ASKS = ['none', 'fyi', 'adjust', 'urgent'] as const;
type Ask = (typeof ASKS)[number];

export const askText = text().nullable().describe('What the prescriber is asked');

export function needsAnswer(ask: Ask): boolean {
  return ask === 'adjust' || ask === 'urgent';
}

export function askIsSaid(asking: { readonly ask: Ask; readonly ask_text: string | null }): boolean {
  return !needsAnswer(asking.ask) || asking.ask_text !== null;
}

/** A rule set by name and version, so that whoever reads a threshold later knows whose it was. */
export const ruleSetRef = z.strictObject({ name: line(), version: line(40) });

/**
 * What makes an adverse event serious (source: ICH E2A, section II B; 21 CFR 312.32(a)). These are definitions of a
 * word, not thresholds: any one of them makes it serious.
 */
const SERIOUSNESS = [
  'death',
  'life_threatening',
  'hospital_stay',
  'lasting_disability',
  'birth_defect',
  'other_important',
] as const;
export const seriousness = z.enum(SERIOUSNESS);
