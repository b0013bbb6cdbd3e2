/**
 * The one place through which the calendar enters the house (TC39 Temporal: the engine's own where there is one, else
 * `temporal-polyfill` over the engine's Intl). Time-zone rules are those of the engine that runs this.
 */
export { Temporal } from 'temporal-polyfill';
