import { Inject, Injectable } from '@nestjs/common';
import { Problem, toHex } from '#protocol';
import { CONFIG, type Config } from '../config/index.js';
import { DatabaseClock } from '../platform/index.js';
import type { Caller } from './caller.js';
import { SessionRepository, type LiveSession } from './session.repository.js';
import { openAccessToken } from './token.policy.js';

/**
 * Turns access tokens into callers. Every request and every socket command asks whether the session still lives;
 * questions that arrive while one is being answered go to the database together.
 */
@Injectable()
export class CallersService {
  private asked = new Map<string, Uint8Array>();
  private next: Promise<ReadonlyMap<string, LiveSession>> | undefined;
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly sessions: SessionRepository,
    private readonly clock: DatabaseClock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws Problem auth.required without a token of ours, auth.token_expired for one that no longer counts */
  async identify(token: string | undefined): Promise<Caller> {
    const claim = token === undefined ? null : openAccessToken(this.config.sessionSecret.reveal(), token);
    if (claim === null) throw new Problem('auth.required');
    const { principal } = await this.requireLive(claim.sessionId, claim.expiresAtMs);
    return { principal, ...claim };
  }

  /** The same question again, for a socket that has been open for a while. */
  async confirm(caller: Caller): Promise<void> {
    await this.requireLive(caller.sessionId, caller.expiresAtMs);
  }

  private async requireLive(sessionId: Uint8Array, expiresAtMs: number): Promise<LiveSession> {
    if (expiresAtMs <= this.clock.nowMs()) throw new Problem('auth.token_expired');
    const live = (await this.ask(sessionId)).get(toHex(sessionId));
    if (live === undefined) throw new Problem('auth.token_expired');
    return live;
  }

  private ask(sessionId: Uint8Array): Promise<ReadonlyMap<string, LiveSession>> {
    this.asked.set(toHex(sessionId), sessionId);
    this.next ??= this.running.then(() => this.lookUp());
    return this.next;
  }

  private lookUp(): Promise<ReadonlyMap<string, LiveSession>> {
    const ids = [...this.asked.values()];
    this.asked = new Map();
    this.next = undefined;
    const answer = this.sessions
      .findLive(ids)
      .then((live) => new Map(live.map((session) => [toHex(session.sessionId), session])));
    this.running = answer.catch(() => undefined);
    return answer;
  }
}
