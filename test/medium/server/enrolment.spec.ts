import type { FoundReply } from '#protocol';
import { parseEntry, toBase64Url } from '#protocol';
import { newKey } from '../../support/chain.signer.js';
import { call, done, signIn, trySignIn } from '../../support/server/caller.js';
import { Clinic, newCurrentPerson, type Invited } from '../../support/server/clinic.js';
import { startTestService, type TestService } from '../../support/server/service.js';

describe('claiming an invitation', () => {
  let service: TestService;
  let clinic: Clinic;

  beforeAll(async () => {
    service = await startTestService();
    clinic = await Clinic.found(service);
  });

  afterAll(async () => {
    await service.close();
  });

  const asInvited = async (invited: Invited) => (await signIn(service, invited.key)).accessToken;
  const people = () => service.sql('SELECT id FROM chain WHERE kind = 1');

  it('the identity and its claim are written together, and a lost reply can be asked for again', async () => {
    const invited = await clinic.invite('therapist');
    const person = newCurrentPerson();
    const body = clinic.enrolment(invited, person);
    const token = await asInvited(invited);
    const reply = await done<FoundReply>(call(service, 'enrol', { body, token }));
    expect(reply).toEqual({
      chainId: person.userId,
      head: { seq: 2, hash: toBase64Url(person.state.head) },
    });
    clinic.organisation.accept(Buffer.from(body.claim, 'base64url'));
    expect(await done<FoundReply>(call(service, 'enrol', { body, token }))).toEqual(reply);
  });

  it('a used link says so to whoever holds it, and opens nothing', async () => {
    const invited = await clinic.invite('client');
    await clinic.enrol(invited);
    expect(await trySignIn(service, invited.key)).toMatchObject({ status: 409, code: 'invite.used' });
  });

  it('a second identity cannot claim what has been claimed, even with a session from before', async () => {
    const invited = await clinic.invite('client');
    const token = await asInvited(invited);
    await clinic.enrol(invited);
    const before = (await people()).length;
    const body = clinic.enrolment(invited, newCurrentPerson());
    expect((await call(service, 'enrol', { body, token })).code).toBe('invite.used');
    expect((await people()).length).toBe(before);
  });

  it('a late link says so', async () => {
    const invited = await clinic.invite('client', { claimByMs: Date.now() - 1_000 });
    expect(await trySignIn(service, invited.key)).toMatchObject({ status: 410, code: 'invite.expired' });
  });

  it('a withdrawn link says so and ends the session that was open', async () => {
    const invited = await clinic.invite('client');
    const token = await asInvited(invited);
    await clinic.govern(clinic.organisation.revoke(invited.attestHash));
    expect(await trySignIn(service, invited.key)).toMatchObject({ status: 410, code: 'invite.revoked' });
    expect((await call(service, 'getMe', { token })).code).toBe('auth.token_expired');
  });

  it('a link of another server is unknown here, whichever half of it one asks with', async () => {
    const genesis = await call(service, 'getOrganisationGenesis', {
      params: { organisationId: 'ab'.repeat(16) },
    });
    expect(genesis).toMatchObject({ status: 404, code: 'invite.unknown' });
    expect((await trySignIn(service, newKey())).code).toBe('auth.challenge_invalid');
  });

  it('whoever holds a link reads the organisation’s first entry without signing in', async () => {
    const answer = await done<{ entry: string }>(
      call(service, 'getOrganisationGenesis', { params: { organisationId: clinic.id } }),
    );
    const [genesis = new Uint8Array()] = clinic.organisation.entries;
    expect(answer.entry).toBe(toBase64Url(genesis));
  });

  it('an invitation cannot claim another invitation, nor for somebody else', async () => {
    const [mine, hers] = [await clinic.invite('client'), await clinic.invite('prescriber')];
    const token = await asInvited(mine);
    const person = newCurrentPerson();
    const claim = clinic.organisation.claim(hers.attestHash, { key: hers.key, person });
    const body = { ...clinic.enrolment(mine, person), claim: toBase64Url(claim) };
    expect((await call(service, 'enrol', { body, token })).problem?.repair?.rule).toBe('not_the_invite');
    const other = clinic.organisation.claim(mine.attestHash, { key: mine.key, person: newCurrentPerson() });
    const swapped = { ...clinic.enrolment(mine, person), claim: toBase64Url(other) };
    expect((await call(service, 'enrol', { body: swapped, token })).problem?.repair?.rule).toBe(
      'wrong_author',
    );
    const forged = clinic.organisation.claim(mine.attestHash, { key: newKey(), person });
    const unsigned = { ...clinic.enrolment(mine, person), claim: toBase64Url(forged) };
    expect((await call(service, 'enrol', { body: unsigned, token })).status).toBe(422);
  });

  it('a claim built on an older head is told what was missed, and nobody is half enrolled', async () => {
    const invited = await clinic.invite('client');
    const token = await asInvited(invited);
    const person = newCurrentPerson();
    const stale = clinic.enrolment(invited, person);
    await clinic.invite('client');
    const before = (await people()).length;
    const answer = await call(service, 'enrol', { body: stale, token });
    expect(answer.code).toBe('chain.stale_head');
    expect(answer.problem?.repair?.missed).toHaveLength(1);
    expect((await people()).length).toBe(before);
    const rebuilt = clinic.enrolment(invited, person);
    const reply = await done<FoundReply>(call(service, 'enrol', { body: rebuilt, token }));
    expect(reply.chainId).toBe(person.userId);
    clinic.organisation.accept(Buffer.from(rebuilt.claim, 'base64url'));
  });

  it('twenty people claiming at once are all enrolled, each after the other', async () => {
    const invited = await Promise.resolve(sequence(20, () => clinic.invite('client')));
    const joined = await Promise.all(invited.map((each) => claimUntilWon(each)));
    expect(new Set(joined).size).toBe(20);
    const [row] = await service.sql<{ head_seq: string }>('SELECT head_seq FROM chain WHERE id = $1', [
      Buffer.from(clinic.id, 'hex'),
    ]);
    expect(Number(row?.head_seq)).toBe(clinic.organisation.state.seq);
  });

  /** As a client does: rebuild the claim on what the refusal says was missed. */
  async function claimUntilWon(invited: Invited): Promise<string> {
    const token = await asInvited(invited);
    const person = newCurrentPerson();
    for (;;) {
      const body = clinic.enrolment(invited, person);
      const answer = await call(service, 'enrol', { body, token });
      if (answer.status === 200) {
        learn(Buffer.from(body.claim, 'base64url'));
        return person.userId;
      }
      if (answer.code !== 'chain.stale_head') throw new Error(answer.code);
      for (const missed of answer.problem?.repair?.missed ?? []) learn(Buffer.from(missed, 'base64url'));
    }
  }

  function learn(bytes: Buffer): void {
    const copy = Uint8Array.from(bytes);
    if (parseEntry(copy).header.seq === clinic.organisation.state.seq + 1) clinic.organisation.accept(copy);
  }

  async function sequence<Item>(count: number, make: () => Promise<Item>): Promise<Item[]> {
    const made: Item[] = [];
    for (let index = 0; index < count; index += 1) made.push(await make());
    return made;
  }
});
