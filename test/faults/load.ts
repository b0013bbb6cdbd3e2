import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClientProblem, type Lane, type Sent } from '#client';
import { PREFIX, Problem, ROUTES, type UrgencyName } from '#protocol';
import { lanesOf, type Cast, type Player } from './cast.js';
import type { Cluster } from './cluster.js';
import type { Recorder } from './history.js';
import { pick } from './pick.js';

/** Pauses between two acts of one person, and how soon what he asks is due: steps have to fall into the run. */
const PAUSE_MS = { shortest: 40, longest: 240 } as const;
const DUE_IN_MS = { shortest: 3_000, longest: 9_000 } as const;
const URGENCIES: readonly UrgencyName[] = ['routine', 'soon', 'urgent', 'emergent'];
/** How many open questions a case may have: the load must not drown what it measures. */
const OPEN_AT_ONCE = 40;

interface LoadOptions {
  readonly cluster: Cluster;
  readonly cast: Cast;
  readonly recorder: Recorder;
  readonly lot: () => number;
}

/** What the people of every case do all the time: write, ask, answer, look. Everything is recorded. */
export class Load {
  private running: Promise<unknown> = Promise.resolve();
  private over = false;

  constructor(private readonly options: LoadOptions) {}

  begin(): void {
    const { cases } = this.options.cast;
    this.over = false;
    this.running = Promise.all([
      ...cases.flatMap(({ players }) => players.map((player) => this.live(player))),
      this.snoop(),
    ]);
    this.running.catch(() => undefined); // `end` hears of it
  }

  async end(): Promise<void> {
    this.over = true;
    await this.running;
  }

  private async live(player: Player): Promise<void> {
    const { lot } = this.options;
    while (!this.over) {
      await sleep(PAUSE_MS.shortest + lot() * (PAUSE_MS.longest - PAUSE_MS.shortest));
      const act = lot();
      const lane = pick(lanesOf(player), lot);
      if (lane === undefined || act >= 0.9) await this.read(player);
      else if (act < 0.6) await this.append(player, lane, (token) => lane.note(token));
      else if (act < 0.75) await this.ask(player, lane);
      else await this.answer(player, lane);
    }
  }

  private async ask(player: Player, lane: Lane): Promise<void> {
    const { lot } = this.options;
    const others = lane.roster().filter(({ me }) => !me);
    const open = lane.obligations().filter(({ state }) => state === 'open');
    const responder = pick(others, lot);
    const urgency = pick(URGENCIES, lot) ?? 'routine';
    if (responder === undefined || open.length >= OPEN_AT_ONCE) return;
    const dueInMs = DUE_IN_MS.shortest + lot() * (DUE_IN_MS.longest - DUE_IN_MS.shortest);
    const dueAt = new Date(Date.now() + dueInMs);
    await this.append(player, lane, (token) =>
      lane.note(token, { urgency, ask: [{ responder: responder.userId, dueAt }] }),
    );
  }

  private async answer(player: Player, lane: Lane): Promise<void> {
    const { member } = player;
    const owed = member.owes().find(({ threadId }) => threadId === lane.threadId);
    if (owed === undefined) return;
    await this.append(player, lane, (token) => member.answer(owed.ref, { note: token }));
  }

  private async append(
    { name }: Player,
    { threadId }: Lane,
    send: (token: string) => Promise<Sent>,
  ): Promise<void> {
    const { recorder } = this.options;
    const id = recorder.nextAppend();
    const token = `note ${randomBytes(8).toString('hex')}`;
    const act = { process: name, op: 'append', id } as const;
    recorder.record({ ...act, kind: 'invoke', thread: threadId, token });
    try {
      const { seq, entryHash } = await send(token);
      recorder.record({ ...act, kind: 'ok', seq, hash: entryHash });
    } catch (error) {
      recorder.record({ ...act, kind: isRefusal(error) ? 'fail' : 'info', code: codeOf(error) });
    }
  }

  private async read(player: Player): Promise<void> {
    try {
      await player.member.sync();
    } catch {
      return; // the service is away; what he holds is not new
    }
    for (const lane of lanesOf(player)) {
      const entries = lane.timeline().map(({ seq, entryHash }) => ({ seq, hash: entryHash }));
      const { threadId: thread } = lane;
      this.options.recorder.record({ process: player.name, kind: 'ok', op: 'read', thread, entries });
    }
  }

  /** Whoever is not in a lane asks for it, again and again: the outsider for all, clients for that of the clinicians. */
  private async snoop(): Promise<void> {
    const { cast } = this.options;
    const people = cast.cases.flatMap(({ players }) => players);
    const curious = [cast.outsider, ...people.filter(({ role }) => role === 'client')];
    while (!this.over) {
      await cast.outsider.member.sync().catch(() => undefined); // so that his token is fresh
      const threads = new Set(people.flatMap((each) => lanesOf(each).map(({ threadId }) => threadId)));
      for (const player of curious) {
        const mine = new Set(lanesOf(player).map(({ threadId }) => threadId));
        for (const thread of threads) if (!mine.has(thread)) await this.probe(player, thread);
      }
      await sleep(500);
    }
  }

  /** A question that got no answer at all says nothing and is not recorded. */
  private async probe(player: Player, thread: string): Promise<void> {
    const { cluster, recorder } = this.options;
    const bytes = await bytesFor(cluster.url, player, thread);
    if (bytes === undefined) return;
    recorder.record({ process: player.name, kind: 'ok', op: 'probe', thread, bytes });
  }
}

/** Refused for good; anything else may still have happened, or happen when the draft is sent again. */
function isRefusal(error: unknown): boolean {
  if (error instanceof Problem) return error.code.startsWith('entry.');
  return error instanceof ClientProblem && error.code === 'send.refused';
}

function codeOf(error: unknown): string {
  return error instanceof Problem || error instanceof ClientProblem ? error.code : 'defect';
}

/** How much of a thread somebody is given by the doors that give the most; undefined when they did not answer. */
async function bytesFor(url: string, player: Player, threadId: string): Promise<number | undefined> {
  const bodies = {
    sync: { cursors: [{ chainId: threadId, afterSeq: 0 }] },
    heads: { chainIds: [threadId] },
  } as const;
  let bytes = 0;
  for (const route of ['sync', 'heads'] as const) {
    const reply = await answerOf(`${url}${PREFIX}${ROUTES[route].path}`, player, bodies[route]);
    if (reply === undefined) return undefined;
    const given = [...(reply.chains ?? []), ...(reply.heads ?? [])];
    bytes += given.length === 0 ? 0 : JSON.stringify(given).length;
  }
  return bytes;
}

interface Given {
  readonly chains?: readonly unknown[];
  readonly heads?: readonly unknown[];
}

async function answerOf(url: string, player: Player, body: unknown): Promise<Given | undefined> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${player.bearer()}` },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(5_000),
    });
    return response.ok ? ((await response.json()) as Given) : undefined;
  } catch {
    return undefined;
  }
}
