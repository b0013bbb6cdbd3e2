import * as fc from 'fast-check';
import {
  EVENT_NAMES,
  EVENT_SCHEMAS,
  EVENT_TYPES,
  EXAMPLE_AT,
  MAX_EVENT_BYTES,
  NEWEST_SCHEMA,
  encodeEvent,
  exampleOf,
  isEventName,
  isEventType,
  jsonSchemaOf,
  parseEvent,
  parseEventText,
} from '#clinical';
import { SAMPLES, pathsIn, valueAt, withValue, withoutKey } from './samples.js';

const CANARY = 'Canary7f3aKanarienvogel';

describe('examples', () => {
  it.each(SAMPLES)('%s is valid and survives its own text', (_name, event) => {
    expect(parseEvent(event)).toEqual({ kind: 'event', event });
    const text = encodeEvent(event);
    expect(text).toBe(JSON.stringify(JSON.parse(text)));
    expect(parseEventText(text)).toEqual({ kind: 'event', event });
  });

  it.each(EVENT_TYPES)('an example of %s says in its text that it is synthetic', (type) => {
    expect(JSON.stringify(exampleOf(type))).toContain('SYNTHETIC EXAMPLE');
  });

  it('an example is valid at whatever instant it is said to be written', () => {
    const instants = fc.date({
      min: new Date('1901-01-01'),
      max: new Date('2198-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(fc.constantFrom(...EVENT_TYPES), instants, (type, at) => {
        expect(parseEvent(exampleOf(type, at.toISOString())).kind).toBe('event');
      }),
    );
  });

  it('counts its dates from the instant given', () => {
    expect(exampleOf('dose_order', '2027-02-27T23:30:00.500Z')).toMatchObject({
      decided_at: '2027-02-27T23:30:00Z',
      regimen: { earliest_start: '2027-03-01' },
    });
    expect(exampleOf('dose_order')).toEqual(exampleOf('dose_order', EXAMPLE_AT));
    expect(() => exampleOf('referral', 'soon')).toThrow(RangeError);
  });
});

describe('parseEvent', () => {
  it.each(SAMPLES)(
    '%s is invalid without any one of its keys, and the reason names that key',
    (_name, event) => {
      const keys = pathsIn(event).filter((path) => typeof path.at(-1) === 'string');
      for (const path of keys.filter((path) => path.length > 1 || path[0] !== 'event')) {
        const result = parseEvent(withoutKey(event, path));
        expect(result.kind).toBe('invalid');
        if (result.kind !== 'invalid') continue;
        expect(result.name).toBe(event.event);
        expect(result.reasons.map((reason) => reason.path)).toContain(path.join('.'));
      }
      expect(keys.length).toBeGreaterThanOrEqual(Object.keys(event).length);
    },
  );

  it.each(SAMPLES)(
    '%s cannot be read with an unknown key at any depth, and the key is not repeated',
    (_name, event) => {
      const objects = [[], ...pathsIn(event)].filter((path) => isPlainObject(valueAt(event, path)));
      for (const path of objects) {
        const extended = withValue(event, [...path, CANARY], CANARY);
        const result = parseEvent(extended);
        expect(result).toMatchObject({ kind: 'unreadable', because: 'unknown_fields', name: event.event });
        expect(JSON.stringify(result)).not.toContain(CANARY);
      }
      expect(objects.length).toBeGreaterThan(0);
    },
  );

  it('does not let an own "__proto__" key through', () => {
    const text = JSON.stringify(exampleOf('note')).replace('{', '{"__proto__":{"text":"x"},');
    expect(parseEventText(text)).toMatchObject({ kind: 'unreadable', because: 'unknown_fields' });
  });

  it('says invalid, not unreadable, when a known field is wrong beside an unknown one', () => {
    const result = parseEvent({ ...exampleOf('note'), text: 7, [CANARY]: CANARY });
    expect(result.kind).toBe('invalid');
    expect(JSON.stringify(result)).not.toContain(CANARY);
  });

  it.each(SAMPLES)('no reason about %s ever repeats a value', (_name, event) => {
    let refusals = 0;
    for (const path of pathsIn(event)) {
      for (const canary of [CANARY, 987_654_321_987, [CANARY], { [CANARY]: CANARY }]) {
        const result = parseEvent(withValue(event, path, canary));
        if (result.kind === 'event') continue;
        refusals += 1;
        expect(JSON.stringify(result)).not.toContain(CANARY);
        expect(JSON.stringify(result)).not.toContain('987654321987');
      }
    }
    expect(refusals).toBeGreaterThan(pathsIn(event).length * 2);
  });

  it('gives every reason in words of its own', () => {
    const broken = SAMPLES.flatMap(([, event]) =>
      pathsIn(event).flatMap((path) =>
        ['', 'x', -1, 0.1, 1e12, null, [], {}, true].map((value) =>
          parseEvent(withValue(event, path, value)),
        ),
      ),
    );
    const words = new Set(
      broken.flatMap((result) =>
        result.kind === 'invalid' ? result.reasons.map((reason) => reason.words) : [],
      ),
    );
    expect(words.size).toBeGreaterThan(20);
    for (const said of words)
      expect(said).toMatch(/^(is|must|has|belongs|cannot|names|does|counts|permits) /u);
    expect(
      [...words].filter((said) => /Invalid|Unrecognized|Too (big|small)|is not valid/u.test(said)),
    ).toEqual([]);
  });

  it('returns what was signed, unchanged, or refuses it; it never throws and never repairs', () => {
    const mutation = fc.constantFrom(...SAMPLES).chain(([, event]) =>
      fc.record({
        event: fc.constant(event),
        path: fc.constantFrom(...pathsIn(event)),
        value: fc.jsonValue(),
      }),
    );
    fc.assert(
      fc.property(mutation, ({ event, path, value }) => {
        const content: unknown = JSON.parse(JSON.stringify(withValue(event, path, value)));
        const result = parseEvent(content);
        if (result.kind === 'event') {
          expect(result.event).toEqual(content);
          expect(parseEventText(encodeEvent(result.event))).toEqual(result);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([null, undefined, 7, 'note', true, [], [exampleOf('note')]])(
    'refuses %j, which is no object',
    (content) => {
      expect(parseEvent(content)).toEqual({
        kind: 'invalid',
        name: null,
        reasons: [{ path: '', words: 'must be a JSON object' }],
      });
    },
  );

  it('refuses any JSON value that is not an event', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (content) => {
        expect(parseEvent(content).kind).not.toBe('event');
      }),
    );
  });

  it.each(EVENT_TYPES)('keeps a newer %s as something this version cannot read', (type) => {
    expect(parseEvent({ ...exampleOf(type), schema: NEWEST_SCHEMA[type] + 1 })).toMatchObject({
      kind: 'unreadable',
      because: 'newer_schema',
      name: type,
    });
    expect(parseEvent({ event: type, schema: 99, of: 'another shape' })).toMatchObject({
      because: 'newer_schema',
    });
  });

  it.each([undefined, null, 0, -1, 1.5, '1', Number.NaN])('refuses the schema version %p', (schema) => {
    expect(parseEvent({ ...exampleOf('note'), schema })).toMatchObject({
      kind: 'invalid',
      name: 'note',
      reasons: [{ path: 'schema' }],
    });
  });

  it('keeps a name it does not know as unreadable, and does not repeat it', () => {
    for (const name of [CANARY, 'toString', 'constructor', '__proto__', '', 'Hold', 'hold ']) {
      const result = parseEvent({ event: name, schema: 1 });
      expect(result).toMatchObject({ kind: 'unreadable', because: 'unknown_event', name: null });
      expect(JSON.stringify(result)).not.toContain(CANARY);
    }
  });

  it('gives at most twenty reasons', () => {
    const result = parseEvent({ event: 'session_outcome', schema: 1 });
    expect(result.kind === 'invalid' && result.reasons.length).toBe(20);
  });
});

describe('parseEventText', () => {
  const text = JSON.stringify(exampleOf('dose_read_back'));
  it.each([
    ['not JSON', '{'],
    ['empty', ''],
    ['a space more', text.replace(':', ': ')],
    ['a line break at the end', `${text}\n`],
    ['a key given twice', text.replace('{', '{"event":"note",')],
    ['a number spelled otherwise', text.replace('150000', '1.5e5')],
    ['a letter spelled as an escape', text.replace('dose_read_back', '\\u0064ose_read_back')],
    ['a key of digits only', text.replace('{', '{"7":1,')],
    ['nesting too deep to walk', '['.repeat(20_000) + ']'.repeat(20_000)],
  ])('refuses %s', (_name, broken) => {
    expect(parseEventText(broken)).toEqual({
      kind: 'invalid',
      name: null,
      reasons: [{ path: '', words: 'must be JSON in its one canonical spelling' }],
    });
  });

  it('accepts text that merely speaks of digit keys', () => {
    const event = { ...exampleOf('note'), text: 'she wrote {"12":1} and "7":' };
    expect(parseEventText(JSON.stringify(event))).toEqual({ kind: 'event', event });
  });

  it('refuses more than fits one message, counted in bytes of UTF-8, in text and in content alike', () => {
    const large = {
      ...exampleOf('referral'),
      goals: Array.from({ length: 20 }, () => '語'.repeat(500)),
      known_conditions: Array.from({ length: 40 }, () => '語'.repeat(500)),
      questions_for_prescriber: Array.from({ length: 20 }, () => '語'.repeat(500)),
    };
    expect(JSON.stringify(large).length).toBeLessThan(MAX_EVENT_BYTES);
    expect(parseEvent(large)).toMatchObject({
      kind: 'invalid',
      reasons: [{ path: '', words: 'is too large' }],
    });
    expect(parseEventText(JSON.stringify(large))).toMatchObject({ reasons: [{ words: 'is too large' }] });
  });

  it('never throws on any string', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (any) => {
        expect(parseEventText(any).kind).not.toBe('event');
      }),
    );
  });

  it('will not encode what it would not read', () => {
    expect(() => encodeEvent({ ...exampleOf('note'), text: ' ' })).toThrow(RangeError);
  });
});

describe('names and schemas', () => {
  it('every name of the product page is in the table once, and every one can be read', () => {
    expect(Object.keys(EVENT_NAMES)).toHaveLength(25);
    expect(new Set(Object.values(EVENT_NAMES))).toEqual(new Set(['readable']));
    expect(Object.keys(EVENT_NAMES).sort()).toEqual([...EVENT_TYPES].sort());
    expect(isEventName('valueOf') || isEventType('valueOf')).toBe(false);
  });

  it.each(EVENT_TYPES)('the JSON Schema of %s asks for every key and allows no other', (type) => {
    const schema = jsonSchemaOf(type);
    const keys = Object.keys(exampleOf(type)).sort();
    expect(Object.keys(schema.properties as object).sort()).toEqual(keys);
    expect([...(schema.required as string[])].sort()).toEqual(keys);
    expect(schema).toMatchObject({ additionalProperties: false, properties: { event: { const: type } } });
    expect(Object.keys(EVENT_SCHEMAS[type].shape).sort()).toEqual(keys);
  });

  it('no schema has a default', () => {
    expect(JSON.stringify(EVENT_TYPES.map(jsonSchemaOf))).not.toContain('"default"');
  });
});

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
