import * as fc from 'fast-check';
import {
  LANGUAGES,
  describeEvent,
  exampleOf,
  milligrams,
  type EligibilityDecision,
  type Referral,
} from '#clinical';
import { SAMPLES, deferredDecision, heldAdjustment, seriousOutcome } from './samples.js';
import {
  consentPart2,
  cssrsNone,
  cssrsOpen,
  cssrsPlan,
  flagDanger,
  gad7Prorated,
  integrationMissed,
  phq9Open,
  planAgreed,
  planRefused,
  startGo,
} from './samples.variants.js';

function told(...[event, language]: Parameters<typeof describeEvent>): string {
  const { title, lines } = describeEvent(event, language);
  return [title, ...lines].join('\n');
}

/** Every text an author typed, the client's words apart. */
function writtenIn(value: unknown): string[] {
  if (typeof value === 'string') return value.includes('SYNTHETIC') ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(writtenIn);
}

describe('describeEvent', () => {
  const IN_EVERY_LANGUAGE = LANGUAGES.flatMap((language) =>
    SAMPLES.map(([name, event]) => [name, language, event] as const),
  );

  it.each(IN_EVERY_LANGUAGE)('tells %s in %s, without a gap or a raw value', (_name, language, event) => {
    const { title, lines, clientText } = describeEvent(event, language);
    expect(title.length).toBeGreaterThan(3);
    expect(title.length).toBeLessThan(80);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line.trim()).not.toBe('');
    const text = told(event, language);
    expect(text).not.toMatch(/undefined|null|NaN|\[object|[a-z]_[a-z]|\d{5,}|[{}]|\.\.$/mu);
    expect(clientText).toBe('client_text' in event ? event.client_text : null);
  });

  it.each(IN_EVERY_LANGUAGE)(
    'repeats no word of %s in the %s title: titles are safe to list',
    (_name, language, event) => {
      expect(describeEvent(event, language).title).not.toContain('SYNTHETIC');
    },
  );

  it.each(IN_EVERY_LANGUAGE)('leaves out nothing the author of %s wrote, in %s', (_name, language, event) => {
    const text = [told(event, language), describeEvent(event, language).clientText ?? ''].join('\n');
    const silent = writtenIn(event).filter((words) => !text.includes(words.replace(/\.$/u, '')));
    expect(silent).toEqual([]);
  });

  it.each([
    exampleOf('dose_order'),
    exampleOf('dose_adjustment'),
    heldAdjustment,
    exampleOf('eligibility_decision'),
    deferredDecision,
  ])('$event says that it is not a prescription', (event) => {
    expect(describeEvent(event, 'en').lines[0]).toContain('not a prescription');
    expect(describeEvent(event, 'es').lines[0]).toContain('no es una receta');
  });

  it('tells a dose order as a person would check it', () => {
    const text = told(exampleOf('dose_order'), 'en');
    for (const part of [
      'at most 150 mg in one session',
      '1 × 100 mg = 100 mg',
      'In-session booster: 50 mg, not before minute 20, if the on-call prescriber says yes',
      'under the tongue',
      'Keep it in the mouth for 10 minutes, then spit it out',
      'Session 1: 0.5 units = 50 mg',
      'each read back the total: 150 mg',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('a hold and a stop say so in the title and forbid any dose', () => {
    expect(told(heldAdjustment, 'en')).toMatch(/^Dose change: treatment ON HOLD\n/u);
    expect(told({ ...heldAdjustment, axes_changed: ['stop'] }, 'en')).toMatch(/treatment STOPPED\n/u);
    expect(told(heldAdjustment, 'en')).toContain('No dose may be taken until a later dose decision');
  });

  it('an urgent outcome with a serious event says both first', () => {
    const { title, lines } = describeEvent(seriousOutcome, 'en');
    expect(title).toContain('URGENTLY');
    expect(lines.slice(0, 2).join(' ')).toContain('SERIOUS HARM');
    expect(lines.join(' ')).toContain('NOT OVER');
  });

  it.each([
    [0, 'does not rule out risk'],
    [1, 'ITEM 9 (thoughts of death or self-harm) ANSWERED 1'],
    [3, 'ITEM 9 (thoughts of death or self-harm) ANSWERED 3'],
    [null, 'item 9 NOT ANSWERED'],
  ])('item 9 = %p is never shown as "no risk"', (item9, words) => {
    const referral = exampleOf('referral');
    const text = told(
      { ...referral, scales: [{ instrument: 'phq9', total: 12, taken_on: '2026-11-20', item9 }] },
      'en',
    );
    expect(text).toContain(words);
    expect(text).not.toMatch(/no risk/iu);
  });

  it('names every finding of the screen that is not plainly absent', () => {
    const decision = exampleOf('eligibility_decision');
    type Screen = EligibilityDecision['contraindications'];
    const names = Object.keys(decision.contraindications) as (keyof Screen)[];
    const finding = fc.constantFrom<Screen[keyof Screen]>(
      'absent',
      'present_controlled',
      'present',
      'unknown',
    );
    const screens = fc.array(finding, { minLength: names.length, maxLength: names.length });
    fc.assert(
      fc.property(screens, (findings) => {
        const screen = Object.fromEntries(names.map((name, index) => [name, findings[index]])) as Screen;
        const shown = describeEvent({ ...decision, contraindications: screen }, 'en').lines.filter(
          (line) => line.startsWith('Health check: ') && line.split(': ').length === 3,
        );
        expect(shown).toHaveLength(findings.filter((found) => found !== 'absent').length);
      }),
    );
  });

  it('says what was not asked or not recorded', () => {
    expect(told({ ...exampleOf('referral'), medications: null }, 'en')).toContain('Medicines: not asked.');
    expect(told({ ...exampleOf('referral'), medications: [] }, 'en')).toContain('Medicines: none.');
    const outcome = { ...exampleOf('session_outcome'), vitals: [], ride_home: null, departure: null };
    expect(told(outcome, 'en')).toMatch(
      /Blood pressure and pulse: none written down[^]*had not left[^]*Ride home: none written down/u,
    );
  });
});

describe('what must not be overlooked', () => {
  it('a hold says that nothing goes on and that it does not end by itself', () => {
    const text = told(exampleOf('hold'), 'en');
    expect(text).toContain('No dose and no session until a prescriber ends this hold');
    expect(text).toContain('does not end by itself');
  });

  it('danger now stands first in a flag, with what to do', () => {
    expect(describeEvent(flagDanger, 'en').lines[0]).toMatch(/^IN DANGER NOW\. Call the emergency number/u);
    expect(describeEvent(flagDanger, 'es').lines[0]).toMatch(/^EN PELIGRO AHORA\. Llame/u);
  });

  it('an endorsed safety item stands before the total of its form', () => {
    const { title, lines } = describeEvent(exampleOf('scale_result'), 'en');
    expect(title).toContain('NEEDS SOMEBODY NOW');
    expect(lines[0]).toContain('needs a safety flag now');
    expect(lines.findIndex((line) => line.startsWith('Total: 12 of 27. Range: Moderate'))).toBe(1);
  });

  it.each([
    [gad7Prorated, 'about 8 of 21'],
    [phq9Open, 'No total: 4 answers are missing'],
    [cssrsPlan, 'Result: Highest triage level.'],
    [cssrsOpen, 'At least: Lowest triage level.'],
    [cssrsNone, 'A screener cannot rule risk out.'],
  ])('a form that is not simply added up says what it amounts to', (event, words) => {
    expect(told(event, 'en')).toContain(words);
  });

  it('a no-go names what is missing and who can mend it, before anything else', () => {
    const { title, lines } = describeEvent(exampleOf('session_start_check'), 'en');
    expect(title).toBe('Session 1: DO NOT START');
    expect(lines).toContain('Ride home or adult who stays: MISSING. The client can mend it.');
    expect(describeEvent(startGo, 'en').title).toBe('Session 1: GO');
  });

  it('a plan says whether it is in force', () => {
    expect(told(exampleOf('maintenance_plan'), 'en')).toContain('not in force before all three have agreed');
    expect(told(planAgreed, 'en')).toContain('the plan is in force');
    expect(told(planRefused, 'en')).toContain('the plan is not in force');
  });

  it('records under Part 2 say so wherever they are shared or referred', () => {
    expect(told(consentPart2, 'en')).toContain('42 CFR Part 2');
    const labelled: Referral = { ...exampleOf('referral'), sensitivity: ['part2_substance_use'] };
    expect(told(labelled, 'es')).toContain('42 CFR Parte 2');
  });

  it('a release of a hold says that it changes no dose', () => {
    expect(told(exampleOf('hold_release'), 'en')).toContain('it stays on hold');
  });

  it('a missed talk after a session is not passed off as one', () => {
    expect(told(integrationMissed, 'en')).toContain('The therapist still owes one');
  });
});

describe('milligrams', () => {
  it.each([
    [0, '0 mg'],
    [1, '0.001 mg'],
    [12_500, '12.5 mg'],
    [100_000, '100 mg'],
    [1_000_050, '1000.05 mg'],
  ])('%i µg is %s', (ug, text) => {
    expect(milligrams(ug)).toBe(text);
  });

  it('loses nothing: the digits give the micrograms back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_000_000 }), (ug) => {
        const [whole = '', rest = ''] = milligrams(ug).replace(' mg', '').split('.');
        expect(Number(whole) * 1_000 + Number(rest.padEnd(3, '0'))).toBe(ug);
      }),
    );
  });
});
