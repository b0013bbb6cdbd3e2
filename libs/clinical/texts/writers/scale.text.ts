import type { ScaleResult } from '../../event.registry.js';
import { INSTRUMENTS, safetyFlagNeeded, scoreScale, type ScoredScale } from '../../scales/index.js';
import type { Description, Tongue } from '../tongue.js';

/** A form, scored as it is read. What its safety items say always stands before its total. */
export function scaleResult(result: ScaleResult, t: Tongue): Description {
  const { title: form } = INSTRUMENTS[result.instrument];
  const scored = scoreScale(result.instrument, result.items);
  const flagged = safetyFlagNeeded(scored) !== null;
  return {
    title: flagged ? t.say('scale.titleFlagged', { form }) : t.say('scale.title', { form }),
    lines: [
      ...scored.safety.filter(({ state }) => state !== 'not_asked').map(({ words }) => t.own(words)),
      ...amountsTo(scored, t),
      t.say('scale.when', {
        day: result.taken_on,
        setting: t.word('setting', result.setting),
        method: t.word('scaleMethod', result.method),
      }),
      ...t.listed(
        'scale.answers',
        result.items.map((answer) => (answer === null ? t.say('scale.noAnswer') : String(answer))),
      ),
      ...t.told('common.remark', result.remark),
      t.say('scale.note'),
    ],
    clientText: result.client_text,
  };
}

function amountsTo(scored: ScoredScale, t: Tongue): string[] {
  const instrument = INSTRUMENTS[scored.instrument];
  const maximum = instrument.kind === 'sum' ? instrument.maximum : 0;
  switch (scored.kind) {
    case 'total':
      return [t.say('scale.total', { total: scored.total, maximum, band: t.own(scored.band.words) })];
    case 'prorated': {
      const { total, band, missing } = scored;
      return [t.say('scale.prorated', { total, maximum, band: t.own(band.words), missing: missing.length })];
    }
    case 'triage':
      return [t.say('scale.level', { level: withoutFullStop(t.own(scored.words)) })];
    case 'open':
      return openLevel(scored, t);
    case 'incomplete':
      return [t.say('scale.noTotal', { n: scored.missing.length })];
    case 'invalid':
      return [];
  }
}

function openLevel(scored: Extract<ScoredScale, { kind: 'open' }>, t: Tongue): string[] {
  const instrument = INSTRUMENTS[scored.instrument];
  const levels = instrument.kind === 'triage' ? instrument.levels : [];
  const reached = levels.find(({ code }) => code === scored.atLeast);
  return [
    ...(reached === undefined ? [] : [t.say('scale.atLeast', { level: t.own(reached.words) })]),
    t.say('scale.noTotal', { n: scored.missing.length }),
  ];
}

function withoutFullStop(words: string): string {
  return words.replace(/\.$/u, '');
}
