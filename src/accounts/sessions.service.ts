import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { verifySignIn } from '#chain';
import {
  Problem,
  fromBase64Url,
  fromHex,
  toBase64Url,
  toHex,
  type Principal,
  type ProblemCode,
  type SessionReply,
} from '#protocol';
import { KeyDirectory, type InviteStanding, type SigningKey } from '../chains/index.js';
import { CONFIG, type Config } from '../config/index.js';
import { DatabaseClock, LOGGER, Transactions, type Logger } from '../platform/index.js';
import { SessionRepository } from './session.repository.js';
import { SESSION_ID_BYTES, hashRefreshToken, sealAccessToken } from './token.policy.js';

const CHALLENGE_MS = 120_000;
const ACCESS_MS = 10 * 60_000;
/** A device that was away this long signs in again with its key. */
const REFRESH_MS = 30 * 86_400_000;
const SWEEP_EVERY_MS = 60_000;

export interface SignIn {
  readonly keyId: string;
  readonly challenge: string;
  readonly expiresAtMs: number;
  readonly signature: string;
}

const INVITE_PROBLEM: Readonly<Record<Exclude<InviteStanding, 'open'>, ProblemCode>> = {
  used: 'invite.used',
  expired: 'invite.expired',
  revoked: 'invite.revoked',
};

/** Sign-in by signed challenge, short access tokens, refresh tokens that work once. */
@Injectable()
export class SessionsService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly unknownKey = randomPublicKey();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly sessions: SessionRepository,
    private readonly keys: KeyDirectory,
    private readonly transactions: Transactions,
    private readonly clock: DatabaseClock,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.sessions.sweep().catch((error: unknown) => {
        this.logger.warn({ event: 'sessions.unswept', err: error });
      });
    }, SWEEP_EVERY_MS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Anybody gets a challenge for any key id: whether the key is known is not told. */
  async challenge(keyId: string): Promise<{ challenge: string; expiresAtMs: number }> {
    const challenge = new Uint8Array(randomBytes(32));
    const expiresAtMs = await this.sessions.addChallenge(challenge, keyId, CHALLENGE_MS);
    return { challenge: toBase64Url(challenge), expiresAtMs };
  }

  /**
   * @throws Problem auth.challenge_invalid for whatever is wrong with challenge, key or signature; invite.used,
   * .expired, .revoked only to whoever proved to hold the invite key
   */
  async signIn(request: SignIn): Promise<SessionReply> {
    const challenge = fromBase64Url(request.challenge);
    const fresh = await this.sessions.takeChallenge(challenge, request.keyId, request.expiresAtMs);
    const key = await this.keys.findKey(request.keyId);
    const signed = verifySignIn(key?.publicKey ?? this.unknownKey, fromBase64Url(request.signature), {
      origin: this.config.origin,
      keyId: fromHex(request.keyId),
      challenge,
      expiresAtMs: request.expiresAtMs,
    });
    if (!fresh || !signed || key === null) throw new Problem('auth.challenge_invalid');
    if (key.invite !== null && key.invite !== 'open') throw new Problem(INVITE_PROBLEM[key.invite]);
    if (!key.active) throw new Problem('auth.challenge_invalid');
    return this.begin(principalOf(request.keyId, key));
  }

  private async begin(principal: Principal): Promise<SessionReply> {
    const sessionId = new Uint8Array(randomBytes(SESSION_ID_BYTES));
    const refreshToken = toBase64Url(new Uint8Array(randomBytes(32)));
    await this.transactions.run(async (tx) => {
      await this.sessions.addSession(tx, { sessionId, principal }, REFRESH_MS);
      await this.sessions.addRefreshToken(
        tx,
        { hash: hashRefreshToken(refreshToken), sessionId },
        REFRESH_MS,
      );
    });
    return this.reply(sessionId, principal, refreshToken);
  }

  /** A token presented twice ends its whole family: one of the two who hold it is a thief. */
  async refresh(refreshToken: string): Promise<SessionReply> {
    const hash = hashRefreshToken(refreshToken);
    const next = toBase64Url(new Uint8Array(randomBytes(32)));
    const renewed = await this.transactions.run(async (tx) => {
      const held = await this.sessions.lockRefreshToken(tx, hash);
      if (held === null) return null;
      if (held.used || held.late) {
        await this.sessions.revoke(tx, held.sessionId);
        return null;
      }
      const [live] = await this.sessions.findLive([held.sessionId], tx);
      if (live === undefined) return null;
      await this.sessions.markRefreshTokenUsed(tx, hash);
      await this.sessions.addRefreshToken(
        tx,
        { hash: hashRefreshToken(next), sessionId: live.sessionId },
        REFRESH_MS,
      );
      await this.sessions.extend(tx, live.sessionId, REFRESH_MS);
      return live;
    });
    if (renewed === null) throw new Problem('auth.refresh_invalid');
    const key = await this.keys.findKey(renewed.principal.keyId);
    const lapsed = key?.invite !== null && key?.invite !== 'open';
    if (key?.active !== true || lapsed) throw new Problem('auth.refresh_invalid');
    return this.reply(renewed.sessionId, renewed.principal, next);
  }

  async end(sessionId: Uint8Array): Promise<void> {
    await this.transactions.run((tx) => this.sessions.revoke(tx, sessionId));
  }

  private reply(sessionId: Uint8Array, principal: Principal, refreshToken: string): SessionReply {
    const accessExpiresAtMs = this.clock.nowMs() + ACCESS_MS;
    const secret = this.config.sessionSecret.reveal();
    return {
      accessToken: sealAccessToken(secret, { sessionId, expiresAtMs: accessExpiresAtMs }),
      accessExpiresAtMs,
      refreshToken,
      principal,
    };
  }
}

function principalOf(keyId: string, key: SigningKey): Principal {
  if (key.kind === 'device' && key.userId !== null) {
    return { kind: 'device', keyId, userId: toHex(key.userId) };
  }
  if (key.organisationId === null) throw new Problem('auth.challenge_invalid');
  const organisationId = toHex(key.organisationId);
  if (key.kind === 'admin') return { kind: 'admin', keyId, organisationId };
  if (key.attestHash === null) throw new Problem('auth.challenge_invalid');
  return { kind: 'invite', keyId, organisationId, attestHash: toBase64Url(key.attestHash) };
}

/** A key nobody holds, so that checking for an unknown one takes as long. */
function randomPublicKey(): Uint8Array {
  const { publicKey } = generateKeyPairSync('ed25519');
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return new Uint8Array(der.subarray(der.length - 32));
}
