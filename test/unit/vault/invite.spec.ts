import { applyOrganisation } from '#chain';
import { KIND, ORGANISATION, ROLE, encodeClaim, toHex } from '#protocol';
import { createIdentity, createInvite, createOrganisation, importKeys, openInvite } from '#vault';
import { platformRandomness } from '../../../libs/vault/randomness.js';
import { Organisation, Person } from '../../vectors/story.js';
import { valueOf } from './scene.js';
import { bytesOf, verifiedOrganisation } from './verified.js';

const TS_MS = 1_767_603_600_000;
const GRANT = { role: ROLE.therapist, validToMs: TS_MS + 1e10, claimByMs: TS_MS + 1e8, tsMs: TS_MS };
const founded = createOrganisation({ name: 'Harbour Practice', tsMs: TS_MS });
const { keys } = founded;
const ids = {
  organisationId: keys.organisationId,
  organisationGenesisHash: keys.genesisHash,
  inviterGenesisHash: keys.genesisHash,
  publicUrl: 'https://trialogue.example/',
};

describe('A new organisation', () => {
  it('is two entries that the chain rules accept, and an administrator who may attest', () => {
    const organisation = new Organisation('Harbour Practice', founded);
    const invited = organisation.invite(GRANT, platformRandomness);
    const person = new Person('Thea', createIdentity({ displayName: 'Thea', tsMs: TS_MS }));
    organisation.claim(person, { ...invited, tsMs: TS_MS });
    const state = verifiedOrganisation(bytesOf(organisation.chain.entries));
    expect(state.seq).toBe(4);
    expect(state.genesisHash).toEqual(keys.genesisHash);
  });

  it('limits its administrator to the roles it names', () => {
    const narrow = createOrganisation({ name: 'Narrow', tsMs: TS_MS, mayAttest: 1 << ROLE.client });
    const organisation = new Organisation('Narrow', narrow);
    const before = verifiedOrganisation(bytesOf(organisation.chain.entries));
    const { attest } = organisation.invite(GRANT, platformRandomness);
    expect(applyOrganisation(before, attest.bytes).ok).toBe(false);
  });

  it('is the same after its keys went through a key store', () => {
    const back = valueOf(importKeys('organisation', keys.export()));
    expect(back.admin.keyId).toEqual(keys.admin.keyId);
    expect(back.root.publicKey).toEqual(keys.root.publicKey);
    expect(importKeys('organisation', keys.export().slice(1))).toEqual({ ok: false, fault: 'malformed' });
  });
});

describe('An invitation', () => {
  const invite = createInvite(ids);
  const link = invite.link();

  it('gives the joiner exactly the key the administrator attested', () => {
    const invitation = valueOf(openInvite(link));
    expect(invitation.address).toBe('https://trialogue.example');
    expect(invitation.organisationId).toEqual(keys.organisationId);
    const signer = valueOf(invitation.accept(founded.genesis.bytes));
    expect(signer.publicKey).toEqual(invite.publicKey);
  });

  it('is read with blanks around it, as people paste it', () => {
    expect(openInvite(`  ${link}\n`).ok).toBe(true);
  });

  it('is another one every time', () => {
    expect(createInvite(ids).link()).not.toBe(link);
  });

  it('contains no secret in front of the fragment, which browsers never send', () => {
    const [sent = '', fragment = ''] = link.split('#');
    expect(sent).toBe(`https://trialogue.example/join/${toHex(keys.organisationId)}`);
    expect(fragment).toHaveLength(64);
  });

  it('A3, A19: refuses any other organisation the server shows, the same name and time included', () => {
    const invitation = valueOf(openInvite(link));
    const twin = createOrganisation({ name: 'Harbour Practice', tsMs: TS_MS });
    expect(invitation.accept(twin.genesis.bytes)).toEqual({ ok: false, fault: 'pin' });
    expect(invitation.accept(founded.admins.bytes)).toEqual({ ok: false, fault: 'malformed' });
    expect(invitation.accept(new Uint8Array(10))).toEqual({ ok: false, fault: 'malformed' });
  });

  it('A19: redirected to another organisation by its id, is refused by the pin it carries', () => {
    const twin = createOrganisation({ name: 'Harbour Practice', tsMs: TS_MS });
    const redirected = link.replace(toHex(keys.organisationId), toHex(twin.keys.organisationId));
    const invitation = valueOf(openInvite(redirected));
    expect(invitation.accept(twin.genesis.bytes)).toEqual({ ok: false, fault: 'pin' });
    expect(invitation.accept(founded.genesis.bytes)).toEqual({ ok: false, fault: 'pin' });
  });

  it('A3: of a person is refused under another inviter', () => {
    const inviter = createIdentity({ displayName: 'Inviter', tsMs: TS_MS }).person.genesisHash;
    const stranger = createIdentity({ displayName: 'Stranger', tsMs: TS_MS }).person.genesisHash;
    const personal = valueOf(openInvite(createInvite({ ...ids, inviterGenesisHash: inviter }).link()));
    expect(personal.accept(founded.genesis.bytes, inviter).ok).toBe(true);
    expect(personal.accept(founded.genesis.bytes, stranger)).toEqual({ ok: false, fault: 'pin' });
    expect(personal.accept(founded.genesis.bytes)).toEqual({ ok: false, fault: 'pin' });
  });

  it('cannot be claimed by somebody who knows all but the secret', () => {
    const organisation = new Organisation('Harbour Practice', founded);
    const { attest } = organisation.invite(GRANT, platformRandomness);
    const state = verifiedOrganisation(bytesOf(organisation.chain.entries));
    const guessed = valueOf(valueOf(openInvite(createInvite(ids).link())).accept(founded.genesis.bytes));
    const person = createIdentity({ displayName: 'Thief', tsMs: TS_MS }).person;
    const place = organisation.chain.next(organisation.chain.id, TS_MS);
    const body = encodeClaim({ attestHash: state.head, genesisHash: person.genesisHash });
    const header = { ...place, kind: KIND.organisation, type: ORGANISATION.claim };
    expect(applyOrganisation(state, guessed.signEntry(header, body).bytes).ok).toBe(false);
    expect(attest.header.seq).toBe(state.seq);
  });

  it.each([
    '',
    'https://trialogue.example/join/',
    link.slice(0, -1),
    `${link}A`,
    link.replace('https:', 'javascript:'),
    link.replace('/join/', '/leave/'),
    link.replace('#', '?'),
    link.replace(/[0-9a-f]{32}/u, 'zz'.repeat(16)),
    `${link.slice(0, -1)}=`,
  ])('that is not whole is malformed, never an exception: %#', (hostile) => {
    expect(openInvite(hostile)).toEqual({ ok: false, fault: 'malformed' });
  });
});
