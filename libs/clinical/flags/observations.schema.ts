import { z } from 'zod';
import { date, instant, line } from '../fields.schema.js';
import { vitalsLimits, vitalsReading } from '../medicine.schema.js';
import { INSTRUMENT_IDS } from '../scales/index.js';
import { identifier } from './approval.schema.js';

/**
 * What the rules are asked about. `null` means "not asked": then rules that need it are reported as not judged, which
 * an empty list ("asked: none") never does. The order of readings does not matter.
 */
export const observationsSchema = z.strictObject({
  vitals: z.array(vitalsReading).max(200),
  symptoms: z
    .array(
      z.strictObject({ code: identifier, severity: z.int().min(1).max(5).nullable(), reported_at: instant }),
    )
    .max(200)
    .nullable(),
  medications: z.array(line()).max(100).nullable().describe('Names as they stand in the record'),
  scales: z
    .array(z.strictObject({ instrument: z.enum(INSTRUMENT_IDS), total: z.int().min(0), taken_on: date }))
    .max(200)
    .nullable(),
  client_limits: z
    .strictObject({ limits: vitalsLimits, from: z.enum(['eligibility_decision', 'dose_decision']) })
    .nullable()
    .describe('Limits in force for this client alone, and which decision set them: see limitsInForce'),
});
export type Observations = z.infer<typeof observationsSchema>;
