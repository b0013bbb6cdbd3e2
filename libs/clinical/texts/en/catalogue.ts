import type { Catalogue } from '../catalogue.js';
import { ENGLISH_MESSAGES } from './messages.js';
import { ENGLISH_WORDS } from './words.js';

export const ENGLISH: Catalogue = { locale: 'en', words: ENGLISH_WORDS, messages: ENGLISH_MESSAGES };
