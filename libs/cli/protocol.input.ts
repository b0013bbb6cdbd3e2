import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import type { CaseProtocol } from '#client';
import { EXAMPLE_PROTOCOL_TEMPLATES, protocolTemplateSchema, type ProtocolTemplate } from '#clinical';
import { isTimeZone } from '#calendar';
import { UsageError } from './failure.js';
import { instantMs } from './instant.js';
import { readJson } from './json.input.js';
import type { Context } from './session.js';
import { pathOf } from './settings.js';

/** What the entries of a case do not say: its protocol and its zone. */
export interface ProtocolFlags {
  readonly protocol?: string;
  readonly zone?: string;
  readonly now?: string;
}

const EXAMPLES = Object.keys(EXAMPLE_PROTOCOL_TEMPLATES);

export function addProtocolFlags(command: Command): Command {
  return command
    .requiredOption('--protocol <name>', `a template as JSON, or an example: ${EXAMPLES.join(', ')}`)
    .option('--zone <zone>', 'zone of the case, such as America/Denver (default: the one of this computer)')
    .option('--now <time>', 'another moment than now');
}

export async function readProtocol(flags: ProtocolFlags, context: Context): Promise<CaseProtocol> {
  const template = await templateOf(flags.protocol ?? '', context);
  const nowMs = flags.now === undefined ? {} : { nowMs: instantMs(flags.now, Date.now()) };
  return { template, zone: zoneOf(flags.zone), ...nowMs };
}

async function templateOf(named: string, context: Context): Promise<ProtocolTemplate> {
  if (isExample(named)) return EXAMPLE_PROTOCOL_TEMPLATES[named];
  if (/^\w+$/u.test(named) && !existsSync(pathOf(named, context.shell.env)))
    throw new UsageError(`"${named}" is no example of a protocol (${EXAMPLES.join(', ')}), and no file.`);
  const parsed = protocolTemplateSchema.safeParse(await readJson(named, context));
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path }) => path.map(String).join('.') || 'the whole');
  throw new UsageError(`This is no protocol template; look at: ${[...new Set(fields)].join(', ')}.`);
}

function isExample(name: string): name is keyof typeof EXAMPLE_PROTOCOL_TEMPLATES {
  return Object.hasOwn(EXAMPLE_PROTOCOL_TEMPLATES, name);
}

function zoneOf(zone: string = new Intl.DateTimeFormat().resolvedOptions().timeZone): string {
  if (isTimeZone(zone)) return zone;
  throw new UsageError(`"${zone}" is no time zone: write it as America/Denver.`);
}
