import { CSSRS_SCREENER } from './cssrs-screener.instrument.js';
import { GAD7 } from './gad7.instrument.js';
import {
  INSTRUMENT_IDS,
  type InstrumentId,
  type SumInstrument,
  type TriageInstrument,
} from './instrument.js';
import { PCL5 } from './pcl5.instrument.js';
import { PHQ9 } from './phq9.instrument.js';

/** Every instrument this version can score. */
export const INSTRUMENTS = {
  phq9: PHQ9,
  gad7: GAD7,
  pcl5: PCL5,
  cssrs_screener: CSSRS_SCREENER,
} as const satisfies Record<InstrumentId, SumInstrument | TriageInstrument>;

/** True for the name of an instrument this version can score. */
export function isInstrumentId(name: unknown): name is InstrumentId {
  return INSTRUMENT_IDS.some((id) => id === name);
}
