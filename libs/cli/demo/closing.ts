import { EVENT_TYPES } from '#clinical';
import { PARTS, type Part } from './script.js';
import type { Stage } from './scene.js';
import type { Line, ReplyOf } from './verbs.js';

type Verified = ReplyOf<'verify'>;
type Transcripts = Readonly<Record<Part, readonly Line[]>>;

/** Every chain again in all three processes, heads and opened transcripts compared, nothing acked missing. */
export async function compareEverything(stage: Stage): Promise<void> {
  const { narrator, company } = stage;
  narrator.heading('Verification: every chain, in all three processes');
  const verified = await fromEach((part) => company.players[part].call('verify'));
  for (const part of PARTS) {
    const { chains, ok } = verified[part].report;
    const entries = chains.reduce((sum, chain) => sum + chain.entries, 0);
    const sound = chains.every(
      ({ health, serverAgrees }) => health.state === 'current' && serverAgrees !== false,
    );
    narrator.check(
      `${part}: ${chains.length} chains with ${entries} entries, every signature holds`,
      ok && sound,
    );
  }
  narrator.check('whoever holds the same chain holds the same head', haveSameHeads(Object.values(verified)));
  const numbers = new Set(PARTS.map((part) => verified[part].safetyNumber));
  narrator.check(`one safety number for all three: ${[...numbers].join(' / ')}`, numbers.size === 1);
  const transcripts = await fromEach((part) => company.players[part].call('transcript'));
  narrator.check('the opened transcripts agree, word for word', agree(transcripts));
  narrator.check(
    `all ${stage.acked.length} acknowledged entries are there`,
    nothingIsMissing(stage, transcripts),
  );
  const unsaid = EVENT_TYPES.filter((type) => !stage.kinds.has(type));
  narrator.check(
    `all ${EVENT_TYPES.length} kinds of event were said and read${unsaid.length === 0 ? '' : `, but not ${unsaid.join()}`}`,
    unsaid.length === 0,
  );
  const owes = await fromEach((part) => company.players[part].call('owes'));
  narrator.check(
    'nobody owes anything any more',
    PARTS.every((part) => owes[part].length === 0),
  );
}

async function fromEach<T>(ask: (part: Part) => Promise<T>): Promise<Record<Part, T>> {
  const [therapist, prescriber, client] = await Promise.all([
    ask('therapist'),
    ask('prescriber'),
    ask('client'),
  ]);
  return { therapist, prescriber, client };
}

function haveSameHeads(all: readonly Verified[]): boolean {
  const heads = new Map<string, Set<string>>();
  for (const { chainId, entries, head } of all.flatMap(({ report }) => report.chains)) {
    heads.set(chainId, (heads.get(chainId) ?? new Set()).add(`${entries} ${head}`));
  }
  return [...heads.values()].every((stated) => stated.size === 1);
}

/** The clinicians hold the same in both lanes; the client holds the care-team lane alone, and the same in it. */
function agree({ therapist, prescriber, client }: Transcripts): boolean {
  const careTeam = therapist.filter(({ lane }) => lane === 'care_team');
  return (
    therapist.length > careTeam.length &&
    JSON.stringify(therapist) === JSON.stringify(prescriber) &&
    JSON.stringify(careTeam) === JSON.stringify(client)
  );
}

/** Acknowledged means: this hash at this place, in its author's chain and in everybody else's who has the lane. */
function nothingIsMissing({ acked, facts }: Stage, transcripts: Transcripts): boolean {
  return PARTS.every((reader) => {
    const held = new Map(transcripts[reader].map((line) => [`${line.threadId} ${line.seq}`, line.entryHash]));
    const readable = new Set(transcripts[reader].map(({ threadId }) => threadId));
    const expected = acked.filter(({ sent }) => readable.has(sent.threadId));
    const lanes = facts.lanes.filter(({ threadId }) => readable.has(threadId));
    return (
      lanes.length === (reader === 'client' ? 1 : 2) &&
      expected.every(({ sent }) => held.get(`${sent.threadId} ${sent.seq}`) === sent.entryHash)
    );
  });
}
