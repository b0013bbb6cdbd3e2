import { Buffer } from 'node:buffer';
import {
  OP,
  THREAD,
  URGENCY,
  fromBase64Url,
  nameOf,
  parseEntry,
  parseMessage,
  toHex,
  type Entry,
} from '#protocol';
import { shortId } from '../people.js';
import { table } from '../screen.js';
import { Deviation } from './narrator.js';
import type { Stage } from './scene.js';
import { CANARIES, PARTS } from './script.js';

const LINES_SHOWN = 12;

/** The same conversation as the service has it: who, when, how urgent, what is due, how long. Not one word. */
export async function showServerView(stage: Stage): Promise<void> {
  const { narrator, company, facts } = stage;
  narrator.heading('What the service saw');
  const rows: string[][] = [];
  for (const { lane, threadId } of facts.lanes) {
    const { entries } = await company.players.therapist.call('probe', { threadId });
    if (entries === undefined) throw new Deviation('the therapist cannot read an own lane');
    for (const text of entries) rows.push([lane.replace('_', '-'), ...entryRow(fromBase64Url(text))]);
  }
  const messages = rows.filter((row) => row[3] === 'message');
  narrator.note(`the last ${LINES_SHOWN} of ${messages.length} messages, as they lie in its database:`);
  for (const line of table(messages.slice(-LINES_SHOWN))) narrator.line(`    ${line}`);
  narrator.note(
    'the last column is ciphertext: every typed event is padded alike, and the key is with the three alone',
  );
  for (const part of PARTS) {
    const { calls, bytes, readable } = await company.players[part].call('traffic');
    narrator.check(
      `${part}: ${calls} calls with ${bytes} bytes left the process, none with a readable word`,
      readable.length === 0,
    );
  }
}

function entryRow(bytes: Uint8Array): string[] {
  const stored = Buffer.from(bytes);
  if (CANARIES.some((word) => stored.includes(word))) throw new Deviation('an entry carries readable words');
  const entry = parseEntry(bytes);
  const { header } = entry;
  return [
    `#${header.seq}`,
    `by ${shortId(toHex(header.authorUser))}`,
    nameOf(THREAD, header.type) ?? '',
    ...(header.type === THREAD.message ? messageCells(entry) : []),
  ];
}

function messageCells({ body }: Entry): string[] {
  const message = parseMessage(body);
  const ops = message.ops.map(
    ({ op, dueMs }) =>
      `${nameOf(OP, op) ?? ''}${dueMs === 0 ? '' : ` ${new Date(dueMs).toISOString().slice(0, 19)}`}`,
  );
  return [
    nameOf(URGENCY, message.urgency) ?? '',
    ops.join(', '),
    `${message.ciphertext.length} bytes`,
    `${toHex(message.ciphertext.slice(0, 12))}…`,
  ];
}
