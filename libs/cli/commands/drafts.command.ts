import type { Command } from 'commander';
import type { Draft } from '#client';
import { UsageError } from '../failure.js';
import { instantText } from '../instant.js';
import { shortId } from '../people.js';
import { clean, table } from '../screen.js';
import { questionOf, showSent } from '../sending.js';
import { asMember, type Member, type Register } from '../session.js';

export const drafts: Register = (program, shell) => {
  const parent = program.command('drafts').description('What was written and has not been sent');
  parent
    .command('list', { isDefault: true })
    .description('All of them')
    .action(async (_options: object, command: Command) => {
      await asMember(command, shell, ({ member, screen }) => {
        const kept = member.drafts();
        screen.show({ drafts: kept.map((draft) => ({ ...draft, problem: draft.problem ?? null })) }, () =>
          table(
            kept.map((draft) => [
              shortId(draft.draftId),
              instantText(draft.createdAt.getTime()),
              draft.state.replaceAll('_', ' '),
              draft.problem ?? '',
              draftText(draft),
            ]),
          ),
        );
      });
    });
  parent
    .command('resend <draft>')
    .description('Send it now')
    .option('--anyway', 'even if something came in between')
    .action(async (query: string, options: { readonly anyway?: boolean }, command: Command) => {
      await asMember(command, shell, async (context) => {
        const { draftId } = findDraft(context.member, query);
        showSent(
          context,
          await context.screen.progress(
            'Sending',
            context.member.resend(draftId, questionOf(options, context)),
          ),
        );
      });
    });
  parent
    .command('discard <draft>')
    .description('Throw it away')
    .action(async (query: string, _options: object, command: Command) => {
      await asMember(command, shell, async ({ member, screen }) => {
        const { draftId } = findDraft(member, query);
        await member.discard(draftId);
        screen.show({ discarded: draftId }, () => ['Thrown away.']);
      });
    });
};

function draftText({ content }: Draft): string {
  return 'note' in content ? clean(content.note).slice(0, 60) : content.event.event.replaceAll('_', ' ');
}

function findDraft(member: Member, query: string): Draft {
  const found = member.drafts().filter((draft) => draft.draftId.startsWith(query));
  const [only, ...others] = found;
  if (only === undefined || others.length > 0) throw new UsageError(`"${query}" names no draft, or several.`);
  return only;
}
