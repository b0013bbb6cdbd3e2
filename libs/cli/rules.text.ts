import type { RuleSetAnswer, RuleSetView } from '#client';
import type { NotJudged, RedFlag, TestPackReport } from '#clinical';
import { instantText } from './instant.js';
import { clean, type Screen } from './screen.js';
import type { Who } from './timeline.text.js';

/** Red-flag rules for people: silence is always said, with its reason. */

export function ruleSetLines(screen: Screen, found: readonly RuleSetView[], who: Who): string[] {
  if (found.length === 0) return ['NOT APPROVED: no rule set is signed into this case; nothing is judged.'];
  return found.map(({ ruleSet, signer, signerRole, words }) => {
    const name = `${clean(ruleSet.title)} (${ruleSet.rule_set_id}, version ${ruleSet.version})`;
    const by = `signed by ${who(signer)} (${signerRole})`;
    return words === null
      ? `${name}: in force, ${by}`
      : screen.paint('yellow', `${name}: SILENT, ${by}. ${words.en}`);
  });
}

export function answerLines(screen: Screen, answers: readonly RuleSetAnswer[]): string[] {
  if (answers.length === 0)
    return ['NOT APPROVED: no rule set is signed into this case; nothing was judged.'];
  return answers.flatMap(({ ruleSet, readings, verdict }) => {
    const name = screen.paint('bold', clean(ruleSet.title));
    if (verdict.kind === 'silent') {
      return [
        `${name}: ${screen.paint('yellow', `SILENT, which is not "nothing found". ${verdict.words.en}`)}`,
      ];
    }
    const gaps = verdict.notJudged.map(
      ({ ruleId, what, fact }) => `    not judged: ${ruleId}, ${gapText(what, fact)}`,
    );
    const open = gaps.length === 0 ? '' : `, ${new Set(gaps).size} not judged`;
    return [
      `${name}: ${verdict.flags.length} found${open}, in ${readingsText(readings)}`,
      ...verdict.flags.map((flag) => screen.paint('red', `    ! ${flagText(flag)}`)),
      ...new Set(gaps),
    ];
  });
}

/** Why a rule says nothing: what is missing is never "nothing found". */
function gapText(what: NotJudged['what'], fact = ''): string {
  switch (what) {
    case 'fact_not_known_here':
      return `${spaced(fact)} cannot be judged by this version`;
    case 'fact_missing':
      return `${spaced(fact)} not known`;
    case 'entries_not_read':
      return 'entries of the record were not read';
    case 'medications':
      return 'no whole list of medicines';
    default:
      return `${spaced(what)} missing`;
  }
}

function readingsText(readings: RuleSetAnswer['readings']): string {
  const last = readings.at(-1);
  if (last === undefined) return 'no reading: no vital sign was judged';
  return `${readings.length} reading${readings.length === 1 ? '' : 's'}, the last of ${instantText(Date.parse(last.taken_at))}`;
}

function flagText({ words, evidence, ruleId, ruleSetVersion, at }: RedFlag): string {
  const because = evidence.map(evidenceText).join('; ');
  return `${clean(words.en)} [${ruleId}, version ${ruleSetVersion}${at === null ? '' : `, ${at}`}: ${because}]`;
}

function evidenceText(found: RedFlag['evidence'][number]): string {
  switch (found.kind) {
    case 'vital':
      return `${spaced(found.measure)} ${found.value} ${spaced(found.comparison)} ${found.threshold}, limit from ${spaced(found.thresholdFrom)}`;
    case 'symptom':
      return spaced(found.code);
    case 'medication':
      return clean(found.name);
    case 'fact':
      return `${spaced(found.fact)}: ${spaced(found.value)}`;
    case 'scale_total':
      return `${found.instrument} ${found.total}`;
  }
}

export function testPackLines(screen: Screen, report: TestPackReport): string[] {
  return [
    report.passed ? screen.paint('green', 'PASSED') : screen.paint('red', 'FAILED'),
    ...(report.fits ? [] : ['  The pack was written for another rule set or version.']),
    ...report.failures.map(
      ({ name, missing, unexpected }) =>
        `  ${clean(name)}: missing ${missing.join(', ') || 'nothing'}; unexpected ${unexpected.join(', ') || 'nothing'}`,
    ),
    ...(report.untried.length === 0 ? [] : [`  Rules no case made fire: ${report.untried.join(', ')}`]),
  ];
}

function spaced(code: string): string {
  return code.replaceAll('_', ' ');
}
