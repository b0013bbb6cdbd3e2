import { io, type Socket } from 'socket.io-client';
import { signInBytes } from '#chain';
import {
  PREFIX,
  ROUTES,
  fromBase64Url,
  toBase64Url,
  type ProblemBody,
  type Route,
  type RouteName,
  type SessionReply,
} from '#protocol';
import { signBytes, type TestKey } from '../chain.signer.js';
import type { TestService } from './service.js';

export interface Answer {
  readonly status: number;
  /** Parsed JSON, or undefined for an empty answer. */
  readonly body: unknown;
  readonly headers: Headers;
  /** The problem's code, if it is one. */
  readonly code: string | undefined;
  readonly problem: ProblemBody | undefined;
}

export interface Call {
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One REST call by its name in the table. A reply that is more or less than its schema fails the test. */
export async function call(service: TestService, name: RouteName, given: Call = {}): Promise<Answer> {
  const route: Route = ROUTES[name];
  const path = route.path.replaceAll(/:(\w+)/gu, (_, id: string) => given.params?.[id] ?? '0'.repeat(32));
  const answer = await send(service, route.method, `${PREFIX}${path}`, given);
  if (answer.status < 300 && route.reply !== undefined) route.reply.parse(answer.body);
  return answer;
}

export async function send(
  service: TestService,
  method: string,
  path: string,
  { body, token, headers }: Call = {},
): Promise<Answer> {
  const raw = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${service.url}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: raw }),
  });
  const text = await response.text();
  const json = (response.headers.get('content-type') ?? '').includes('json');
  const parsed: unknown = json && text !== '' ? JSON.parse(text) : undefined;
  const problem = isProblem(parsed) ? parsed : undefined;
  return { status: response.status, headers: response.headers, body: parsed, code: problem?.code, problem };
}

function isProblem(value: unknown): value is ProblemBody {
  return typeof value === 'object' && value !== null && 'code' in value && 'mend' in value;
}

/** The body of a call that is expected to succeed. */
export async function done<Reply>(answer: Promise<Answer>): Promise<Reply> {
  const { status, body, code } = await answer;
  if (status >= 300)
    throw new Error(`expected to succeed, got ${String(status)} ${code ?? ''} ${JSON.stringify(body)}`);
  return body as Reply;
}

/** Signs in with a key under its id (a device's id is not the key's own). */
export async function signIn(service: TestService, key: TestKey, keyId = key.keyId): Promise<SessionReply> {
  return done<SessionReply>(trySignIn(service, key, keyId));
}

export async function trySignIn(
  service: TestService,
  key: TestKey,
  keyId = key.keyId,
  origin = service.config.origin,
): Promise<Answer> {
  const id = toHexId(keyId);
  const challenge = await done<{ challenge: string; expiresAtMs: number }>(
    call(service, 'createChallenge', { body: { keyId: id } }),
  );
  const bytes = signInBytes({
    origin,
    keyId,
    challenge: fromBase64Url(challenge.challenge),
    expiresAtMs: challenge.expiresAtMs,
  });
  const signature = toBase64Url(signBytes(bytes, key));
  return call(service, 'createSession', { body: { keyId: id, ...challenge, signature } });
}

export function toHexId(id: Uint8Array): string {
  return Buffer.from(id).toString('hex');
}

/** An ack as every command gives it. */
export interface Ack {
  readonly ok: boolean;
  readonly problem?: ProblemBody;
  readonly [field: string]: unknown;
}

const CONNECT_MS = 5_000;

/** An open, authenticated socket. The test closes it. */
export async function connect(service: TestService, token: string): Promise<Socket> {
  const socket = newSocket(service, { token });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return socket;
}

export function newSocket(
  service: TestService,
  auth: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): Socket {
  return io(service.url, {
    auth,
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    timeout: CONNECT_MS,
    extraHeaders: { ...headers },
  });
}

/** Sends a command and waits for its ack. */
export async function command(socket: Socket, event: string, payload: unknown): Promise<Ack> {
  return (await socket.timeout(10_000).emitWithAck(event, payload)) as Ack;
}
