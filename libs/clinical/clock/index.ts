export { DEFAULT_ANSWER_CLOCK } from './answer-clock.default.js';
export {
  answerClockSchema,
  dueTimes,
  overrideRows,
  rowFor,
  type AnswerClock,
  type AnswerClockRow,
  type DueTimes,
} from './answer.clock.js';
export {
  EXPIRING,
  assentsDueAt,
  expiresAt,
  expiries,
  followUpDue,
  prescribingBasisEndsOn,
  type Ending,
  type Expiry,
  type FollowUpDue,
} from './expiry.clock.js';
export {
  contactStanding,
  integrationClock,
  type ContactStanding,
  type IntegrationClock,
} from './integration.clock.js';
export { EXAMPLE_PROTOCOL_TEMPLATES } from './protocol-template.examples.js';
export { protocolTemplateSchema, type ProtocolTemplate } from './protocol-template.schema.js';
export {
  nextSession,
  type Bound,
  type BoundBy,
  type Course,
  type NextSession,
  type SessionLimit,
} from './session.window.js';
