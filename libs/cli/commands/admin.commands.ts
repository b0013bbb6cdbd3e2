import type { Command } from 'commander';
import { Administrator, type Attestation } from '#client';
import { REVOKE_REASON, ROLE, type RoleName } from '#protocol';
import { UsageError } from '../failure.js';
import { instantText, spanMs } from '../instant.js';
import { roleText, shortId } from '../people.js';
import { clean, table } from '../screen.js';
import {
  asAdministrator,
  contextOf,
  openOrCreateStore,
  thenClose,
  withStore,
  type Register,
} from '../session.js';
import { attestationShape } from '../shapes.js';
import { addAdministratorCoverage } from './coverage.commands.js';
import { addAdministratorLadders } from './ladder.commands.js';
import { addAdministratorContacts } from './contact.commands.js';

/**
 * Commands of an organisation's administrator. The keys stand in DATA_DIR/admin/<profile>.keys; the trial
 * organisation of `npm start` is the profile "trial", whose passphrase stands beside it.
 */
export const admin: Register = (program, shell) => {
  const parent = program.command('admin').description('For the administrator of an organisation');
  for (const register of [found, invite, people, attest, revoke, suspend, introduce]) register(parent, shell);
  addAdministratorContacts(parent, shell);
  addAdministratorCoverage(parent, shell);
  addAdministratorLadders(parent, shell);
};

const found: Register = (parent, shell) => {
  parent
    .command('found <name>')
    .description('Found an organisation; makes its root and administrator keys here')
    .requiredOption('--token <token>', 'the founding token of the installation', shell.env['FOUNDING_TOKEN'])
    .action(async (name: string, options: { readonly token: string }, command: Command) => {
      const context = contextOf(command, shell, 'administrator');
      const url = context.settings.url ?? context.settings.defaultUrl;
      const { organisationId, organisationName, genesisHash } = await withStore(
        { context, command, open: openOrCreateStore },
        async (store) => {
          const founding = Administrator.found({ url, foundingToken: options.token, name, store });
          const administrator = await context.screen.progress('Founding', founding);
          return thenClose(administrator, () => Promise.resolve(administrator));
        },
      );
      const { keyFile } = context.settings;
      context.screen.show({ organisationId, organisationName, genesisHash, url, keyFile }, () => [
        `Founded ${clean(organisationName)}, id ${organisationId}.`,
        `Root and administrator keys: ${keyFile}. Whoever has them speaks for the organisation.`,
      ]);
    });
};

const invite: Register = (parent, shell) => {
  parent
    .command('invite')
    .description('Make a one-time link; it is kept nowhere')
    .requiredOption('--role <role>', Object.keys(ROLE).join(', '))
    .option('--valid-for <time>', 'how long the role lasts (default: 365d)')
    .option('--claim-within <time>', 'how long the link may be used (default: 7d)')
    .action(async (options: { role: string; validFor?: string; claimWithin?: string }, command: Command) => {
      const role = roleOf(options.role);
      await asAdministrator(command, shell, async ({ administrator, screen }) => {
        const invitation = await screen.progress(
          'Attesting the invitation',
          administrator.invite({
            role,
            ...(options.validFor === undefined ? {} : { validForMs: spanMs(options.validFor) }),
            ...(options.claimWithin === undefined ? {} : { claimWithinMs: spanMs(options.claimWithin) }),
          }),
        );
        screen.show(invitation, () => [
          `For one ${roleText(role)}, until ${instantText(invitation.claimBy.getTime())}; give it to nobody else:`,
          invitation.link,
          '',
          `npm run trialogue -- join '${invitation.link}' --profile <name>`,
          `To take it back: npm run trialogue -- admin revoke ${shortId(invitation.attestHash)}`,
        ]);
      });
    });
};

const people: Register = (parent, shell) => {
  parent
    .command('people')
    .description('Everybody this organisation attests, and the invitations')
    .action(async (_options: object, command: Command) => {
      await asAdministrator(command, shell, ({ administrator, screen }) => {
        const { organisationId, organisationName, genesisHash } = administrator;
        const all = administrator.people();
        screen.show(
          { organisationId, organisationName, genesisHash, people: all.map(attestationShape) },
          () => [
            `${screen.paint('bold', clean(organisationName))}  ${organisationId}`,
            ...table(all.map(personRow)),
          ],
        );
      });
    });
};

const attest: Register = (parent, shell) => {
  parent
    .command('attest <genesis-hash>')
    .description('Give a role to a person who has an identity already ("trialogue me" shows the hash)')
    .requiredOption('--role <role>', Object.keys(ROLE).join(', '))
    .option('--valid-for <time>', 'how long the role lasts (default: 365d)')
    .action(async (genesisHash: string, options: { role: string; validFor?: string }, command: Command) => {
      const role = roleOf(options.role);
      const validForMs = options.validFor === undefined ? {} : { validForMs: spanMs(options.validFor) };
      await asAdministrator(command, shell, async ({ administrator, screen }) => {
        const made = await administrator.attest({ genesisHash, role, ...validForMs });
        screen.show(attestationShape(made), () => [
          `Attested as ${roleText(role)}: ${shortId(made.attestHash)}.`,
        ]);
      });
    });
};

const revoke: Register = (parent, shell) => {
  parent
    .command('revoke <attestation>')
    .description('Take a role or an invitation back for good; "admin people" lists them')
    .option('--reason <reason>', Object.keys(REVOKE_REASON).join(', '), 'unspecified')
    .action(async (query: string, options: { readonly reason: string }, command: Command) => {
      const reason = options.reason.replaceAll('-', '_') as keyof typeof REVOKE_REASON;
      if (!Object.hasOwn(REVOKE_REASON, reason)) throw new UsageError(`"${options.reason}" is no reason.`);
      await asAdministrator(command, shell, async ({ administrator, screen }) => {
        const { attestHash } = findAttestation(administrator.people(), query);
        await administrator.revoke(attestHash, reason);
        screen.show({ attestHash, state: 'revoked' }, () => [
          'Revoked. Threads drop the person with their next message.',
        ]);
      });
    });
};

const suspend: Register = (parent, shell) => {
  parent
    .command('suspend <attestation>')
    .description('Take a role away for a while')
    .option('--lift', 'give it back')
    .action(async (query: string, options: { readonly lift?: boolean }, command: Command) => {
      await asAdministrator(command, shell, async ({ administrator, screen }) => {
        const { attestHash } = findAttestation(administrator.people(), query);
        if (options.lift === true) await administrator.liftSuspension(attestHash);
        else await administrator.suspend(attestHash);
        const state = options.lift === true ? 'live' : 'suspended';
        screen.show({ attestHash, state }, () => [`It is ${state} now.`]);
      });
    });
};

const introduce: Register = (parent, shell) => {
  parent
    .command('introduce <organisation>')
    .description('Let the members of another organisation (its whole id) read this one’s chain')
    .action(async (guest: string, _options: object, command: Command) => {
      await asAdministrator(command, shell, async ({ administrator, screen }) => {
        await administrator.introduce(guest);
        const { organisationId } = administrator;
        screen.show({ organisationId, guest }, () => [
          'Introduced. They need to introduce you as well to be found.',
        ]);
      });
    });
};

function personRow(one: Attestation): string[] {
  const until = one.state === 'invited' ? (one.claimBy ?? one.validTo) : one.validTo;
  return [
    shortId(one.attestHash),
    roleText(one.role),
    one.state,
    one.userId === undefined ? '' : shortId(one.userId),
    `until ${instantText(until.getTime())}`,
  ];
}

function roleOf(text: string): RoleName {
  const name = text.toLowerCase().replaceAll('-', '_');
  if (Object.hasOwn(ROLE, name)) return name as RoleName;
  throw new UsageError(`"${text}" is no role: ${Object.keys(ROLE).join(', ')}.`);
}

/** By the hash of the attestation or the id of the person, whole or their beginning. */
function findAttestation(all: readonly Attestation[], query: string): Attestation {
  const prefix = query.toLowerCase();
  const live = all.filter((one) => one.state !== 'revoked');
  const found = live.filter(
    (one) => one.attestHash.startsWith(prefix) || one.userId?.startsWith(prefix) === true,
  );
  const [only, ...others] = prefix.length < 4 ? [] : found;
  if (only === undefined || others.length > 0) {
    throw new UsageError(`"${query}" names no attestation, or several; "admin people" lists them.`);
  }
  return only;
}
