import fc from 'fast-check';
import {
  describeChange,
  diffDose,
  exampleOf,
  foldCase,
  historyOf,
  viewCase,
  type DoseAdjustment,
  type DoseOrder,
} from '#clinical';
import { CALM, Chronicle, plan, readyCase, refOf } from './chronicle.js';

function adjust(chronicle: Chronicle, supersedes: string, totalUg = 200_000): string {
  return chronicle.say('prescriber', 'dose_adjustment', { supersedes, regimen: plan(chronicle, totalUg) });
}

function doseOf(chronicle: Chronicle) {
  const { dose } = viewCase(chronicle.state(), chronicle.nowMs);
  if (dose === null) throw new Error('no dose');
  return dose;
}

describe('The decision in force', () => {
  it('is the one that supersedes the one before it, and nothing is in doubt', () => {
    const chronicle = readyCase();
    const second = adjust(chronicle, chronicle.refs.dose);
    const dose = doseOf(chronicle);
    expect(dose.decided.ref).toBe(second);
    expect(dose.decided.findings).toEqual([]);
    expect(dose.conflicting).toEqual([]);
    expect(historyOf(chronicle.state().dose).map(({ fate }) => fate?.kind ?? 'in force')).toEqual([
      'superseded',
      'in force',
    ]);
  });

  it('is the later of two that supersede the same one; the earlier is shown as conflicting', () => {
    const chronicle = readyCase();
    const first = adjust(chronicle, chronicle.refs.dose, 100_000);
    const second = adjust(chronicle, chronicle.refs.dose, 200_000);
    const dose = doseOf(chronicle);
    expect(dose.decided.ref).toBe(second);
    expect(dose.decided.findings).toEqual([
      { kind: 'names_displaced', named: chronicle.refs.dose, by: first },
    ]);
    expect(dose.conflicting.map(({ ref }) => ref)).toEqual([first]);
  });

  it('keeps every unresolved conflict in sight until a decision names the one in force', () => {
    const chronicle = readyCase();
    const first = adjust(chronicle, chronicle.refs.dose);
    const second = adjust(chronicle, chronicle.refs.dose);
    const third = adjust(chronicle, first);
    expect(doseOf(chronicle).conflicting.map(({ ref }) => ref)).toEqual([first, second]);
    adjust(chronicle, third);
    expect(doseOf(chronicle).conflicting).toEqual([]);
    expect(doseOf(chronicle).decided.findings).toEqual([]);
  });

  it('is in doubt when it names nothing although one was in force', () => {
    const chronicle = readyCase();
    chronicle.say('colleague', 'dose_order', { regimen: plan(chronicle) });
    const { decided } = doseOf(chronicle);
    expect(decided.findings).toEqual([{ kind: 'ignores_in_force', inForce: chronicle.refs.dose }]);
  });

  it('is in doubt when it names an entry that is no such decision', () => {
    const chronicle = readyCase();
    for (const named of [chronicle.refs.consent, refOf('nowhere')]) {
      adjust(chronicle, named);
      expect(doseOf(chronicle).decided.findings).toEqual([{ kind: 'names_unknown', named }]);
    }
  });

  it('is never one that a therapist signed, not even as what it supersedes', () => {
    const chronicle = readyCase();
    const forged = chronicle.say('therapist', 'dose_adjustment', {
      supersedes: chronicle.refs.dose,
      regimen: plan(chronicle, 900_000),
    });
    expect(doseOf(chronicle).decided.ref).toBe(chronicle.refs.dose);
    const { unread } = viewCase(chronicle.state(), 0);
    expect(unread.map(({ ref, because, author }) => [ref, because, author.role])).toEqual([
      [forged, 'refused', 'therapist'],
    ]);
    adjust(chronicle, forged);
    expect(doseOf(chronicle).decided.findings).toEqual([{ kind: 'names_unknown', named: forged }]);
  });

  it('is judged again by the fold, whatever the caller says of it', () => {
    const chronicle = readyCase();
    const event = { ...exampleOf('dose_order', chronicle.now()), regimen: plan(chronicle, 900_000) };
    chronicle.write('client', { kind: 'valid', event, unasked: [] });
    expect(doseOf(chronicle).decided.ref).toBe(chronicle.refs.dose);
  });

  it('is not altered by an addendum, which stands beside it', () => {
    const chronicle = readyCase();
    const before = doseOf(chronicle).decided;
    chronicle.say('prescriber', 'addendum', {
      amends: chronicle.refs.dose,
      kind: 'correction',
      text: 'SYNTHETIC EXAMPLE: 90 mg',
    });
    expect(doseOf(chronicle).decided).toEqual(before);
    expect(doseOf(chronicle).addenda.map(({ event }) => event.kind)).toEqual(['correction']);
  });
});

/** What two prescribers who may not have seen each other's decision say it supersedes: any earlier one, or nothing. */
const writes = fc.array(
  fc.record({
    who: fc.constantFrom('prescriber' as const, 'colleague' as const),
    names: fc.option(fc.nat({ max: 12 })),
  }),
  { minLength: 1, maxLength: 12 },
);

describe('Decisions written at the same time', () => {
  it('the last of the chain is in force, and every one put aside unseen stays in sight until somebody has seen it', () => {
    fc.assert(
      fc.property(writes, (written) => {
        const chronicle = readyCase();
        const refs = [chronicle.refs.dose];
        let unseen: string[] = [];
        for (const { who, names } of written) {
          const inForce = refs.at(-1) ?? '';
          const named = names === null ? null : (refs[names % refs.length] ?? null);
          refs.push(
            named === null
              ? chronicle.say(who, 'dose_order', { regimen: plan(chronicle, 200_000) })
              : chronicle.say(who, 'dose_adjustment', {
                  supersedes: named,
                  regimen: plan(chronicle, 200_000),
                }),
          );
          unseen = named === inForce ? [] : [...unseen, inForce];
          const { decided, conflicting } = doseOf(chronicle);
          expect(decided.ref).toBe(refs.at(-1));
          expect(conflicting.map(({ ref }) => ref)).toEqual(unseen);
          expect(decided.findings.length > 0).toBe(unseen.length > 0);
        }
        expect(historyOf(chronicle.state().dose).map(({ decided }) => decided.ref)).toEqual(refs);
      }),
      { numRuns: 100 },
    );
  });
});

describe('The difference between two decisions', () => {
  const order: DoseOrder = exampleOf('dose_order');
  const { regimen } = order;
  const adjusted: DoseAdjustment = { ...exampleOf('dose_adjustment'), regimen };
  const words = (from: DoseOrder | DoseAdjustment, to: DoseAdjustment) =>
    diffDose(from, to).changes.map((change) => `${String(change.axis)} ${describeChange(change, 'en')}`);

  it('says what changed on which axis, from what to what, in mg and days', () => {
    const to = {
      ...adjusted,
      axes_changed: ['dose' as const, 'frequency' as const],
      regimen: { ...regimen, units_per_session: 1.5, max_per_session_ug: 200_000, min_days_between: 7 },
    };
    expect(words(order, to)).toEqual([
      'dose To start with: 100 mg → 150 mg',
      'dose The most in one session: 150 mg → 200 mg',
      'dose Units to start with: 1 unit → 1.5 units',
      'frequency Time between two sessions, at least: 3 days → 7 days',
    ]);
    expect(diffDose(order, to)).toMatchObject({ undeclared: [], unchanged: [] });
  });

  it('shows a change the decision does not declare, and a declared one that is none', () => {
    const to = {
      ...adjusted,
      axes_changed: ['dose' as const],
      regimen: { ...regimen, route: 'buccal' as const },
    };
    expect(diffDose(order, to)).toMatchObject({ undeclared: ['route_or_form'], unchanged: ['dose'] });
  });

  it('says held, stopped and going on, and then compares with the last plan', () => {
    const chronicle = readyCase();
    const held = chronicle.say('prescriber', 'dose_adjustment', {
      supersedes: chronicle.refs.dose,
      axes_changed: ['hold'],
      regimen: null,
    });
    expect(doseOf(chronicle)).toMatchObject({ treatment: 'held', planDiff: null });
    expect(doseOf(chronicle).diff?.changes.map((change) => describeChange(change, 'en'))).toEqual([
      'Treatment: going on → on hold',
    ]);
    adjust(chronicle, held, 200_000);
    const { diff, planDiff } = doseOf(chronicle);
    expect(diff?.changes[0]).toMatchObject({
      field: 'treatment',
      from: { choice: 'held' },
      to: { choice: 'running' },
    });
    const mg = { from: { unit: 'mg', ug: 150_000 }, to: { unit: 'mg', ug: 200_000 } };
    const units = { from: { unit: 'units', count: 1.5 }, to: { unit: 'units', count: 2 } };
    expect(planDiff?.changes.filter(({ axis }) => axis !== null)).toEqual([
      { field: 'per_session', axis: 'dose', ...mg },
      { field: 'max_per_session', axis: 'dose', ...mg },
      { field: 'units_per_session', axis: 'dose', ...units },
    ]);
  });

  it('compares eligibility decisions too', () => {
    const chronicle = readyCase();
    chronicle.say('prescriber', 'eligibility_decision', {
      ...CALM.eligible,
      supersedes: chronicle.refs.eligibility,
      conditions: [],
      session_cap: { sessions: 4, until: '2026-12-01' },
    });
    const changes = viewCase(chronicle.state(), 0).eligibility?.changes ?? [];
    expect(changes.map((change) => describeChange(change, 'en'))).toEqual([
      'Sessions, at most: 6 sessions → 4 sessions',
    ]);
  });
});

describe('Applying entries', () => {
  it('throws when an entry of a lane was left out: what is missing could say "stop"', () => {
    const { entries } = readyCase();
    const [first, , third] = entries;
    if (first === undefined || third === undefined) throw new Error('too short');
    expect(() => foldCase([first, third])).toThrow('entry 2 of lane care_team is missing');
  });
});
