import type { Words } from '../word.tables.js';
import { CARE_WORDS } from './words.care.js';
import { SESSION_WORDS } from './words.session.js';
import { TREATMENT_WORDS } from './words.treatment.js';

/** English for every choice an event can make. */
export const ENGLISH_WORDS: Words = { ...TREATMENT_WORDS, ...SESSION_WORDS, ...CARE_WORDS };
