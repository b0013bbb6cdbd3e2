import type { Command } from 'commander';
import type { CaseView, Lane } from '#client';
import { findPerson, personText, shortId } from '../people.js';
import { findCase, laneText } from '../places.js';
import { table } from '../screen.js';
import { asMember, type Member, type Register } from '../session.js';
import { VerificationFailure } from '../failure.js';

export const verify: Register = (program, shell) => {
  program
    .command('verify')
    .description('Check every chain again from its first byte, with every signature')
    .action(async (_options: object, command: Command) => {
      await asMember(command, shell, async ({ member, screen }) => {
        const report = await screen.progress('Verifying every chain', member.verify());
        const cases = member.cases().map((view) => ({ caseId: view.caseId, ...comparison(member, view) }));
        screen.show({ ...report, cases }, () => [
          ...table(
            report.chains.map((chain) => [
              isSound(chain) ? screen.paint('green', 'ok') : screen.paint('red', 'NOT OK'),
              chain.kind,
              shortId(chain.chainId),
              `${chain.entries} entries`,
              `head ${chain.head.slice(0, 16)}`,
              troubleText(chain),
            ]),
          ),
          ...cases.flatMap((one) => ['', `Case ${shortId(one.caseId)}`, ...comparisonLines(one)]),
          '',
          report.ok
            ? 'Every chain verifies.'
            : screen.paint('red', 'Something does not verify: trust nothing new until it is explained.'),
        ]);
        if (!report.ok) throw new VerificationFailure();
      });
    });
};

export const safetyNumber: Register = (program, shell) => {
  program
    .command('safety-number [person...]')
    .description('Compare it with the others by voice or side by side: same number, same people')
    .option('--case <case>', 'everybody in the care-team lane of this case (default)')
    .action(async (queries: readonly string[], options: { readonly case?: string }, command: Command) => {
      await asMember(command, shell, ({ member, screen }) => {
        const people =
          queries.length === 0
            ? (findCase(member, options.case).lanes[0]?.roster() ?? [])
            : queries.map((query) => findPerson(query, member.people()));
        const number = member.safetyNumber(
          people.filter((person) => !person.me).map((person) => person.userId),
        );
        const names = people.map((person) => ({
          userId: person.userId,
          displayName: person.displayName ?? null,
        }));
        screen.show({ safetyNumber: number, people: names }, () => [
          screen.paint('bold', number),
          `over ${people.map((person) => personText(person)).join(', ')}`,
        ]);
      });
    });
};

type Chain = Awaited<ReturnType<Member['verify']>>['chains'][number];

function isSound(chain: Chain): boolean {
  return (
    (chain.health.state === 'current' || chain.health.state === 'not_served') &&
    chain.badSignatures.length === 0 &&
    chain.serverAgrees !== false
  );
}

function troubleText(chain: Chain): string {
  const { health, badSignatures, serverAgrees } = chain;
  if (health.state === 'frozen') return `frozen at entry ${health.atSeq} (${health.rule})`;
  if (health.state === 'waiting') return `waits for entry ${health.seq} of ${shortId(health.chainId)}`;
  if (health.state === 'not_served') return 'no longer served to me';
  if (badSignatures.length > 0) return `bad signatures: ${badSignatures.join(', ')}`;
  return serverAgrees === false ? 'the service states another head' : '';
}

interface Comparison {
  readonly safetyNumber: string;
  readonly headCodes: readonly { readonly lane: Lane['lane']; readonly headCode: string }[];
}

function comparison(member: Member, view: CaseView): Comparison {
  const others = view.lanes[0]?.roster().filter((row) => !row.me) ?? [];
  return {
    safetyNumber: member.safetyNumber(others.map((row) => row.userId)),
    headCodes: view.lanes.map((lane) => ({ lane: lane.lane, headCode: lane.headCode() })),
  };
}

function comparisonLines({ safetyNumber: number, headCodes }: Comparison): string[] {
  return [
    `  safety number  ${number}`,
    ...headCodes.map(({ lane, headCode }) => `  head code      ${headCode}  ${laneText(lane)}`),
  ];
}
