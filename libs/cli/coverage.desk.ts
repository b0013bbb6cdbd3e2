import type { Command } from 'commander';
import type { CoverageBook, MemberCoverage, PoolRole } from '#client';
import { POOL_ROLES } from '#protocol';
import type { Slot } from '#calendar';
import { UsageError } from './failure.js';
import { instantMs } from './instant.js';
import { nameText, shortId, type Candidate } from './people.js';
import { asAdministrator, asMember, type Context, type Member } from './session.js';
import type { Shell } from './screen.js';

/** The coverage of one organisation, at somebody's hand. */
export interface Desk extends Context {
  readonly coverage: CoverageBook;
  /** Everybody attested there, once per role. */
  readonly people: readonly Candidate[];
}

/** Of one of its staff, who may swap too. */
export interface StaffDesk extends Desk {
  readonly coverage: MemberCoverage;
  readonly member: Member;
}

/** Staff and administrators plan with the same commands. */
export type WithDesk = (command: Command, act: (desk: Desk) => Promise<void>) => Promise<void>;

export function atStaffDesk(shell: Shell) {
  return (command: Command, act: (desk: StaffDesk) => Promise<void>): Promise<void> =>
    asMember(command, shell, (context) => {
      const { organisation } = command.optsWithGlobals<{ organisation?: string }>();
      const organisationId = organisationOf(context.member, organisation);
      const people = context.member
        .people()
        .filter((person) => person.organisationId === organisationId && person.state === 'live');
      return act({ ...context, coverage: context.member.coverage(organisationId), people });
    });
}

export function atAdministratorDesk(shell: Shell): WithDesk {
  return (command, act) =>
    asAdministrator(command, shell, (context) => {
      const { administrator } = context;
      const people = administrator
        .people()
        .flatMap(({ userId, role, state }) =>
          userId === undefined || state !== 'live'
            ? []
            : [{ userId, role, displayName: undefined, me: false }],
        );
      return act({ ...context, coverage: administrator.coverage, people });
    });
}

/** The organisation whose staff I am; named when there are several. */
export function organisationOf(member: Member, query: string | undefined): string {
  const mine = member.people().filter(({ me, role, state }) => me && state === 'live' && role !== 'client');
  const ids = [...new Set(mine.map(({ organisationId }) => organisationId))];
  const found = query === undefined ? ids : ids.filter((id) => id.startsWith(query.toLowerCase()));
  const [only, ...others] = found;
  if (only === undefined) throw new UsageError('You are staff of no such organisation.');
  if (others.length > 0) {
    throw new UsageError(`Which organisation? --organisation ${found.map(shortId).join(' or ')}.`);
  }
  return only;
}

export function poolRoleOf(text: string): PoolRole {
  const name = text.toLowerCase().replaceAll('-', '_');
  const role = POOL_ROLES.find((each) => each === name);
  if (role === undefined) throw new UsageError(`"${text}" is no role of staff: ${POOL_ROLES.join(', ')}.`);
  return role;
}

export function slotOf(text: string): Slot {
  if (text === 'primary' || text === 'secondary') return text;
  throw new UsageError('--slot is primary or secondary.');
}

export interface StretchOptions {
  readonly from: string;
  readonly to: string;
}

export function stretchOf({ from, to }: StretchOptions): { from: Date; to: Date } {
  const nowMs = Date.now();
  const stretch = { from: new Date(instantMs(from, nowMs)), to: new Date(instantMs(to, nowMs)) };
  if (stretch.from >= stretch.to) throw new UsageError('--to must be later than --from.');
  return stretch;
}

/** How a person is called here; null is nobody. */
export function calledBy(people: readonly Candidate[]): (userId: string | null) => string {
  return (userId) => {
    if (userId === null) return 'nobody';
    return nameText(people.find((person) => person.userId === userId) ?? { userId, displayName: undefined });
  };
}
