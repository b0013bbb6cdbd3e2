import type { Command } from 'commander';
import {
  EXAMPLE_INTERACTION_RULES,
  EXAMPLE_VITALS_RULES,
  EXAMPLE_VITALS_TEST_PACK,
  observationsSchema,
  parseRuleSet,
  runTestPack,
  testPackSchema,
  type RuleSet,
  type TestPackReport,
} from '#clinical';
import type { ObservedNow } from '#client';
import { UsageError, VerificationFailure } from '../failure.js';
import { readJson } from '../json.input.js';
import { findCase, laneToWrite } from '../places.js';
import { answerLines, ruleSetLines, testPackLines } from '../rules.text.js';
import { showSent } from '../sending.js';
import { asMember, contextOf, type Context, type Register } from '../session.js';
import { healthLines, whoIn } from '../timeline.text.js';

const EXAMPLES: readonly RuleSet[] = [EXAMPLE_VITALS_RULES, EXAMPLE_INTERACTION_RULES];

/** Red-flag rule sets: what is in force in a case, rehearsal, evaluation, and a director's signature. */
export const rules: Register = (program, shell) => {
  const group = program
    .command('rules')
    .description('Red-flag rule sets: silent unless a medical director has signed them into the case');
  for (const register of [show, example, test, evaluate, approve, withdraw]) register(group, shell);
};

const show: Register = (group, shell) => {
  group
    .command('show [case]')
    .description('The rule sets signed into a case, and why one is silent')
    .action(async (query: string | undefined, _options: object, command: Command) => {
      await asMember(command, shell, ({ member, screen }) => {
        const view = findCase(member, query);
        const found = view.ruleSets();
        screen.show({ caseId: view.caseId, ruleSets: found }, () =>
          ruleSetLines(screen, found, whoIn([view])),
        );
      });
    });
};

const example: Register = (group, shell) => {
  group
    .command('example [id]')
    .description(
      `An example to start from: ${EXAMPLES.map((one) => one.rule_set_id).join(', ')}; no recommendation`,
    )
    .action((id: string = EXAMPLE_VITALS_RULES.rule_set_id, _options: object, command: Command) => {
      const found = EXAMPLES.find((one) => one.rule_set_id === id);
      if (found === undefined) throw new UsageError(`There is no example "${id}".`);
      contextOf(command, shell).screen.show(found, () => JSON.stringify(found, null, 2).split('\n'));
    });
};

interface TestFlags {
  readonly from?: string;
  readonly pack?: string;
}

const test: Register = (group, shell) => {
  group
    .command('test')
    .description('Replay a test pack against a rule set, approved or not (default: the example and its pack)')
    .option('--from <file>', 'the rule set as JSON; - for standard input')
    .option('--pack <file>', 'the test pack as JSON')
    .action(async (flags: TestFlags, command: Command) => {
      const context = contextOf(command, shell);
      const report = await rehearse(flags, context);
      context.screen.show(report, () => testPackLines(context.screen, report));
      if (!report.passed) throw new VerificationFailure();
    });
};

async function rehearse({ from, pack }: TestFlags, context: Context): Promise<TestPackReport> {
  const ruleSet = from === undefined ? EXAMPLE_VITALS_RULES : await readRuleSet(from, context);
  if (pack === undefined) return runTestPack(ruleSet, EXAMPLE_VITALS_TEST_PACK);
  const parsed = testPackSchema.safeParse(await readJson(pack, context));
  if (!parsed.success) throw new UsageError(`${pack} is no test pack.`);
  return runTestPack(ruleSet, parsed.data);
}

interface EvaluateFlags {
  readonly observed?: string;
  readonly from?: string;
}

const observed = observationsSchema
  .omit({ client_limits: true, scales: true })
  .partial({ symptoms: true, medications: true });

const evaluate: Register = (group, shell) => {
  group
    .command('evaluate [case]')
    .description('What the rule sets of a case say of the readings on record and of those handed in')
    .option(
      '--observed <file>',
      'what was measured now: {"vitals": [...], "symptoms": [...]?, "medications": [...]?}; - for standard input',
    )
    .option('--from <file>', 'only this rule set; silent unless it is the one that was signed')
    .action(async (query: string | undefined, flags: EvaluateFlags, command: Command) => {
      await asMember(command, shell, async (context) => {
        const view = findCase(context.member, query);
        const now =
          flags.observed === undefined ? { vitals: [] } : await readObserved(flags.observed, context);
        const asked = flags.from === undefined ? {} : { ruleSet: await readRuleSet(flags.from, context) };
        const answers = view.redFlags(now, asked);
        context.screen.show({ caseId: view.caseId, answers }, () => [
          ...view.lanes.flatMap((lane) => healthLines(context.screen, lane.health())),
          ...answerLines(context.screen, answers),
        ]);
      });
    });
};

async function readObserved(from: string, context: Context): Promise<ObservedNow> {
  const parsed = observed.safeParse(await readJson(from, context));
  if (!parsed.success) throw new UsageError('These are no observations: see --help.');
  const { vitals, symptoms, medications } = parsed.data;
  return {
    vitals,
    ...(symptoms == null ? {} : { symptoms }),
    ...(medications == null ? {} : { medications }),
  };
}

interface ApproveFlags {
  readonly from: string;
  readonly lane?: string;
  readonly expires?: string;
}

const approve: Register = (group, shell) => {
  group
    .command('approve <case>')
    .description('As its medical director: enable a rule set and sign it into the case')
    .requiredOption('--from <file>', 'the rule set as JSON; - for standard input')
    .option('--lane <lane>', 'whose members it speaks to: care-team or clinicians')
    .option('--expires <day>', 'last day it may speak')
    .action(async (query: string, flags: ApproveFlags, command: Command) => {
      await asMember(command, shell, async (context) => {
        const lane = laneToWrite(findCase(context.member, query), flags.lane);
        const draft = await readRuleSet(flags.from, context);
        const options = flags.expires === undefined ? {} : { expiresOn: flags.expires };
        const { sent } = await context.screen.progress('Signing', lane.approveRules(draft, options));
        showSent(context, sent, 'Signed and in force');
      });
    });
};

const withdraw: Register = (group, shell) => {
  group
    .command('withdraw <case> <id>')
    .description('As its medical director: switch a rule set off')
    .option('--lane <lane>', 'care-team or clinicians')
    .action(
      async (query: string, id: string, { lane: named }: { readonly lane?: string }, command: Command) => {
        await asMember(command, shell, async (context) => {
          const view = findCase(context.member, query);
          const found = view.ruleSets().find(({ ruleSet }) => ruleSet.rule_set_id === id);
          if (found === undefined) throw new UsageError(`No rule set "${id}" is signed into this case.`);
          if (!('rules' in found.ruleSet))
            throw new UsageError('This rule set cannot be read by this version.');
          const { sent } = await laneToWrite(view, named).withdrawRules(found.ruleSet);
          showSent(context, sent, 'Switched off');
        });
      },
    );
};

/** Fields that do not fit are named, never what stands in them. */
async function readRuleSet(from: string, context: Context): Promise<RuleSet> {
  const parsed = parseRuleSet(await readJson(from, context));
  switch (parsed.kind) {
    case 'rule_set':
      return parsed.ruleSet;
    case 'unreadable':
      throw new UsageError('This rule set cannot be read by this version.');
    case 'invalid':
      throw new UsageError(`This is no rule set; look at: ${parsed.paths.join(', ') || 'the whole'}.`);
  }
}
