import type { Command } from 'commander';
import { calledBy, poolRoleOf, type WithDesk } from '../coverage.desk.js';
import { instantMs, instantText } from '../instant.js';
import { roleText, shortId } from '../people.js';
import { clean, table } from '../screen.js';

const time = (at: Date): string => instantText(at.getTime());
const span = ({ from, to }: { readonly from: Date; readonly to: Date }): string =>
  `${time(from)} – ${time(to)}`;

export function addOnDuty(parent: Command, withDesk: WithDesk): void {
  parent
    .command('on-duty <role>')
    .description('Who is on duty, now or at a time')
    .option('--at <time>', 'when (default: now)')
    .action((text: string, { at }: { readonly at?: string }, command: Command) =>
      withDesk(command, async ({ coverage, people, screen }) => {
        const when = at === undefined ? undefined : new Date(instantMs(at, Date.now()));
        const duty = await coverage.onDuty(poolRoleOf(text), when);
        const called = calledBy(people);
        screen.show(duty, () => {
          if (!duty.hasRota) return ['This role has no rota.'];
          const next = duty.nextOnDutyAt;
          const somebody = duty.primary !== null || duty.secondary !== null;
          return [
            `primary    ${clean(called(duty.primary))}`,
            `secondary  ${clean(called(duty.secondary))}`,
            ...(somebody
              ? []
              : [next === null ? 'Nobody for two weeks.' : `Somebody from ${time(next)} on.`]),
          ];
        });
      }),
    );
}

export function addShifts(parent: Command, withDesk: WithDesk): void {
  parent
    .command('shifts')
    .description('The shifts of the next two weeks')
    .action((_options: object, command: Command) =>
      withDesk(command, async ({ coverage, people, screen }) => {
        const { until, shifts } = await coverage.shifts();
        const called = calledBy(people);
        screen.show({ until, shifts }, () =>
          tableOr(
            'No role has a rota: nobody has shifts.',
            shifts.map((shift) => [
              roleText(shift.role),
              shift.slot,
              span(shift),
              clean(called(shift.personId)),
            ]),
          ),
        );
      }),
    );
  parent
    .command('gaps')
    .description('When nobody is on duty in the next two weeks, though somebody should be')
    .action((_options: object, command: Command) =>
      withDesk(command, async ({ coverage, screen }) => {
        const { until, gaps } = await coverage.shifts();
        screen.show({ until, gaps }, () =>
          gaps.length === 0
            ? [`No gaps until ${time(until)}.`]
            : table(gaps.map((gap) => [roleText(gap.role), gap.slot, span(gap)])),
        );
      }),
    );
}

export function addChanges(parent: Command, withDesk: WithDesk): void {
  parent
    .command('changes')
    .description('Overrides, swaps and leave that are not over, with their ids')
    .action((_options: object, command: Command) =>
      withDesk(command, async ({ coverage, people, screen }) => {
        const changes = await coverage.changes();
        const called = (id: string | null) => clean(calledBy(people)(id));
        screen.show(changes, () =>
          table([
            ...changes.overrides.map((one) => [
              one.id,
              'override',
              `${roleText(one.role)} ${one.slot}`,
              span(one),
              called(one.personId),
            ]),
            ...changes.swaps.map((one) => [
              one.id,
              `swap ${one.state}`,
              `${roleText(one.role)} ${one.slot}`,
              span(one),
              `${called(one.giverId)} → ${called(one.takerId)}`,
            ]),
            ...changes.leave.map((one) => [
              one.id,
              'leave',
              '',
              span(one),
              `${called(one.personId)}, covered by ${called(one.coverId)}`,
            ]),
          ]),
        );
      }),
    );
}

export function addReadiness(parent: Command, withDesk: WithDesk): void {
  parent
    .command('readiness')
    .description('Whether whoever is next on duty can be reached and can read every case')
    .action((_options: object, command: Command) =>
      withDesk(command, async ({ coverage, people, screen }) => {
        const checks = await coverage.readiness();
        const called = calledBy(people);
        screen.show({ checks }, () =>
          tableOr(
            'No shift with a rota has begun this week or begins within a day: nobody was asked.',
            checks.map((check) => [
              time(check.shiftAt),
              `${roleText(check.role)} ${check.slot}`,
              clean(called(check.personId)),
              `${check.hoursBefore} h before`,
              check.state === 'not_ready' ? screen.paint('red', 'NOT READY') : check.state,
              reasonsText(check),
            ]),
          ),
        );
      }),
    );
}

interface Findings {
  readonly state: string;
  readonly probeConfirmed: boolean | null;
  readonly deviceOnline: boolean | null;
  readonly missing: number | null;
  readonly missingThreadIds: readonly string[];
}

function reasonsText({ state, probeConfirmed, deviceOnline, missing, missingThreadIds }: Findings): string {
  if (state !== 'not_ready') return '';
  const device = deviceOnline === true ? 'in use, but silent' : 'not online';
  const known = missingThreadIds.length === 0 ? '' : ` (${missingThreadIds.map(shortId).join(', ')})`;
  return [
    ...(probeConfirmed === true ? [] : [`device ${device}`]),
    ...(missing === null || missing === 0 ? [] : [`cannot read ${missing} lanes${known}`]),
  ].join('; ');
}

export function addActs(parent: Command, withDesk: WithDesk): void {
  parent
    .command('acts')
    .description('Who planned what, newest first')
    .action((_options: object, command: Command) =>
      withDesk(command, async ({ coverage, people, screen }) => {
        const acts = await coverage.acts();
        const called = calledBy(people);
        screen.show({ acts }, () =>
          table(
            acts.map((one) => [
              time(one.at),
              one.act.replaceAll('_', ' '),
              one.role === null ? '' : roleText(one.role),
              one.actorKind === 'administrator' ? 'administrator' : clean(called(one.actorId)),
              one.subject,
            ]),
          ),
        );
      }),
    );
}

/** An empty table says nothing; these words say why. */
function tableOr(words: string, lines: readonly (readonly string[])[]): string[] {
  return lines.length === 0 ? [words] : table(lines);
}
