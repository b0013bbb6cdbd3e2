import { CARE_MESSAGES } from './messages.care.js';
import { SESSION_MESSAGES } from './messages.session.js';
import { TREATMENT_MESSAGES } from './messages.treatment.js';

/** Every English sentence. Its keys and slots are what every other language has to offer. */
export const ENGLISH_MESSAGES = { ...TREATMENT_MESSAGES, ...SESSION_MESSAGES, ...CARE_MESSAGES } as const;
