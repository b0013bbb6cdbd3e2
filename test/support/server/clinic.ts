import {
  ROLE,
  SUBJECT,
  toBase64Url,
  toHex,
  type AppendReply,
  type Attest,
  type FoundReply,
  type Role,
  type RoleName,
  type ThreadGenesis,
} from '#protocol';
import {
  TestOrganisation,
  TestPerson,
  TestThread,
  TestWorld,
  wishFor,
  type Overrides,
} from '../chain.factories.js';
import { newKey, type TestKey } from '../chain.signer.js';
import { call, done, signIn, type Answer } from './caller.js';
import { FOUNDING_TOKEN, type TestService } from './service.js';

const HOUR_MS = 3_600_000;
const now = (): Overrides => ({ tsMs: Date.now() });
/** Until when everybody is attested and in his threads: the same instant for both. */
const VALID_TO_MS = Date.now() + 365 * 24 * HOUR_MS;

/** The factories of the verifying half seal in a fixed past; a server takes only what is sealed now. */
class CurrentOrganisation extends TestOrganisation {
  override genesis(overrides: Overrides = {}): Uint8Array {
    return super.genesis({ ...now(), ...overrides });
  }

  override write(type: number, body: Uint8Array, by: TestKey, overrides: Overrides = {}): Uint8Array {
    return super.write(type, body, by, { ...now(), ...overrides });
  }

  override attest(changes: Partial<Attest> & Pick<Attest, 'subject'>, overrides: Overrides = {}): Uint8Array {
    return super.attest({ validToMs: VALID_TO_MS, ...changes }, overrides);
  }
}

export class CurrentPerson extends TestPerson {
  override genesis(overrides: Overrides = {}): Uint8Array {
    return super.genesis({ ...now(), ...overrides });
  }

  override write(type: number, body: Uint8Array, overrides: Overrides = {}): Uint8Array {
    return super.write(type, body, { ...now(), ...overrides });
  }
}

export class CurrentThread extends TestThread {
  override genesis(changes: Partial<ThreadGenesis> = {}, overrides: Overrides = {}): Uint8Array {
    return super.genesis(changes, { ...now(), ...overrides });
  }

  override write(author: TestPerson, type: number, body: Uint8Array, overrides: Overrides = {}): Uint8Array {
    return super.write(author, type, body, { ...now(), ...overrides });
  }

  get id(): string {
    return this.state.threadId;
  }
}

export interface Invited {
  readonly key: TestKey;
  readonly attestHash: Uint8Array;
  readonly role: Role;
}

/** Somebody enrolled, signed in with his device. */
export interface Enrolled {
  readonly person: CurrentPerson;
  readonly role: Role;
  /** What his rows rest on: the hash of his CLAIM. */
  readonly basis: Uint8Array;
  readonly attestHash: Uint8Array;
  readonly token: string;
}

/** An organisation founded through the front door of a service, and everything its people do there. */
export class Clinic {
  readonly world = new TestWorld();

  private constructor(
    readonly service: TestService,
    readonly organisation: CurrentOrganisation,
    readonly adminToken: string,
  ) {
    this.world.add(organisation);
  }

  static async found(service: TestService, name = 'Practice'): Promise<Clinic> {
    const organisation = new CurrentOrganisation(name);
    const [genesis] = organisation.entries;
    const admins = organisation.admins();
    const body = { genesis: toBase64Url(genesis ?? new Uint8Array()), admins: toBase64Url(admins) };
    const headers = { 'x-founding-token': FOUNDING_TOKEN };
    await done<FoundReply>(call(service, 'foundOrganisation', { body, headers }));
    organisation.accept(admins);
    const { accessToken } = await signIn(service, organisation.admin);
    return new Clinic(service, organisation, accessToken);
  }

  get id(): string {
    return toHex(this.organisation.state.chainId);
  }

  /** Appends an entry to the organisation as its administrator; throws unless it is accepted. */
  async govern(bytes: Uint8Array): Promise<Uint8Array> {
    await done<AppendReply>(post(this.service, this.id, bytes, this.adminToken));
    return this.organisation.accept(bytes);
  }

  async invite(role: RoleName, changes: Partial<Attest> = {}): Promise<Invited> {
    const key = newKey();
    const attest = this.organisation.attest({
      subjectKind: SUBJECT.invite,
      subject: key.publicKey,
      role: ROLE[role],
      claimByMs: Date.now() + HOUR_MS,
      ...changes,
    });
    return { key, attestHash: await this.govern(attest), role: ROLE[role] };
  }

  /** What an invited person sends to enrol. */
  enrolment(invited: Invited, person: TestPerson): { genesis: string; userKey: string; claim: string } {
    const [genesis, userKey] = person.entries;
    const claim = this.organisation.claim(invited.attestHash, { key: invited.key, person });
    return {
      genesis: toBase64Url(genesis ?? new Uint8Array()),
      userKey: toBase64Url(userKey ?? new Uint8Array()),
      claim: toBase64Url(claim),
    };
  }

  async enrol(invited: Invited): Promise<Enrolled> {
    const person = newCurrentPerson();
    const { accessToken } = await signIn(this.service, invited.key);
    const claim = this.organisation.claim(invited.attestHash, { key: invited.key, person });
    const body = { ...this.enrolment(invited, person), claim: toBase64Url(claim) };
    await done<FoundReply>(call(this.service, 'enrol', { body, token: accessToken }));
    const basis = this.organisation.accept(claim);
    this.world.add(person);
    const session = await signIn(this.service, person.key, person.deviceId);
    return { person, role: invited.role, basis, attestHash: invited.attestHash, token: session.accessToken };
  }

  /** Somebody invited and enrolled. */
  async join(role: RoleName): Promise<Enrolled> {
    return this.enrol(await this.invite(role));
  }

  /** A thread with these people, founded by the first of them. */
  async openThread(
    members: readonly [Enrolled, ...Enrolled[]],
    terms: Partial<ThreadGenesis> = {},
  ): Promise<CurrentThread> {
    const { thread, body } = this.draftThread(members, terms);
    await done<FoundReply>(call(this.service, 'foundThread', { body, token: members[0].token }));
    return thread;
  }

  draftThread(
    members: readonly [Enrolled, ...Enrolled[]],
    terms: Partial<ThreadGenesis> = {},
  ): { thread: CurrentThread; body: { genesis: string; rotate: string } } {
    const [founder] = members;
    const thread = new CurrentThread(this.world, founder.person, terms);
    const genesis = thread.genesis();
    thread.accept(genesis);
    const rotate = thread.rotate(
      founder.person,
      thread.roster({ nowMs: Date.now(), put: members.map((member) => this.wish(member)) }),
    );
    thread.accept(rotate);
    return { thread, body: { genesis: toBase64Url(genesis), rotate: toBase64Url(rotate) } };
  }

  wish({ person, role, basis }: Enrolled) {
    return { ...wishFor(this.organisation, person, role, basis), expiresMs: VALID_TO_MS };
  }
}

export function newCurrentPerson(): CurrentPerson {
  const person = new CurrentPerson('someone');
  person.accept(person.userKey());
  return person;
}

/** Appends over REST. */
export async function post(
  service: TestService,
  chainId: string,
  bytes: Uint8Array,
  token: string,
): Promise<Answer> {
  return call(service, 'appendEntry', { body: { chainId, entry: toBase64Url(bytes) }, token });
}

/** Appends and, when it is accepted, moves the test's own view of the thread on. */
export async function say(
  service: TestService,
  thread: CurrentThread,
  bytes: Uint8Array,
  token: string,
): Promise<AppendReply> {
  const reply = await done<AppendReply>(post(service, thread.id, bytes, token));
  thread.accept(bytes);
  return reply;
}
