import type { Signer } from '#vault';
import {
  FOUNDING_HEADER,
  PREFIX,
  PROBLEMS,
  Problem,
  ROUTES,
  fromBase64Url,
  problemRepair,
  toBase64Url,
  toHex,
  type Principal,
  type ProblemBody,
  type ProblemCode,
  type ProblemRepair,
  type Route,
  type RouteName,
  type SessionReply,
} from '#protocol';
import type { z } from 'zod';
import { ClientProblem } from './problem.js';
import type { Transport, TransportReply } from './transport.contract.js';

export type ReplyOf<Name extends RouteName> = (typeof ROUTES)[Name] extends { readonly reply: infer Schema }
  ? Schema extends z.ZodType
    ? z.infer<Schema>
    : never
  : null;

export interface CallInput {
  /** Values of the `:name` parts of the path. */
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly foundingToken?: string;
}

/** A token is renewed this long before it expires by the local clock; a refusal renews it whatever the clock says. */
const RENEW_EARLY_MS = 30_000;

/** Calls of one key at one service: signs in when needed, renews tokens, turns replies into values or problems. */
export class Session {
  private tokens: SessionReply | undefined;
  private renewing: Promise<SessionReply> | undefined;

  constructor(
    readonly url: string,
    private readonly transport: Transport,
    private readonly signer: Signer | undefined,
  ) {}

  /** One REST call. Errors: Problem (the service refused), ClientProblem connection.*. */
  async call<Name extends RouteName>(name: Name, input: CallInput = {}): Promise<ReplyOf<Name>> {
    const open = ROUTES[name].principals.length === 0;
    if (open) return this.read(name, await this.send(name, input, undefined));
    const reply = await this.send(name, input, await this.token(false));
    if (reply.status !== 401) return this.read(name, reply);
    return this.read(name, await this.send(name, input, await this.token(true)));
  }

  /** An access token that should be valid now. `fresh`: the one at hand was refused. */
  async token(fresh: boolean): Promise<string> {
    const held = this.tokens;
    if (held !== undefined && !fresh && held.accessExpiresAtMs - RENEW_EARLY_MS > Date.now()) {
      return held.accessToken;
    }
    this.renewing ??= this.renew().finally(() => {
      this.renewing = undefined;
    });
    return (await this.renewing).accessToken;
  }

  async principal(): Promise<Principal> {
    await this.token(false);
    if (this.tokens === undefined) throw new ClientProblem('connection.unexpected_reply');
    return this.tokens.principal;
  }

  /** Signs out, as far as the service can be reached; the key stays. */
  async end(): Promise<void> {
    const held = this.tokens;
    this.tokens = undefined;
    if (held === undefined) return;
    try {
      await this.send('endSession', {}, held.accessToken);
    } catch (error) {
      if (!(error instanceof ClientProblem)) throw error;
    }
  }

  private async renew(): Promise<SessionReply> {
    const held = this.tokens;
    this.tokens = undefined;
    this.tokens = (held === undefined ? undefined : await this.refresh(held)) ?? (await this.signIn());
    return this.tokens;
  }

  private async refresh(held: SessionReply): Promise<SessionReply | undefined> {
    try {
      return await this.call('refreshSession', { body: { refreshToken: held.refreshToken } });
    } catch (error) {
      if (error instanceof Problem && error.code.startsWith('auth.')) return undefined;
      throw error;
    }
  }

  /** The origin that is signed is the configured one: a challenge relayed from elsewhere is worth nothing there. */
  private async signIn(): Promise<SessionReply> {
    if (this.signer === undefined) throw new ClientProblem('connection.unexpected_reply');
    const keyId = toHex(this.signer.keyId);
    const { challenge, expiresAtMs } = await this.call('createChallenge', { body: { keyId } });
    const signature = this.signer.signIn({
      origin: new URL(this.url).origin,
      challenge: fromBase64Url(challenge),
      expiresAtMs,
    });
    const body = { keyId, challenge, expiresAtMs, signature: toBase64Url(signature) };
    return this.call('createSession', { body });
  }

  private send(name: RouteName, input: CallInput, token: string | undefined): Promise<TransportReply> {
    const { method, path } = ROUTES[name];
    return this.transport.request(this.url, {
      route: name,
      method,
      path: PREFIX + fillPath(path, input.params ?? {}),
      headers: {
        accept: 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(input.foundingToken === undefined ? {} : { [FOUNDING_HEADER]: input.foundingToken }),
      },
      body: input.body,
    });
  }

  private read<Name extends RouteName>(name: Name, reply: TransportReply): ReplyOf<Name> {
    if (reply.status >= 400) throw problemOf(reply.body);
    const route: Route = ROUTES[name];
    const parsed = route.reply?.safeParse(reply.body);
    if (parsed?.success === false) throw new ClientProblem('connection.unexpected_reply');
    return (parsed?.data ?? null) as ReplyOf<Name>;
  }
}

function fillPath(path: string, params: Readonly<Record<string, string>>): string {
  return path.replace(/:(\w+)/gu, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}

/** The problem a service sent, or connection.unexpected_reply when it is none of the agreed ones. */
export function problemOf(body: unknown): Problem | ClientProblem {
  if (typeof body !== 'object' || body === null) return new ClientProblem('connection.unexpected_reply');
  const { code, repair } = body as Partial<ProblemBody>;
  const known = typeof code === 'string' && Object.hasOwn(PROBLEMS, code);
  if (!known) return new ClientProblem('connection.unexpected_reply');
  const parsed = problemRepair.safeParse(repair);
  return new Problem(code satisfies ProblemCode, parsed.success ? (parsed.data as ProblemRepair) : undefined);
}
