import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClientProblem, type Sent } from '#client';
import { PREFIX, Problem, ROUTES, type UrgencyName } from '#protocol';
import { laneOf, type Cast, type FaultCase, type Player } from './cast.js';
import type { Cluster } from './cluster.js';
import type { Recorder } from './history.js';

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
      ...cases.flatMap((one) => one.players.map((player) => this.live(one, player))),
      this.snoop(),
    ]);
    this.running.catch(() => undefined); // `end` hears of it
  }

  async end(): Promise<void> {
    this.over = true;
    await this.running;
  }

  private async live(one: FaultCase, player: Player): Promise<void> {
    const { lot } = this.options;
    while (!this.over) {
      await sleep(PAUSE_MS.shortest + lot() * (PAUSE_MS.longest - PAUSE_MS.shortest));
      const act = lot();
      if (act < 0.6) await this.append(one, player, (token) => laneOf(player).note(token));
      else if (act < 0.75) await this.ask(one, player);
      else if (act < 0.9) await this.answer(one, player);
      else await this.read(one, player);
    }
  }

  private async ask(one: FaultCase, player: Player): Promise<void> {
    const { lot } = this.options;
    const open = laneOf(player)
      .obligations()
      .filter(({ state }) => state === 'open');
    const others = one.players.filter((other) => other !== player);
    const responder = others[Math.floor(lot() * others.length)];
    const urgency = URGENCIES[Math.floor(lot() * URGENCIES.length)] ?? 'routine';
    if (responder === undefined || open.length >= OPEN_AT_ONCE) return;
    const dueInMs = DUE_IN_MS.shortest + lot() * (DUE_IN_MS.longest - DUE_IN_MS.shortest);
    await this.append(one, player, (token) =>
      laneOf(player).note(token, {
        urgency,
        ask: [{ responder: responder.member.userId, dueAt: new Date(Date.now() + dueInMs) }],
      }),
    );
  }

  private async answer(one: FaultCase, player: Player): Promise<void> {
    const [owed] = player.member.owes();
    if (owed === undefined) return;
    await this.append(one, player, (token) => player.member.answer(owed.ref, { note: token }));
  }

  private async append(
    { threadId }: FaultCase,
    { name }: Player,
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

  private async read(one: FaultCase, player: Player): Promise<void> {
    try {
      await player.member.sync();
    } catch {
      return; // the service is away; what he holds is not new
    }
    const entries = laneOf(player)
      .timeline()
      .map(({ seq, entryHash }) => ({ seq, hash: entryHash }));
    this.options.recorder.record({
      process: player.name,
      kind: 'ok',
      op: 'read',
      thread: one.threadId,
      entries,
    });
  }

  /** Somebody who is in no case asks for each of them, again and again. */
  private async snoop(): Promise<void> {
    const { cast, cluster, recorder } = this.options;
    while (!this.over) {
      for (const { threadId } of cast.cases) {
        const bytes = await bytesFor(cluster.url, cast.outsider, threadId);
        recorder.record({ process: cast.outsider.name, kind: 'ok', op: 'probe', thread: threadId, bytes });
      }
      await sleep(500);
    }
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

/** How much of a thread an outsider is given over the door that gives the most. */
async function bytesFor(url: string, outsider: Player, threadId: string): Promise<number> {
  try {
    const response = await fetch(`${url}${PREFIX}${ROUTES.sync.path}`, {
      method: ROUTES.sync.method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${outsider.bearer()}` },
      body: JSON.stringify({ cursors: [{ chainId: threadId, afterSeq: 0 }] }),
      signal: AbortSignal.timeout(5_000),
    });
    const reply = (await response.json()) as { readonly chains?: readonly unknown[] };
    return response.ok && (reply.chains ?? []).length > 0 ? JSON.stringify(reply.chains).length : 0;
  } catch {
    return 0;
  }
}
