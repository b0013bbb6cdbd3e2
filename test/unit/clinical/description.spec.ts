import * as fc from 'fast-check';
import { describeEvent, exampleOf, milligrams, type EligibilityDecision } from '#clinical';
import { SAMPLES, deferredDecision, heldAdjustment, seriousOutcome } from './samples.js';

function told(...[event]: Parameters<typeof describeEvent>): string {
  const { title, lines } = describeEvent(event, 'en');
  return [title, ...lines].join('\n');
}

describe('describeEvent', () => {
  it.each(SAMPLES)('tells %s in words, without a gap or a raw value', (_name, event) => {
    const { title, lines, clientText } = describeEvent(event, 'en');
    expect(title.length).toBeGreaterThan(3);
    expect(title.length).toBeLessThan(80);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line.trim()).not.toBe('');
    const text = told(event, 'en');
    expect(text).not.toMatch(/undefined|null|NaN|\[object|[a-z]_[a-z]|\d{5,}/u);
    expect(clientText).toBe('client_text' in event ? event.client_text : null);
  });

  it.each(SAMPLES)('repeats no word of %s as the title: titles are safe to list', (_name, event) => {
    expect(describeEvent(event, 'en').title).not.toContain('SYNTHETIC');
  });

  it.each([
    exampleOf('dose_order'),
    exampleOf('dose_adjustment'),
    heldAdjustment,
    exampleOf('eligibility_decision'),
    deferredDecision,
  ])('$event says that it is not a prescription', (event) => {
    expect(describeEvent(event, 'en').lines[0]).toContain('not a prescription');
  });

  it('tells a dose order as a person would check it', () => {
    const text = told(exampleOf('dose_order'), 'en');
    for (const part of [
      'at most 150 mg in one session',
      '1 × 100 mg = 100 mg',
      'in-session booster 50 mg, not before minute 20, if the on-call prescriber authorises it',
      'under the tongue',
      'Hold in the mouth for 10 minute(s), then spit',
      'Session 1: 0.5 unit(s) = 50 mg',
      'read back the total: 150 mg',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('a hold and a stop say so in the title and forbid any dose', () => {
    expect(told(heldAdjustment, 'en')).toMatch(/^Dose adjustment: treatment ON HOLD\n/u);
    expect(told({ ...heldAdjustment, axes_changed: ['stop'] }, 'en')).toMatch(/treatment STOPPED\n/u);
    expect(told(heldAdjustment, 'en')).toContain('No dose may be taken until a later dose decision');
  });

  it('an urgent outcome with a serious event says both first', () => {
    const { title, lines } = describeEvent(seriousOutcome, 'en');
    expect(title).toContain('URGENTLY');
    expect(lines.slice(0, 2).join(' ')).toContain('SERIOUS ADVERSE EVENT');
    expect(lines.join(' ')).toContain('NOT RESOLVED');
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
        const shown = describeEvent({ ...decision, contraindications: screen }, 'en').lines.filter((line) =>
          line.startsWith('Screen: '),
        );
        expect(shown).toHaveLength(findings.filter((found) => found !== 'absent').length);
      }),
    );
  });

  it('says what was not asked or not recorded', () => {
    expect(told({ ...exampleOf('referral'), medications: null }, 'en')).toContain('Medications: not asked.');
    expect(told({ ...exampleOf('referral'), medications: [] }, 'en')).toContain('Medications: none taken');
    const outcome = { ...exampleOf('session_outcome'), vitals: [], ride_home: null, departure: null };
    expect(told(outcome, 'en')).toMatch(/Vitals: none recorded[^]*Had not left[^]*Ride home: none recorded/u);
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
