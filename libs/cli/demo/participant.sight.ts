import { setTimeout as sleep } from 'node:timers/promises';
import type { CaseView, Lane, Sent, TimelineEntry } from '#client';
import { describeEvent } from '#clinical';
import type { Member } from '../session.js';
import type { CaseFacts, InputOf, Line, ReplyOf, Seen } from './verbs.js';

const SIGHT_MS = 60_000;
const LOOK_EVERY_MS = 50;
const PULL_EVERY_MS = 1_000;

export async function openCase(
  member: Member,
  { client, prescriber }: InputOf<'openCase'>,
): Promise<CaseFacts> {
  await until(member, () =>
    [client, prescriber].every((id) => member.people().some((one) => one.userId === id)),
  );
  return factsOf(await member.openCase({ client, clinicians: [prescriber] }));
}

export async function enterCase(member: Member, { caseId, lanes }: InputOf<'enterCase'>): Promise<CaseFacts> {
  await until(member, () => member.cases().some((one) => one.caseId === caseId && one.lanes.length >= lanes));
  return factsOf(member.case(caseId));
}

export async function see(member: Member, sent: Sent): Promise<Seen> {
  const find = (): TimelineEntry | undefined =>
    lanesOf(member)
      .find((lane) => lane.threadId === sent.threadId)
      ?.timeline()
      .find((entry) => entry.seq === sent.seq);
  await until(member, () => find() !== undefined);
  const entry = find();
  if (entry?.entryHash !== sent.entryHash) throw new Error(`entry ${sent.seq} is not the one that was acked`);
  return {
    lane: entry.lane,
    author: entry.author.displayName ?? '',
    kind: kindOf(entry),
    ...wordsOf(entry),
  };
}

export function transcript(member: Member): Line[] {
  return lanesOf(member).flatMap((lane) =>
    lane.timeline().map((entry) => ({
      lane: lane.lane,
      threadId: lane.threadId,
      seq: entry.seq,
      entryHash: entry.entryHash,
      author: entry.author.userId,
      shown: JSON.stringify(entry.shown),
    })),
  );
}

export async function verify(member: Member): Promise<ReplyOf<'verify'>> {
  const report = await member.verify();
  const people = member.cases().flatMap((one) => one.lane('care_team').roster());
  const others = people.filter((row) => !row.me).map((row) => row.userId);
  return { report, safetyNumber: member.safetyNumber(others) };
}

/** Pushes bring most of it; a pull now and then covers what a killed service never pushed. */
async function until(member: Member, isThere: () => boolean): Promise<void> {
  const deadline = Date.now() + SIGHT_MS;
  let pulledAt = Date.now();
  while (!isThere()) {
    if (Date.now() > deadline) throw new Error('it was not seen in time');
    await sleep(LOOK_EVERY_MS);
    if (Date.now() - pulledAt < PULL_EVERY_MS) continue;
    await member.sync();
    pulledAt = Date.now();
  }
}

function lanesOf(member: Member): readonly Lane[] {
  return member.cases().flatMap((one) => one.lanes);
}

function factsOf(view: CaseView): CaseFacts {
  return { caseId: view.caseId, lanes: view.lanes.map(({ lane, threadId }) => ({ lane, threadId })) };
}

function kindOf({ shown }: TimelineEntry): string {
  return shown.kind === 'event' ? shown.event.event : shown.kind;
}

function wordsOf({ shown }: TimelineEntry): Pick<Seen, 'text' | 'toClient'> {
  if (shown.kind === 'note') return { text: shown.note.text, toClient: null };
  if (shown.kind === 'event') {
    const { title, lines, clientText } = describeEvent(shown.event, 'en');
    return { text: [title, ...lines].join('\n'), toClient: clientText };
  }
  return { text: shown.kind === 'invalid' ? shown.words : '', toClient: null };
}
