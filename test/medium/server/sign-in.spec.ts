import { signInBytes } from '#chain';
import type { SessionReply } from '#protocol';
import { ORGANISATION, SOCKET_EVENT, fromBase64Url, roleMask, ROLE, toBase64Url } from '#protocol';
import { openAccessToken, sealAccessToken } from '../../../src/accounts/token.policy.js';
import { newKey, randomBytes, signBytes } from '../../support/chain.signer.js';
import {
  call,
  command,
  connect,
  done,
  newSocket,
  signIn,
  toHexId,
  trySignIn,
} from '../../support/server/caller.js';
import { Clinic, post, type Enrolled } from '../../support/server/clinic.js';
import { startTestService, type TestService } from '../../support/server/service.js';

describe('signing in', () => {
  let service: TestService;
  let clinic: Clinic;
  let therapist: Enrolled;

  beforeAll(async () => {
    service = await startTestService();
    clinic = await Clinic.found(service);
    therapist = await clinic.join('therapist');
  });

  afterAll(async () => {
    await service.close();
  });

  const me = (token: string | undefined) => call(service, 'getMe', { token });
  const session = () => signIn(service, therapist.person.key, therapist.person.deviceId);

  /** The same sign-in's token as it would be with another expiry. */
  function withExpiry(token: string, expiresAtMs: number): string {
    const secret = service.config.sessionSecret.reveal();
    const claim = openAccessToken(secret, token);
    if (claim === null) throw new Error('not a token of this service');
    return sealAccessToken(secret, { ...claim, expiresAtMs });
  }

  it('a device proves its key and learns whom the server takes it for', async () => {
    const { principal, accessExpiresAtMs } = await session();
    expect(principal).toEqual({
      kind: 'device',
      keyId: toHexId(therapist.person.deviceId),
      userId: therapist.person.userId,
    });
    expect(accessExpiresAtMs - Date.now()).toBeGreaterThan(9 * 60_000);
    expect(accessExpiresAtMs - Date.now()).toBeLessThan(11 * 60_000);
  });

  it('unknown key, wrong key, wrong origin and a used challenge are answered alike', async () => {
    const stranger = newKey();
    const unknown = await trySignIn(service, stranger);
    const wrong = await trySignIn(service, stranger, therapist.person.deviceId);
    const elsewhere = await trySignIn(
      service,
      therapist.person.key,
      therapist.person.deviceId,
      'https://elsewhere.test',
    );
    for (const answer of [unknown, wrong, elsewhere]) {
      expect(answer.status).toBe(401);
      expect({ ...answer.problem, correlationId: '' }).toEqual({ ...unknown.problem, correlationId: '' });
    }
    expect(unknown.code).toBe('auth.challenge_invalid');
  });

  it('a challenge works once, for the key that asked, until it expires', async () => {
    const keyId = toHexId(therapist.person.deviceId);
    const given = await done<{ challenge: string; expiresAtMs: number }>(
      call(service, 'createChallenge', { body: { keyId } }),
    );
    const answer = (expiresAtMs: number) => ({
      keyId,
      challenge: given.challenge,
      expiresAtMs,
      signature: toBase64Url(
        signBytes(
          signInBytes({
            origin: service.config.origin,
            keyId: therapist.person.deviceId,
            challenge: fromBase64Url(given.challenge),
            expiresAtMs,
          }),
          therapist.person.key,
        ),
      ),
    });
    await service.sql("UPDATE challenge SET expires_at = now() - interval '1 second'");
    const late = await call(service, 'createSession', { body: answer(given.expiresAtMs) });
    expect(late.code).toBe('auth.challenge_invalid');
    const again = await call(service, 'createSession', { body: answer(given.expiresAtMs) });
    expect(again.code).toBe('auth.challenge_invalid');
  });

  it('without a token, with a forged one and with somebody else’s bytes there is no entry', async () => {
    expect((await me(undefined)).code).toBe('auth.required');
    expect((await me(toBase64Url(randomBytes(56)))).code).toBe('auth.required');
    const { accessToken } = await session();
    const [first = ''] = accessToken;
    expect((await me(`${first === 'A' ? 'B' : 'A'}${accessToken.slice(1)}`)).code).toBe('auth.required');
  });

  it('an expired token opens nothing, over REST and for sockets', async () => {
    const { accessToken } = await session();
    const expired = withExpiry(accessToken, Date.now() - 10_000);
    expect(await me(expired)).toMatchObject({ status: 401, code: 'auth.token_expired' });
    const socket = newSocket(service, { token: expired });
    const error = await new Promise<Error & { data?: { code?: string } }>((resolve) =>
      socket.once('connect_error', resolve),
    );
    expect(error.data?.code).toBe('auth.token_expired');
    socket.close();
  });

  it('an open socket is closed when its token runs out', async () => {
    const { accessToken } = await session();
    const socket = await connect(service, withExpiry(accessToken, Date.now() + 700));
    const reason = await new Promise<string>((resolve) => socket.once('disconnect', resolve));
    expect(reason).toBe('io server disconnect');
    socket.close();
  });

  it('refresh gives new tokens once; the old one presented again ends the whole family', async () => {
    const first = await session();
    const refresh = (refreshToken: string) => call(service, 'refreshSession', { body: { refreshToken } });
    const second = await done<SessionReply>(refresh(first.refreshToken));
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect((await me(second.accessToken)).status).toBe(200);
    const socket = await connect(service, second.accessToken);
    const closed = new Promise<number>((resolve) =>
      socket.once('disconnect', () => {
        resolve(Date.now());
      }),
    );
    const stolenAt = Date.now();
    expect((await refresh(first.refreshToken)).code).toBe('auth.refresh_invalid');
    expect((await me(second.accessToken)).code).toBe('auth.token_expired');
    expect((await refresh(second.refreshToken)).code).toBe('auth.refresh_invalid');
    expect((await closed) - stolenAt).toBeLessThan(1_500);
  });

  it('of two refreshes at the same moment one wins, and then the family is ended', async () => {
    const { refreshToken } = await session();
    const answers = await Promise.all(
      [1, 2].map(() => call(service, 'refreshSession', { body: { refreshToken } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    const winner = answers.find(({ status }) => status === 200)?.body as SessionReply;
    expect((await me(winner.accessToken)).code).toBe('auth.token_expired');
  });

  it('neither refresh tokens nor challenges can be read from the database as they are presented', async () => {
    const { refreshToken } = await session();
    const rows = await service.sql<{ hash: Buffer }>('SELECT hash FROM refresh_token');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.some(({ hash }) => hash.equals(Buffer.from(fromBase64Url(refreshToken))))).toBe(false);
  });

  it('after signing out the token is worth nothing and the socket is gone', async () => {
    const { accessToken, refreshToken } = await session();
    const socket = await connect(service, accessToken);
    const closed = new Promise((resolve) => socket.once('disconnect', resolve));
    expect((await call(service, 'endSession', { token: accessToken })).status).toBe(204);
    await closed;
    expect((await me(accessToken)).code).toBe('auth.token_expired');
    expect((await call(service, 'refreshSession', { body: { refreshToken } })).code).toBe(
      'auth.refresh_invalid',
    );
  });

  it('an administrator key that ADMINS leaves out loses its sessions at once', async () => {
    const other = await Clinic.found(service, 'Second');
    const { organisation } = other;
    const replacement = newKey();
    const socket = await connect(service, other.adminToken);
    const closed = new Promise((resolve) => socket.once('disconnect', resolve));
    await other.govern(organisation.admins([replacement], roleMask(Object.values(ROLE))));
    await closed;
    expect((await me(other.adminToken)).code).toBe('auth.token_expired');
    expect((await trySignIn(service, organisation.admin)).code).toBe('auth.challenge_invalid');
    expect((await signIn(service, replacement)).principal.kind).toBe('admin');
    expect(ORGANISATION.admins).toBe(2);
  });

  it('another organisation cannot take over a key by naming it among its administrators', async () => {
    const thief = await Clinic.found(service, 'Thief');
    await thief.govern(thief.organisation.admins([thief.organisation.admin, clinic.organisation.admin]));
    const { principal } = await signIn(service, clinic.organisation.admin);
    expect(principal).toMatchObject({ kind: 'admin', organisationId: clinic.id });
  });

  it('a socket from a foreign web page is not let in', async () => {
    const { accessToken } = await session();
    const foreign = newSocket(service, { token: accessToken }, { origin: 'https://evil.test' });
    const refused = await new Promise<Error>((resolve) => foreign.once('connect_error', resolve));
    expect(refused).toBeInstanceOf(Error);
    foreign.close();
    const own = newSocket(service, { token: accessToken }, { origin: service.config.origin });
    await new Promise<void>((resolve) => own.once('connect', resolve));
    expect((await command(own, SOCKET_EVENT.chainHeads, { chainIds: [clinic.id] })).ok).toBe(true);
    own.close();
  });

  it('a token in the address of a socket is not looked at', async () => {
    const { accessToken } = await session();
    const socket = newSocket(service, {});
    socket.io.opts.query = { token: accessToken };
    const error = await new Promise<Error & { data?: { code?: string } }>((resolve) =>
      socket.once('connect_error', resolve),
    );
    expect(error.data?.code).toBe('auth.required');
    socket.close();
  });

  it('founding an organisation needs this installation’s founding token', async () => {
    const { organisation } = clinic;
    const [genesis = new Uint8Array(), admins = new Uint8Array()] = organisation.entries;
    const body = { genesis: toBase64Url(genesis), admins: toBase64Url(admins) };
    for (const headers of [{}, { 'x-founding-token': 'guess' }]) {
      expect((await call(service, 'foundOrganisation', { body, headers })).code).toBe(
        'organisation.founding_closed',
      );
    }
  });

  it('tokens speak for one kind of principal only', async () => {
    const asAdmin = await call(service, 'foundThread', {
      body: { genesis: 'AAAA', rotate: 'AAAA' },
      token: clinic.adminToken,
    });
    expect(asAdmin.code).toBe('auth.forbidden');
    const asDevice = await call(service, 'enrol', {
      body: { genesis: 'AAAA', userKey: 'AAAA', claim: 'AAAA' },
      token: therapist.token,
    });
    expect(asDevice.code).toBe('auth.forbidden');
    const attest = clinic.organisation.revoke(therapist.attestHash);
    expect((await post(service, clinic.id, attest, therapist.token)).code).toBe('entry.invalid');
  });
});
