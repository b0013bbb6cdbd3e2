import type { Catalogue } from '../catalogue.js';
import { CARE_MESSAGES } from './messages.care.js';
import { SESSION_MESSAGES } from './messages.session.js';
import { TREATMENT_MESSAGES } from './messages.treatment.js';
import { CARE_WORDS } from './words.care.js';
import { SESSION_WORDS } from './words.session.js';
import { TREATMENT_WORDS } from './words.treatment.js';

/** Spanish as it is read in the Americas, with "usted". A sentence or word that is missing does not compile. */
export const SPANISH: Catalogue = {
  locale: 'es',
  words: { ...TREATMENT_WORDS, ...SESSION_WORDS, ...CARE_WORDS },
  messages: { ...TREATMENT_MESSAGES, ...SESSION_MESSAGES, ...CARE_MESSAGES },
};
