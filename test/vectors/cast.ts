import { LENGTH, ROLE, fromHex, parseIdentityGenesis, utf8, type Role } from '#protocol';
import { createIdentity } from '../../libs/vault/identity.js';
import { createOrganisation } from '../../libs/vault/organisation.js';
import { Secret } from '../../libs/vault/secret.js';
import { Signer } from '../../libs/vault/signer.js';
import { plain, Scribe, type Plain } from './scribe.js';
import { Organisation, Person, inviteSigner, type Seat } from './story.js';

/** 2026-01-05 09:00 UTC: the vectors' clock, which moves only by hand. */
const START_MS = 1_767_603_600_000;
const DAY_MS = 86_400_000;
const YEAR_END_MS = START_MS + 360 * DAY_MS;
const CLAIM_BY_MS = START_MS + 3 * DAY_MS;

const USER_KEY_DRAWS = ['user key secret', 'encapsulation to the device', 'encapsulation to the archive'];
const IDENTITY_DRAWS = [
  'device signing seed',
  'device KEM secret',
  'recovery key',
  'archive secret',
  'display nonce',
  'archive nonce',
];

/** The people and organisations of the vectors, and how each of their entries came to be. */
export class Cast {
  readonly identities = new Scribe('identity');
  readonly organisations = new Scribe('organisation');
  readonly people: Plain[] = [];
  readonly invites: Plain[] = [];
  nowMs = START_MS;

  /** A minute later than the last thing that happened. */
  tick(): number {
    this.nowMs += 60_000;
    return this.nowMs;
  }

  person(name: string): Person {
    const { random } = this.identities.draws;
    const identity = createIdentity({ displayName: name, tsMs: this.tick() }, random);
    const person = new Person(name, identity);
    const draws = this.identities.draws.named([...IDENTITY_DRAWS, ...USER_KEY_DRAWS]);
    const signer = person.keys.device;
    const randomness = draws.slice(0, IDENTITY_DRAWS.length);
    this.identities.note(identity.genesis, {
      name: `${name}: GENESIS`,
      signer,
      inputs: { name },
      randomness,
    });
    this.identities.note(identity.userKey, {
      name: `${name}: USER_KEY 1`,
      signer,
      inputs: { generation: 1 },
      randomness: draws.slice(IDENTITY_DRAWS.length),
    });
    this.people.push({
      name,
      genesisHash: plain(person.keys.genesisHash),
      userId: plain(person.keys.userId),
      deviceId: plain(person.keys.device.keyId),
      recoveryWords: identity.recovery.words(),
      secrets: plain(draws),
    });
    return person;
  }

  renewKey(person: Person): void {
    const genesis = parseIdentityGenesis(person.chain.genesis.body);
    const at = { tsMs: this.tick(), device: genesis.deviceKemKey, archive: genesis.archiveKey };
    const entry = person.renewKey(at, this.identities.draws.random);
    const { generation } = person.userKey;
    this.identities.note(entry, {
      name: `${person.name}: USER_KEY ${generation}`,
      signer: person.keys.device,
      inputs: { generation },
      randomness: this.identities.draws.named(USER_KEY_DRAWS),
    });
  }

  organisation(name: string): Organisation {
    const { draws } = this.organisations;
    const founded = createOrganisation({ name, tsMs: this.tick() }, draws.random);
    const [rootSeed, adminSeed] = draws.named(['root signing seed', 'administrator signing seed']);
    const { root, admin } = founded.keys;
    const inputs = { name, rootSeed: rootSeed?.hex ?? '', adminPublicKey: admin.publicKey };
    this.organisations.note(founded.genesis, { name: `${name}: GENESIS`, signer: root, inputs });
    const adminInputs = { adminSeed: adminSeed?.hex ?? '' };
    this.organisations.note(founded.admins, { name: `${name}: ADMINS`, signer: root, inputs: adminInputs });
    return new Organisation(name, founded);
  }

  /** Invites a person by link and lets him claim it: a seat that rests on the CLAIM. */
  joined(organisation: Organisation, person: Person, role: Role): Seat {
    const { draws } = this.organisations;
    const grant = { role, validToMs: YEAR_END_MS, claimByMs: CLAIM_BY_MS, tsMs: this.tick() };
    const invited = organisation.invite(grant, draws.random);
    const label = `${organisation.name}: ${person.name}`;
    this.organisations.note(invited.attest, {
      name: `${label}: ATTEST of an invite`,
      signer: organisation.keys.admin,
      randomness: draws.named(['invite secret']),
    });
    const claim = organisation.claim(person, { ...invited, tsMs: this.tick() });
    const signer = inviteSigner(invited.link, organisation.chain.genesis);
    this.organisations.note(claim, { name: `${label}: CLAIM`, signer });
    this.invites.push({
      for: person.name,
      secret: this.organisations.vectors.at(-2)?.randomness[0]?.hex ?? '',
      organisationGenesisHash: plain(organisation.chain.genesisHash),
      inviterGenesisHash: plain(organisation.chain.genesisHash),
      address: 'https://trialogue.example',
      link: invited.link,
      seed: plain(signer.seed.reveal()),
      publicKey: plain(signer.publicKey),
      keyId: plain(signer.keyId),
    });
    return { person, role, organisation, basis: claim, expiresMs: YEAR_END_MS };
  }

  /** Attests a person whose identity is known already: a seat that rests on the ATTEST. */
  attested(organisation: Organisation, person: Person, role: Role): Seat {
    const grant = { role, validToMs: YEAR_END_MS, tsMs: this.tick() };
    const basis = organisation.attestPerson(person, grant);
    const name = `${organisation.name}: ${person.name}: ATTEST of a person`;
    this.organisations.note(basis, { name, signer: organisation.keys.admin });
    return { person, role, organisation, basis, expiresMs: YEAR_END_MS };
  }

  /** The administrator signed something about that person's ATTEST: REVOKE or SUSPEND. */
  judged(organisation: Organisation, what: string): void {
    const entry = organisation.chain.at(organisation.chain.seq);
    const name = `${organisation.name}: ${what}`;
    this.organisations.note(entry, { name, signer: organisation.keys.admin });
  }
}

/** Everybody who appears in the threads. */
export interface Company {
  readonly cast: Cast;
  readonly practice: Organisation;
  readonly team: Organisation;
  readonly therapist: Seat;
  readonly client: Seat;
  readonly coordinator: Seat;
  readonly prescriber: Seat;
  readonly cover: Seat;
}

export function assemble(): Company {
  const cast = new Cast();
  const practice = cast.organisation('Harbour Practice');
  const team = cast.organisation('Northern Medical Team');
  return {
    cast,
    practice,
    team,
    therapist: cast.joined(practice, cast.person('Thea'), ROLE.therapist),
    client: cast.joined(practice, cast.person('Cleo'), ROLE.client),
    coordinator: cast.attested(practice, cast.person('Kim'), ROLE.coordinator),
    prescriber: cast.joined(team, cast.person('Piet'), ROLE.prescriber),
    cover: cast.joined(team, cast.person('Quinn'), ROLE.prescriber),
  };
}

/** A sign-in as a vector: every field of what is signed, and the signature. */
export function signInVector(): Plain {
  const seed = new Uint8Array(LENGTH.secret).map((_, index) => index);
  const signer = new Signer(new Secret('signingSeed', seed.slice()));
  const request = {
    origin: 'https://trialogue.example',
    challenge: fromHex('a5'.repeat(LENGTH.hash)),
    expiresAtMs: START_MS + 60_000,
  };
  const signature = signer.signIn(request);
  const { publicKey, keyId } = signer;
  return plain({ seed, publicKey, keyId, ...request, originUtf8: utf8(request.origin), signature });
}
