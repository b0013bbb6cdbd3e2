import {
  REPLAY_CASES,
  RESOURCE_TYPES,
  exampleOf,
  exportCase,
  type CaseExport,
  type EventType,
  type FhirBundle,
  type ReplayCase,
  EVENT_TYPES,
} from '#clinical';
import { definitionErrors, schemaErrors } from '../../../support/fhir.validators.js';
import { Chronicle } from '../fold/chronicle.js';

function exportOf(told: ReplayCase): CaseExport {
  const signed = (ref: string) =>
    [ref, { signature: Buffer.from(ref).toString('base64'), deviceId: 'a device' }] as const;
  return exportCase({
    caseId: told.name,
    people: Object.values(told.cast).map((person) => ({
      ...person,
      displayName: `SYNTHETIC EXAMPLE: ${person.role}`,
    })),
    entries: told.entries,
    proofs: new Map(told.entries.map(({ ref }) => signed(ref))),
    nowMs: Date.UTC(2027, 0, 1),
  });
}

function resourcesIn({ entry }: FhirBundle, type?: string) {
  return entry
    .map(({ resource }) => resource)
    .filter(({ resourceType }) => type === undefined || resourceType === type);
}

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(referencesIn);
  return 'reference' in value && typeof value.reference === 'string' ? [value.reference, ...inner] : inner;
}

const CASES = Object.entries(REPLAY_CASES).map(([name, tell]) => ({
  name,
  told: tell(),
  made: exportOf(tell()),
}));

/** One entry of every type and every example, as one long and senseless case. */
function everyEvent(): CaseExport {
  const chronicle = new Chronicle();
  for (const type of EVENT_TYPES) chronicle.say(authorOf(type), type, fieldsOf(type));
  const { entries } = chronicle;
  const people = [{ userId: 'the client', role: 'client' as const, displayName: null }];
  return exportCase({ caseId: 'everything', people, entries, proofs: new Map(), nowMs: chronicle.nowMs });
}

function authorOf(type: EventType) {
  if (['referral', 'dose_adjustment_request', 'dose_read_back', 'coverage_handover'].includes(type))
    return 'therapist';
  return type === 'preparation_ready' ? 'client' : 'prescriber';
}

function fieldsOf(type: EventType): object {
  return type === 'preparation_ready'
    ? { open_questions: exampleOf('preparation_ready').open_questions }
    : {};
}

describe('The FHIR R4 export', () => {
  it.each(CASES)('$name: is valid by the JSON Schema of R4', ({ made }) => {
    expect(schemaErrors(made.bundle)).toEqual([]);
  });

  it.each(CASES)('$name: is valid by the StructureDefinitions of R4', ({ made }) => {
    expect(definitionErrors(made.bundle)).toEqual([]);
  });

  it('is valid, by both, for every kind of event there is', () => {
    const { bundle, leftOut } = everyEvent();
    expect(leftOut).toEqual([]);
    expect(schemaErrors(bundle)).toEqual([]);
    expect(definitionErrors(bundle)).toEqual([]);
    expect(resourcesIn(bundle, 'Provenance')).toHaveLength(EVENT_TYPES.length);
  });

  it.each([
    ['MedicationRequest', 'intent', 'perhaps', definitionErrors],
    ['MedicationRequest', 'subject', undefined, definitionErrors],
    ['Provenance', 'agent', undefined, definitionErrors],
    ['Consent', 'scope', undefined, definitionErrors],
    ['Task', 'surprise', 1, definitionErrors],
    ['Task', 'surprise', 1, schemaErrors],
    ['MedicationRequest', 'authoredOn', 'yesterday', schemaErrors],
    ['Communication', 'payload', 'words', schemaErrors],
    ['Patient', 'id', 'no id at all!', schemaErrors],
  ] as const)(
    'is judged by validators that say no, deep inside a bundle: %s.%s = %s',
    (type, element, value, errors) => {
      const [first] = CASES;
      const broken = JSON.parse(JSON.stringify(first?.made.bundle)) as {
        entry: { resource: Record<string, unknown> }[];
      };
      const spoilt = broken.entry.find(({ resource }) => resource['resourceType'] === type)?.resource ?? {};
      expect(errors(broken)).toEqual([]);
      spoilt[element] = value;
      expect(errors(JSON.parse(JSON.stringify(broken)) as object)).not.toEqual([]);
    },
  );

  it('holds, over the corpus, every kind of resource it promises', () => {
    const seen = new Set(
      CASES.flatMap(({ made }) => resourcesIn(made.bundle).map(({ resourceType }) => resourceType)),
    );
    expect([...seen].sort()).toEqual([...RESOURCE_TYPES].sort());
  });

  it.each(CASES)(
    '$name: every reference leads to a resource of the bundle, and no id stands twice',
    ({ made }) => {
      const urls = made.bundle.entry.map(({ fullUrl }) => fullUrl);
      expect(new Set(urls).size).toBe(urls.length);
      expect(referencesIn(made.bundle).filter((reference) => !urls.includes(reference))).toEqual([]);
    },
  );

  it('says of a dose that it is planned, never that it is ordered', () => {
    const doses = CASES.flatMap(({ made }) => resourcesIn(made.bundle, 'MedicationRequest'));
    expect(doses.length).toBeGreaterThan(16);
    expect(new Set(doses.map(({ intent }) => intent))).toEqual(new Set(['plan']));
    for (const { note } of doses) expect(JSON.stringify(note)).toContain('Not a prescription');
  });

  it('tells superseded, conflicting, held and stopped decisions from the one in force', () => {
    const statuses = (name: string) =>
      CASES.filter((one) => one.name === name).flatMap(({ made }) =>
        resourcesIn(made.bundle, 'MedicationRequest').map(({ status }) => status),
      );
    expect(statuses('concurrent-decisions')).toEqual(['stopped', 'cancelled', 'stopped', 'active']);
    expect(statuses('stopped-for-adverse-event')).toEqual(['stopped', 'stopped']);
    expect(statuses('superseded-two-hours-before')).toEqual(['stopped', 'active']);
  });

  it('carries the labels of 42 CFR Part 2 on the bundle and on every resource', () => {
    const labelled = CASES.filter(({ name }) => name === 'addiction-part-2');
    expect(labelled).toHaveLength(1);
    for (const { made } of labelled) {
      for (const { meta } of [made.bundle, ...resourcesIn(made.bundle)]) {
        const codes = (meta as { security: { code: string }[] }).security.map(({ code }) => code);
        expect(codes).toEqual(['V', '42CFRPart2', 'ETH', 'NORDSCLCD']);
      }
      const rules = resourcesIn(made.bundle, 'Consent').map(({ policyRule }) => JSON.stringify(policyRule));
      expect(rules.filter((rule) => rule.includes('42CFRPart2'))).toHaveLength(1);
    }
    for (const { made } of CASES.filter(({ name }) => name === 'no-show')) {
      expect(JSON.stringify(made.bundle)).not.toContain('42CFRPart2');
      expect(made.bundle.meta.security).toHaveLength(1);
    }
  });

  it('gives every entry that counts a provenance with its author, its hash and the signature that was handed in', () => {
    for (const { told, made } of CASES) {
      const provenances = resourcesIn(made.bundle, 'Provenance');
      const counted = told.entries.filter(({ content }) => content.kind === 'valid').map(({ ref }) => ref);
      const named = provenances.map(
        (one) => (one['entity'] as [{ what: { identifier: { value: string } } }])[0].what.identifier.value,
      );
      expect(named).toEqual(counted);
      const signatures = provenances.map((one) => (one['signature'] as [{ data: string }])[0].data);
      expect(signatures).toEqual(counted.map((ref) => Buffer.from(ref).toString('base64')));
    }
  });

  it('names what it leaves out instead of passing over it', () => {
    const spoilt = CASES.find(({ name }) => name === 'entries-that-do-not-count');
    expect(spoilt?.made.leftOut.map(({ because }) => because)).toEqual([
      'invalid',
      'invalid',
      'damaged',
      'newer_version',
    ]);
  });

  it('throws when nobody is the client: it cannot be about nobody', () => {
    expect(() => exportCase({ caseId: 'x', people: [], entries: [], proofs: new Map(), nowMs: 0 })).toThrow(
      RangeError,
    );
  });

  it('is the same bundle every time', () => {
    for (const { told, made } of CASES) expect(exportOf(told)).toEqual(made);
  });
});
