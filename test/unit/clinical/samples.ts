import {
  EVENT_TYPES,
  exampleOf,
  type ClinicalEvent,
  type DoseAdjustment,
  type EligibilityDecision,
  type Referral,
  type SessionOutcome,
} from '#clinical';
import { VARIANTS } from './samples.variants.js';

/** Hash-shaped names of entries, each in its one canonical spelling. */
export const REF = `${'b'.repeat(42)}A`;
export const OTHER_REF = `${'c'.repeat(42)}Q`;

export const heldAdjustment: DoseAdjustment = {
  ...exampleOf('dose_adjustment'),
  axes_changed: ['hold'],
  regimen: null,
};

export const deferredDecision: EligibilityDecision = {
  ...exampleOf('eligibility_decision'),
  decision: 'deferred',
  deferral: { needs: 'clearance', what: 'SYNTHETIC EXAMPLE: letter from cardiology' },
  prescribing_basis: {
    kind: 'tele_prescribing_flexibility',
    examined_on: null,
    rule: { name: 'SYNTHETIC EXAMPLE: a dated rule', dated_on: '2025-01-01', ends_on: '2026-12-31' },
  },
  conditions: [],
  permitted_modalities: [],
  session_cap: null,
};

export const seriousOutcome: SessionOutcome = {
  ...exampleOf('session_outcome'),
  chaperone: { name: 'SYNTHETIC EXAMPLE: a sister', phone: '+1 (555) 010-0101' },
  adverse_event: {
    what: 'SYNTHETIC EXAMPLE: fainted.',
    serious: true,
    occurred_at: '2026-11-23T13:40:00Z',
    action: 'SYNTHETIC EXAMPLE: laid flat.',
    emergency_services_called: true,
    resolved: false,
  },
  ask: 'urgent',
};

const referralWithoutMedications: Referral = { ...exampleOf('referral'), medications: null };

/** Every example, and variants that fill in what an example leaves null. All valid. */
export const SAMPLES: readonly (readonly [string, ClinicalEvent])[] = [
  ...EVENT_TYPES.map((type) => [type, exampleOf(type)] as const),
  ['dose_adjustment that holds', heldAdjustment],
  ['eligibility_decision that defers', deferredDecision],
  ['session_outcome with a serious adverse event', seriousOutcome],
  ['referral without medications asked', referralWithoutMedications],
  ...VARIANTS,
];

type Key = string | number;
export type Path = readonly Key[];

/** Paths of every value below `value`: keys of objects, positions of lists, at any depth. */
export function pathsIn(value: unknown, here: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys: Key[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => [
    [...here, key],
    ...pathsIn((value as Record<Key, unknown>)[key], [...here, key]),
  ]);
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<Key, unknown>)[key], value);
}

/** A deep copy with one value replaced. */
export function withValue(value: unknown, path: Path, replacement: unknown): unknown {
  const copy: unknown = structuredClone(value);
  const parent = valueAt(copy, path.slice(0, -1)) as Record<Key, unknown>;
  parent[path.at(-1) ?? ''] = replacement;
  return copy;
}

/** A deep copy with one key of an object removed. */
export function withoutKey(value: unknown, path: Path): unknown {
  const copy: unknown = structuredClone(value);
  Reflect.deleteProperty(valueAt(copy, path.slice(0, -1)) as object, path.at(-1) ?? '');
  return copy;
}
