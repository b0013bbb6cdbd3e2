import type { Command } from 'commander';
import { clean, table } from '../screen.js';
import { nameText, roleText, shortId } from '../people.js';
import { asMember, type Register } from '../session.js';
import { personShape } from '../shapes.js';

export const me: Register = (program, shell) => {
  program
    .command('me')
    .description('Who these keys are')
    .action(async (_options: object, command: Command) => {
      await asMember(command, shell, ({ member, screen, settings }) => {
        const roles = member.people().filter((person) => person.me);
        const { userId, displayName, genesisHash, url } = member;
        const result = {
          userId,
          displayName,
          genesisHash,
          url,
          keyFile: settings.keyFile,
          roles: roles.map(personShape),
        };
        screen.show(result, () => [
          screen.paint('bold', clean(displayName)),
          `id        ${userId}`,
          `genesis   ${genesisHash}`,
          `service   ${url}`,
          `key file  ${settings.keyFile}`,
          ...roles.map(
            (row) => `role      ${roleText(row.role)} in ${clean(row.organisationName)} (${row.state})`,
          ),
        ]);
      });
    });
};

export const people: Register = (program, shell) => {
  program
    .command('people')
    .description('Everybody attested in the organisations I can read')
    .action(async (_options: object, command: Command) => {
      await asMember(command, shell, ({ member, screen }) => {
        const known = member.people();
        screen.show({ people: known.map(personShape) }, () =>
          table(
            known.map((person) => [
              shortId(person.userId),
              roleText(person.role),
              person.displayName === undefined ? '' : nameText(person),
              clean(person.organisationName),
              person.state === 'live' ? '' : person.state,
              person.me ? 'me' : '',
            ]),
          ),
        );
      });
    });
};
