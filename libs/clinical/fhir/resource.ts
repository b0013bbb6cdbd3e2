import type { Sensitivity } from '../fold/case.state.js';

/** What JSON can hold. FHIR's own shapes are judged by independent validators in the tests, not by types of ours. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export const RESOURCE_TYPES = [
  'Patient',
  'Practitioner',
  'EpisodeOfCare',
  'CareTeam',
  'Communication',
  'Task',
  'ServiceRequest',
  'ClinicalImpression',
  'MedicationRequest',
  'MedicationAdministration',
  'Observation',
  'QuestionnaireResponse',
  'AdverseEvent',
  'Consent',
  'Provenance',
] as const;
export type ResourceType = (typeof RESOURCE_TYPES)[number];

/** One FHIR R4 resource. `id` is a UUID; it is what `urn:uuid:` references within the bundle name. */
export interface FhirResource {
  readonly resourceType: ResourceType;
  readonly id: string;
  readonly [element: string]: Json;
}

export interface FhirBundle {
  readonly resourceType: 'Bundle';
  readonly type: 'collection';
  readonly meta: { readonly security: readonly Json[] };
  readonly timestamp: string;
  readonly entry: readonly { readonly fullUrl: string; readonly resource: FhirResource }[];
  readonly [element: string]: Json;
}

type Loose = Readonly<Record<string, Json | undefined>>;

/** Without what is not there: FHIR knows neither null nor an empty list. */
export function present(elements: Loose): Readonly<Record<string, Json>> {
  const kept = Object.entries(elements).filter(
    ([, value]) => value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(kept) as Readonly<Record<string, Json>>;
}

export function resource(resourceType: ResourceType, id: string, elements: Loose): FhirResource {
  return { resourceType, id, ...present(elements) };
}

/**
 * A UUID (version 8: made by a rule of one's own) for a part of something that is named by random-looking text, such
 * as an entry by its hash: the same every time, and another for another part.
 */
export function uuidOf(name: string, part = ''): string {
  const words = [0, 1, 2, 3].map((seed) => hash32(`${seed}|${name}|${part}`).toString(16).padStart(8, '0'));
  const hex = words.join('');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20),
  ].join('-');
}

export function referTo(id: string): { readonly reference: string } {
  return { reference: `urn:uuid:${id}` };
}

export function concept(text: string, ...codings: readonly Json[]): Json {
  return present({ coding: codings, text });
}

export function coding(system: string, code: string, display?: string): Json {
  return present({ system, code, display });
}

export function milligramsQuantity(ug: number): Json {
  return { value: ug / 1_000, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' };
}

export function spoken(code: string): string {
  return code.replaceAll('_', ' ');
}

export const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';
export const LOINC = 'http://loinc.org';

/**
 * HL7's names for what is specially protected (v3 ActCode). Part 2 (42 CFR Part 2) also forbids passing the record on
 * without consent (NORDSCLCD), and that is said beside it.
 */
const LABELS: Readonly<Record<Sensitivity, readonly string[]>> = {
  part2_substance_use: ['42CFRPart2', 'ETH', 'NORDSCLCD'],
  abuse_or_violence: ['SDV'],
  hiv_or_sexual_health: ['HIV'],
  reproductive_health: ['SEX'],
  asked_by_client: ['PDS'],
};

/** Labels of every resource of a case: restricted always, very restricted and by its name what is specially protected. */
export function securityOf(sensitivity: readonly Sensitivity[] | null): readonly Json[] {
  const said = sensitivity ?? [];
  const confidentiality = said.length === 0 ? 'R' : 'V';
  const codes = [...new Set(said.flatMap((label) => LABELS[label]))];
  return [
    coding(`${TERMINOLOGY}/v3-Confidentiality`, confidentiality),
    ...codes.map((code) => coding(`${TERMINOLOGY}/v3-ActCode`, code)),
  ];
}

/** FNV-1a, finished as MurmurHash3 does. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
