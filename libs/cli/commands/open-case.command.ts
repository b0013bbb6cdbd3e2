import type { Command } from 'commander';
import type { KnownPerson } from '#client';
import type { RoleName } from '#protocol';
import { UsageError } from '../failure.js';
import { spanMs } from '../instant.js';
import { findPerson, personText, roleText, shortId } from '../people.js';
import { asMember, type MemberContext, type Member, type Register } from '../session.js';
import { caseShape } from '../shapes.js';

interface Options {
  readonly client?: string;
  readonly with?: readonly string[];
  readonly rowsFor?: string;
}

export const openCase: Register = (program, shell) => {
  program
    .command('open-case')
    .description('Open a case: both lanes, with the client and the clinicians')
    .option('--client <person>', 'the client (default: when there is only one)')
    .option(
      '--with <person...>',
      'the other clinicians (default: one therapist, one prescriber, when unambiguous)',
    )
    .option('--rows-for <time>', 'how long memberships last, such as 180d (default: as long as the role)')
    .action(async (options: Options, command: Command) => {
      await asMember(command, shell, async (context) => {
        const { member, screen } = context;
        const client = await choose(context, { query: options.client, role: 'client', flag: '--client' });
        const clinicians = await chooseClinicians(context, options.with);
        const opened = await screen.progress(
          'Opening both lanes',
          member.openCase({
            client: client.userId,
            clinicians: clinicians.map(({ userId, role }) => ({ userId, role })),
            ...(options.rowsFor === undefined ? {} : { rowsForMs: spanMs(options.rowsFor) }),
          }),
        );
        screen.show(caseShape(opened), () => [
          `Opened case ${screen.paint('bold', shortId(opened.caseId))} for ${personText(client)}`,
          ...clinicians.map((person) => `  with ${personText(person)}`),
          'Two lanes: care-team (the client reads it) and clinicians (the client never does).',
          ...([client, ...clinicians].some(({ displayName }) => displayName === undefined)
            ? ['An id stands for whoever has not looked in yet; the name comes with the first look.']
            : []),
        ]);
      });
    });
};

async function chooseClinicians(
  context: MemberContext,
  queries: readonly string[] | undefined,
): Promise<KnownPerson[]> {
  const candidates = candidatesOf(context.member);
  if (queries !== undefined) return queries.map((query) => findPerson(query, candidates));
  const mine = new Set(
    context.member
      .people()
      .filter((person) => person.me)
      .map((person) => person.role),
  );
  const wanted = (['therapist', 'prescriber'] as const).filter((role) => !mine.has(role));
  const chosen: KnownPerson[] = [];
  for (const role of wanted) chosen.push(await choose(context, { query: undefined, role, flag: '--with' }));
  return chosen;
}

interface Wanted {
  readonly query: string | undefined;
  readonly role: RoleName;
  readonly flag: string;
}

/** The one named, the only one there is, or the one picked in the terminal. */
async function choose(
  { member, screen, prompts }: MemberContext,
  { query, role, flag }: Wanted,
): Promise<KnownPerson> {
  const candidates = candidatesOf(member).filter((person) => person.role === role);
  if (query !== undefined) return findPerson(query, candidates);
  const [only, ...others] = candidates;
  if (only === undefined) throw new UsageError(`Nobody here is attested as ${roleText(role)} yet.`);
  if (others.length === 0) return only;
  if (!screen.interactive) {
    throw new UsageError(
      `Several people are ${roleText(role)}: name one with ${flag} (${candidates.map((one) => shortId(one.userId)).join(', ')}).`,
    );
  }
  return prompts.choose(
    `Which ${roleText(role)}?`,
    candidates.map((person) => ({ name: `${personText(person)} ${shortId(person.userId)}`, value: person })),
  );
}

function candidatesOf(member: Member): KnownPerson[] {
  return member.people().filter((person) => !person.me && person.state === 'live');
}
