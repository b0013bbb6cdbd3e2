import type { Command } from 'commander';
import { noticePreferences, type NoticePreferences } from '#protocol';
import { UsageError } from '../failure.js';
import type { WithTold } from '../told.js';

interface Wanted {
  readonly zone?: string;
  readonly quiet?: string;
  readonly digest?: string;
  readonly routine?: string;
  readonly soon?: string;
}

/** How I want to be told: shown without options, changed by each that is given. Urgent matters come every way at once. */
export function addPreferences(contact: Command, withTold: WithTold): void {
  contact
    .command('preferences')
    .description('Quiet hours, digest and order of ways; urgent matters come every way at any hour')
    .option('--zone <name>', 'whose clock the times are of, such as Europe/Madrid')
    .option('--quiet <from-to>', 'hold routine notices back, as 22:00-07:00; off')
    .option('--digest <times>', 'collect routine updates until these times, as 08:00,17:00; off')
    .option('--routine <ways>', 'order for routine notices, as push,email,sms; off')
    .option('--soon <ways>', 'order for those that should be seen soon; off')
    .action((options: Wanted, command: Command) =>
      withTold(command, async ({ contacts, screen }) => {
        const held = await contacts.preferences();
        const changed = Object.keys(options).length > 0;
        const preferences = changed ? changedBy(held, options) : held;
        if (changed) await contacts.setPreferences(preferences);
        screen.show({ preferences }, () => linesOf(preferences));
      }),
    );
}

function changedBy(held: NoticePreferences, wanted: Wanted): NoticePreferences {
  const { zone = held.zone, quiet, digest, routine, soon } = wanted;
  const parsed = noticePreferences.safeParse({
    zone,
    quiet: quiet === undefined ? held.quiet : hoursOf(quiet),
    digestAt: digest === undefined ? held.digestAt : listOf(digest),
    order: {
      routine: routine === undefined ? held.order.routine : listOf(routine),
      soon: soon === undefined ? held.order.soon : listOf(soon),
    },
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const flag = FLAGS.find(({ field }) => issue?.path.join('.').startsWith(field));
  throw new UsageError(
    `${flag?.name ?? 'This'} cannot be used: write it as ${flag?.example ?? 'shown by --help'}.`,
  );
}

/** Which flag a field of the preferences comes from. */
const FLAGS = [
  { field: 'zone', name: '--zone', example: 'Europe/Madrid' },
  { field: 'quiet', name: '--quiet', example: '22:00-07:00, or off' },
  { field: 'digestAt', name: '--digest', example: '08:00,17:00, or off' },
  { field: 'order.routine', name: '--routine', example: 'push,email,webhook,sms in your order, or off' },
  { field: 'order.soon', name: '--soon', example: 'push,email,webhook,sms in your order, or off' },
] as const;

function hoursOf(text: string): { from: string; to: string } | null {
  if (text === 'off') return null;
  const [from = '', to = ''] = text.split('-');
  return { from, to };
}

const listOf = (text: string): string[] => (text === 'off' ? [] : text.split(',').map((part) => part.trim()));

function linesOf({ zone, quiet, digestAt, order }: NoticePreferences): string[] {
  const ways = (some: readonly string[]): string =>
    some.length === 0 ? 'the usual order' : some.join(', then ');
  return [
    `Quiet hours: ${quiet === null ? 'none' : `${quiet.from} to ${quiet.to}`}`,
    `Digest: ${digestAt.length === 0 ? 'none' : digestAt.join(', ')}`,
    `Clock: ${zone}`,
    `Routine: ${ways(order.routine)}`,
    `Soon: ${ways(order.soon)}`,
  ];
}
