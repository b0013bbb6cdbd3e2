export { WEEKDAYS, businessCalendarSchema, type BusinessCalendar } from './business.calendar.js';
export { dueAt, isOpen, nextOpenAt, openingsOn, openMsBetween, type Span } from './business.time.js';
export { allDifferent, date, identifier, instant, line, text, version } from './data.schema.js';
export {
  dutyAt,
  gapsBetween,
  shiftsBetween,
  type Change,
  type Duties,
  type Gap,
  type Leave,
  type PoolPlan,
  type Range,
  type Shift,
} from './rota.duty.js';
export { SLOTS, rotaSchema, type Rota, type Slot } from './rota.schema.js';
export { Temporal } from './temporal.js';
export { dayAt, endOf, isTimeZone, startOf } from './zoned.days.js';
