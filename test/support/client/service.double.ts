import { cryptoReady, entryHashOf, verifySignIn, type ThreadState } from '#chain';
import {
  ClientProblem,
  type LiveHandlers,
  type LiveSocket,
  type Transport,
  type TransportReply,
  type TransportRequest,
} from '#client';
import {
  CLOCK_SKEW_MS,
  FOUNDING_HEADER,
  KIND,
  LANE,
  PAGE,
  Problem,
  ROUTES,
  SOCKET_EVENT,
  equalBytes,
  fromBase64Url,
  fromHex,
  nameOf,
  parseEntry,
  toBase64Url,
  toHex,
  type Kind,
  type Principal,
  type ProblemCode,
  type Route,
  type RouteName,
} from '#protocol';
import { headOf, idIn, inviteProblem, problemOf, problemReply } from './service.double.answers.js';
import { ChainsOfDouble, type Chain } from './service.double.chains.js';

export const DOUBLE_URL = 'http://double.test';
export const FOUNDING_TOKEN = 'founding token of the double';

interface Socket {
  readonly handlers: LiveHandlers;
  readonly token: string;
  open: boolean;
}

/** What a malicious service does to a reply before it leaves. */
export type Tamper = (
  reply: unknown,
  context: { name: string; body: unknown; caller: Principal | undefined },
) => unknown;

/**
 * A service in this process, with the same doors and the same rules: it runs the verifying half and nothing else.
 * Tests make it dishonest: by tampering with replies, by putting entries in without checking, by not answering.
 */
export class ServiceDouble extends ChainsOfDouble {
  private readonly challenges = new Set<string>();
  private readonly sockets = new Set<Socket>();
  private readonly introductions = new Set<string>();
  private readonly contacts = new Map<string, { channel: 'email' | 'webhook'; address: string }>();
  /** Every call in order, by route or event name. */
  readonly calls: string[] = [];
  /** Entries as they were sent in, in order. */
  readonly received: Uint8Array[] = [];
  tamper: Tamper | undefined;
  /** A refusal of its own choosing, by route or event name; what was sent is still noted. */
  refuse: ((name: string) => ProblemCode | undefined) | undefined;
  /** Runs before an append is taken in: the moment for somebody else to be faster. */
  beforeAppend: ((bytes: Uint8Array) => Promise<void>) | undefined;
  /** Nothing answers. */
  down = false;
  /** The next so many appends are committed, but their answer gets lost. */
  loseAcks = 0;
  /** Pushes are swallowed. */
  mute = false;
  /** Whoever asks gets every chain, as a service would that does not care who reads. */
  generous = false;
  clockMs: () => number = () => Date.now();

  transport(): Transport {
    return {
      request: (_, request) => this.request(request),
      live: (_, handlers) => this.live(handlers),
    };
  }

  private async request(request: TransportRequest): Promise<TransportReply> {
    await Promise.resolve();
    this.calls.push(request.route);
    if (this.down) throw new ClientProblem('connection.unreachable');
    try {
      const caller = this.callerOf(request.headers['authorization']);
      this.requirePrincipal(request.route, caller);
      this.refuseFirst(request.route, request.body);
      await this.giveWay(request.route, request.body);
      const reply = this.serve(request, caller);
      this.loseAck(request.route);
      return { status: 200, body: this.tampered(request.route, reply, { body: request.body, caller }) };
    } catch (error) {
      return problemReply(error);
    }
  }

  private refuseFirst(name: string, body: unknown): void {
    const code = this.refuse?.(name);
    if (code === undefined) return;
    const { entry } = (body ?? {}) as { entry?: string };
    if (entry !== undefined) this.received.push(fromBase64Url(entry));
    throw new Problem(code);
  }

  private async giveWay(name: string, body: unknown): Promise<void> {
    if (name !== 'appendEntry' && name !== SOCKET_EVENT.entryAppend) return;
    await this.beforeAppend?.(fromBase64Url((body as { entry: string }).entry));
  }

  private loseAck(name: string): void {
    const append = name === 'appendEntry' || name === SOCKET_EVENT.entryAppend;
    if (!append || this.loseAcks === 0) return;
    this.loseAcks -= 1;
    throw new ClientProblem('connection.timeout');
  }

  private tampered(
    name: string,
    reply: unknown,
    context: { body: unknown; caller: Principal | undefined },
  ): unknown {
    const copy: unknown = reply === undefined ? undefined : JSON.parse(JSON.stringify(reply));
    return this.tamper === undefined ? copy : this.tamper(copy, { name, ...context });
  }

  private requirePrincipal(name: RouteName, caller: Principal | undefined): void {
    const { principals }: Route = ROUTES[name];
    if (principals.length === 0) return;
    if (caller === undefined) throw new Problem('auth.required');
    if (!principals.includes(caller.kind)) throw new Problem('auth.forbidden');
  }

  private callerOf(authorization: string | undefined): Principal | undefined {
    if (authorization === undefined) return undefined;
    return this.principalOf(authorization.replace('Bearer ', ''));
  }

  private serve(request: TransportRequest, caller: Principal | undefined): unknown {
    const body = request.body as Record<string, string>;
    switch (request.route) {
      case 'createChallenge':
        return this.createChallenge(body['keyId'] ?? '');
      case 'createSession':
        return this.createSession(request.body as Parameters<ServiceDouble['createSession']>[0]);
      case 'refreshSession':
        throw new Problem('auth.refresh_invalid');
      case 'getOrganisationGenesis':
        return this.genesis(idIn(request.path, 2));
      case 'foundOrganisation':
        if (request.headers[FOUNDING_HEADER] !== FOUNDING_TOKEN)
          throw new Problem('organisation.founding_closed');
        return this.found(KIND.organisation, [body['genesis'] ?? '', body['admins'] ?? '']);
      case 'foundThread':
        return this.found(KIND.thread, [body['genesis'] ?? '', body['rotate'] ?? '']);
      case 'enrol':
        return this.enrol(body, caller);
      case 'appendEntry':
        return this.append(body['chainId'] ?? '', fromBase64Url(body['entry'] ?? ''));
      case 'sync':
        return this.sync(request.body as Parameters<ServiceDouble['sync']>[0], caller);
      case 'heads':
        return this.heads((request.body as { chainIds: string[] }).chainIds, caller);
      case 'getMe':
        return this.me(caller);
      default:
        return this.serveRest(request, caller);
    }
  }

  private genesis(organisationId: string) {
    const [genesis] = this.chains.get(organisationId)?.entries ?? [];
    if (genesis === undefined) throw new Problem('invite.unknown');
    return { entry: toBase64Url(genesis) };
  }

  private serveRest(request: TransportRequest, caller: Principal | undefined): unknown {
    const key = caller?.keyId ?? '';
    switch (request.route) {
      case 'introduceOrganisation':
        this.introductions.add(`${idIn(request.path, 2)}/${idIn(request.path, 4)}`);
        return undefined;
      case 'putEmailContact':
        this.contacts.set(key, { channel: 'email', address: (request.body as { address: string }).address });
        return undefined;
      case 'deleteEmailContact':
        this.contacts.delete(key);
        return undefined;
      case 'listContacts':
        return {
          contacts: [this.contacts.get(key)].filter((contact) => contact !== undefined),
          pushKey: null,
          smsAvailable: false,
        };
      case 'listDeliveries':
        return { deliveries: [] };
      default:
        return undefined;
    }
  }

  private createChallenge(keyId: string) {
    if (this.keyOf(keyId) === undefined) throw new Problem('auth.challenge_invalid');
    const challenge = toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
    this.challenges.add(challenge);
    return { challenge, expiresAtMs: Date.now() + 60_000 };
  }

  private createSession(claim: { keyId: string; challenge: string; expiresAtMs: number; signature: string }) {
    const key = this.keyOf(claim.keyId);
    const fresh = this.challenges.delete(claim.challenge);
    const signed =
      key !== undefined &&
      verifySignIn(key.publicKey, fromBase64Url(claim.signature), {
        origin: DOUBLE_URL,
        keyId: fromHex(claim.keyId),
        challenge: fromBase64Url(claim.challenge),
        expiresAtMs: claim.expiresAtMs,
      });
    if (!fresh || !signed) throw new Problem('auth.challenge_invalid');
    return {
      accessToken: claim.keyId,
      accessExpiresAtMs: Date.now() + 600_000,
      refreshToken: 'r'.repeat(32),
      principal: key.principal,
    };
  }

  private found(kind: Kind, texts: readonly string[]) {
    const chain: Chain = { kind, entries: [], state: undefined };
    for (const bytes of texts.map(fromBase64Url)) {
      this.requireTimely(bytes);
      const outcome = this.apply(chain, bytes);
      if (!outcome.ok) throw problemOf(outcome.verdict);
      chain.entries.push(bytes);
      chain.state = outcome.state;
      this.received.push(bytes);
    }
    const { state } = chain;
    if (state === undefined) throw new Problem('request.malformed');
    const chainId = toHex(state.chainId);
    const standing = this.chains.get(chainId);
    if (standing !== undefined) {
      const same = chain.entries.every((bytes, index) => equalBytes(bytes, standing.entries[index] ?? bytes));
      if (!same) throw new Problem('chain.already_exists');
    } else this.chains.set(chainId, chain);
    if (kind === KIND.thread) this.pushAll(chainId, chain.entries);
    return { chainId, head: headOf(state) };
  }

  private enrol(body: Record<string, string>, caller: Principal | undefined) {
    if (caller?.kind !== 'invite') throw new Problem('auth.forbidden');
    const claim = fromBase64Url(body['claim'] ?? '');
    const { seq } = parseEntry(claim).header;
    const organisation = this.chain(caller.organisationId);
    const standing = organisation.entries[seq - 1];
    if (standing !== undefined && !equalBytes(standing, claim)) throw this.stale(organisation, seq);
    if (standing === undefined) {
      const outcome = this.apply(organisation, claim);
      if (!outcome.ok) throw inviteProblem(outcome.verdict);
    }
    const reply = this.found(KIND.identity, [body['genesis'] ?? '', body['userKey'] ?? '']);
    if (standing === undefined) this.force(caller.organisationId, claim);
    return reply;
  }

  private stale(chain: Chain, seq: number): Problem {
    return new Problem('chain.stale_head', {
      head: headOf(chain.state),
      missed: chain.entries.slice(seq - 1).map(toBase64Url),
      reservedForMs: 300,
    });
  }

  private requireTimely(bytes: Uint8Array): void {
    const nowMs = this.clockMs();
    if (Math.abs(parseEntry(bytes).header.tsMs - nowMs) > CLOCK_SKEW_MS) {
      throw new Problem('chain.clock_skew', { serverTimeMs: nowMs });
    }
  }

  private append(chainId: string, bytes: Uint8Array) {
    const chain = this.chain(chainId);
    this.received.push(bytes);
    const entry = parseEntry(bytes);
    const { seq } = entry.header;
    const ack = { seq, entryHash: toBase64Url(entryHashOf(entry)) };
    const standing = chain.entries[seq - 1];
    if (standing !== undefined && equalBytes(standing, bytes)) return ack;
    if (standing !== undefined || seq !== chain.entries.length + 1) throw this.stale(chain, seq);
    this.requireTimely(bytes);
    const outcome = this.apply(chain, bytes);
    if (!outcome.ok) throw problemOf(outcome.verdict);
    if ('refusedOps' in outcome && outcome.refusedOps.length > 0) throw new Problem('entry.op_refused');
    chain.entries.push(bytes);
    chain.state = outcome.state;
    this.pushAll(chainId, [bytes]);
    return ack;
  }

  /** Pushes as the service does, to the current roster; `lie` sends whatever a test wants. */
  private pushAll(chainId: string, entries: readonly Uint8Array[]): void {
    if (this.mute || this.chain(chainId).kind !== KIND.thread) return;
    for (const bytes of entries) this.push(chainId, bytes);
  }

  push(chainId: string, bytes: Uint8Array): void {
    const entry = parseEntry(bytes);
    const event = {
      chainId,
      seq: entry.header.seq,
      entryHash: toBase64Url(entryHashOf(entry)),
      entry: toBase64Url(bytes),
    };
    for (const socket of this.sockets) {
      const principal = this.principalOf(socket.token);
      const userId = principal?.kind === 'device' ? principal.userId : '';
      if (!socket.open || !this.mayReadThread(this.thread(chainId), userId)) continue;
      setTimeout(() => {
        if (socket.open) socket.handlers.event(SOCKET_EVENT.entryAppended, event);
      }, 0);
    }
  }

  private mayReadThread(state: ThreadState, userId: string): boolean {
    return this.generous || state.rows.some((row) => row.userId === userId && row.expiresMs > this.clockMs());
  }

  private mayRead(chain: Chain, caller: Principal | undefined): boolean {
    if (chain.kind !== KIND.thread) return true;
    const userId = caller?.kind === 'device' ? caller.userId : '';
    return this.mayReadThread(chain.state as ThreadState, userId);
  }

  private sync(
    { cursors }: { readonly cursors: readonly { chainId: string; afterSeq: number }[] },
    caller: Principal | undefined,
  ) {
    const chains = cursors.flatMap(({ chainId, afterSeq }) => {
      const chain = this.chains.get(chainId);
      if (chain === undefined || !this.mayRead(chain, caller)) return [];
      const entries = chain.entries.slice(afterSeq, afterSeq + PAGE.entries);
      const more = afterSeq + entries.length < chain.entries.length;
      return [{ chainId, entries: entries.map(toBase64Url), head: headOf(chain.state), more }];
    });
    return { chains };
  }

  private heads(chainIds: readonly string[], caller: Principal | undefined) {
    const heads = chainIds.flatMap((chainId) => {
      const chain = this.chains.get(chainId);
      return chain === undefined || !this.mayRead(chain, caller)
        ? []
        : [{ chainId, head: headOf(chain.state) }];
    });
    return { heads };
  }

  private me(caller: Principal | undefined) {
    const threads = [...this.chains].flatMap(([threadId, chain]) => {
      if (chain.kind !== KIND.thread || !this.mayRead(chain, caller)) return [];
      const state = chain.state as ThreadState;
      const lane = nameOf(LANE, state.lane);
      return [{ threadId, caseId: state.caseId, lane, head: headOf(state) }];
    });
    const organisations = this.organisations().map((state) => ({
      organisationId: state.organisationId,
      head: headOf(state),
    }));
    const people = [...this.chains].flatMap(([userId, { kind, state }]) =>
      kind === KIND.identity && state !== undefined
        ? [{ userId, genesisHash: toBase64Url(state.genesisHash) }]
        : [],
    );
    return { principal: caller, serverTimeMs: this.clockMs(), threads, organisations, people };
  }

  private live(handlers: LiveHandlers): LiveSocket {
    const socket: Socket = { handlers, token: '', open: false };
    const connect = async (): Promise<void> => {
      const token = await handlers.token(false);
      Object.assign(socket, { token, open: true });
      this.sockets.add(socket);
      handlers.state('online');
    };
    connect().catch(() => undefined);
    return {
      connected: () => socket.open && !this.down,
      close: () => {
        socket.open = false;
        this.sockets.delete(socket);
      },
      emit: (event, body) => this.command(socket, event, body),
    };
  }

  private async command(socket: Socket, event: string, body: unknown): Promise<unknown> {
    await Promise.resolve();
    this.calls.push(event);
    if (this.down || !socket.open) throw new ClientProblem('connection.unreachable');
    const caller = this.principalOf(socket.token);
    try {
      this.refuseFirst(event, body);
      await this.giveWay(event, body);
      const reply = this.commandReply(event, body, caller);
      this.loseAck(event);
      return { ok: true, ...(this.tampered(event, reply, { body, caller }) as object) };
    } catch (error) {
      if (error instanceof ClientProblem) throw error;
      return { ok: false, problem: problemReply(error).body };
    }
  }

  private commandReply(event: string, body: unknown, caller: Principal | undefined): unknown {
    switch (event) {
      case SOCKET_EVENT.entryAppend: {
        const { chainId, entry } = body as { chainId: string; entry: string };
        return this.append(chainId, fromBase64Url(entry));
      }
      case SOCKET_EVENT.chainSync:
        return this.sync(body as Parameters<ServiceDouble['sync']>[0], caller);
      default:
        return this.heads((body as { chainIds: string[] }).chainIds, caller);
    }
  }
}

export async function newServiceDouble(): Promise<ServiceDouble> {
  await cryptoReady();
  return new ServiceDouble();
}
