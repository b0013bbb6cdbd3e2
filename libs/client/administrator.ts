import { cryptoReady } from '#chain';
import { createInvite, createOrganisation, type OrganisationKeys } from '#vault';
import {
  LENGTH,
  ORGANISATION,
  Problem,
  REVOKE_REASON,
  ROLE,
  SUBJECT,
  encodeAttest,
  encodeRevoke,
  encodeSuspend,
  fromHex,
  toBase64Url,
  toHex,
  type Attest,
  type OrganisationId,
} from '#protocol';
import type {
  AdministratorDoor,
  AdministratorSession,
  Attestation,
  FoundOptions,
  Invitation,
  InviteOptions,
} from './administrator.contract.js';
import { attestationsOf } from './attestations.js';
import { CatchUp } from './catch-up.js';
import { Connection } from './connection.js';
import { contactBook, listDeliveries } from './contacts.js';
import type { CoverageBook } from './coverage.contract.js';
import { coverageBook } from './coverage.js';
import type { AdministratorLadders } from './ladder.contract.js';
import { administratorLadders } from './ladders.js';
import { DEFAULT_PATIENCE_MS } from './enrolment.js';
import { Ledger } from './ledger.js';
import type { ContactBook, DeliveryView } from './contact.contract.js';
import type { OpenOptions, VerifyReport } from './member.contract.js';
import { networkTransport } from './network.transport.js';
import { OrganisationAuthor } from './organisation.author.js';
import { administratorOwner, hasOwner, readKeys, readOwner } from './owner.js';
import { ClientProblem } from './problem.js';
import { ServiceClock } from './service.clock.js';
import type { KeyStore } from './store.contract.js';
import { verifyEverything } from './verification.js';

const DAY_MS = 86_400_000;
const DEFAULT_VALID_MS = 365 * DAY_MS;
const DEFAULT_CLAIM_MS = 7 * DAY_MS;
/** GENESIS and ADMINS of a founding that has begun, until the service has taken them. */
const FOUNDING_KEYS = { keys: 'keys', genesis: 'founding/genesis', admins: 'founding/admins' } as const;

export const Administrator: AdministratorDoor = {
  async found(options) {
    await cryptoReady();
    const keys = await found(options);
    await options.store.write([
      ...administratorOwner(options.url, keys.export()),
      { key: FOUNDING_KEYS.genesis, value: undefined },
      { key: FOUNDING_KEYS.admins, value: undefined },
    ]);
    const administrator = await openAdministrator(options);
    await administrator.sync();
    return administrator;
  },
  open: openAdministrator,
};

/** The keys are stored before the service hears of them; a founding that was interrupted sends the same bytes. */
async function found(options: FoundOptions): Promise<OrganisationKeys> {
  const { store, url, foundingToken, transport = networkTransport } = options;
  const stored = await store.load();
  if (hasOwner(stored)) throw new ClientProblem('store.not_empty');
  const begun = await begin(store, stored, options.name);
  const connection = new Connection({ url, transport, patienceMs: patienceOf(options), signer: undefined });
  const offer = async ({ keys, genesis, admins }: Founding): Promise<OrganisationKeys> => {
    const body = { genesis: toBase64Url(genesis), admins: toBase64Url(admins) };
    await connection.call('foundOrganisation', { body, foundingToken });
    return keys;
  };
  try {
    return await offer(begun);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === 'chain.already_exists' || (await stands(connection, begun))) return begun.keys;
    const clock = new ServiceClock();
    if (error.code !== 'chain.clock_skew' || !clock.set(error.repair?.serverTimeMs)) throw error;
    return offer(await create(store, options.name, clock.nowMs()));
  }
}

interface Founding {
  readonly keys: OrganisationKeys;
  readonly genesis: Uint8Array;
  readonly admins: Uint8Array;
}

/** It was taken before, and only the answer got lost. */
async function stands(connection: Connection, { keys, genesis }: Founding): Promise<boolean> {
  const params = { organisationId: toHex(keys.organisationId) };
  try {
    const { entry } = await connection.call('getOrganisationGenesis', { params });
    return entry === toBase64Url(genesis);
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

async function begin(
  store: KeyStore,
  stored: ReadonlyMap<string, Uint8Array>,
  name: string,
): Promise<Founding> {
  const [keys, genesis, admins] = Object.values(FOUNDING_KEYS).map((key) => stored.get(key));
  if (keys !== undefined && genesis !== undefined && admins !== undefined) {
    return { keys: readKeys('organisation', keys), genesis, admins };
  }
  if (stored.size > 0) throw new ClientProblem('store.not_empty');
  return create(store, name, Date.now());
}

async function create(store: KeyStore, name: string, tsMs: number): Promise<Founding> {
  const created = createOrganisation({ name, tsMs });
  const { bytes: genesisBytes } = created.genesis;
  const { bytes: adminsBytes } = created.admins;
  await store.write([
    { key: FOUNDING_KEYS.keys, value: created.keys.export() },
    { key: FOUNDING_KEYS.genesis, value: genesisBytes },
    { key: FOUNDING_KEYS.admins, value: adminsBytes },
  ]);
  return { keys: created.keys, genesis: genesisBytes, admins: adminsBytes };
}

function patienceOf(options: { readonly patienceMs?: number }): number {
  return options.patienceMs ?? DEFAULT_PATIENCE_MS;
}

async function openAdministrator(options: OpenOptions): Promise<OpenAdministrator> {
  await cryptoReady();
  const { store, transport = networkTransport } = options;
  const stored = await store.load();
  const { owner, keys: bytes } = readOwner(stored, 'administrator');
  const keys = readKeys('organisation', bytes);
  const url = options.url ?? owner.url;
  const patienceMs = patienceOf(options);
  const connection = new Connection({ url, transport, patienceMs, signer: keys.admin });
  const ledger = new Ledger();
  const useless = ledger.rehydrate(stored);
  if (useless.length > 0) await store.write(useless);
  return new OpenAdministrator({ keys, connection, ledger, store });
}

interface AdministratorParts {
  readonly keys: OrganisationKeys;
  readonly connection: Connection;
  readonly ledger: Ledger;
  readonly store: KeyStore;
}

class OpenAdministrator implements AdministratorSession {
  readonly contacts: ContactBook;
  readonly coverage: CoverageBook;
  readonly ladders: AdministratorLadders;
  private readonly catchUp: CatchUp;
  private readonly author: OrganisationAuthor;

  constructor(private readonly parts: AdministratorParts) {
    const { connection, ledger, store } = parts;
    const write = store.write.bind(store);
    this.catchUp = new CatchUp({ connection, ledger, write, listener: SILENT });
    this.author = new OrganisationAuthor({ ...parts, catchUp: this.catchUp });
    this.contacts = contactBook(connection);
    this.coverage = coverageBook(connection, this.organisationId);
    this.ladders = administratorLadders(connection, this.organisationId);
  }

  get organisationId(): OrganisationId {
    return toHex(this.parts.keys.organisationId) as OrganisationId;
  }

  get organisationName(): string {
    return this.author.state.name;
  }

  get genesisHash(): string {
    return toHex(this.parts.keys.genesisHash);
  }

  get url(): string {
    return this.parts.connection.url;
  }

  async sync(): Promise<void> {
    await this.catchUp.everything();
    await this.author.finishInterrupted();
  }

  async invite(options: InviteOptions): Promise<Invitation> {
    const { validForMs = DEFAULT_VALID_MS, claimWithinMs = DEFAULT_CLAIM_MS } = options;
    const { organisationId, genesisHash } = this.parts.keys;
    const invite = createInvite({
      organisationId,
      organisationGenesisHash: genesisHash,
      inviterGenesisHash: genesisHash,
      publicUrl: this.url,
    });
    const nowMs = Date.now();
    const claimByMs = nowMs + claimWithinMs;
    const attestHash = await this.append({
      subjectKind: SUBJECT.invite,
      subject: invite.publicKey,
      role: ROLE[options.role],
      validToMs: nowMs + validForMs,
      claimByMs,
    });
    return { link: invite.link(), attestHash, role: options.role, claimBy: new Date(claimByMs) };
  }

  async attest(options: Parameters<AdministratorSession['attest']>[0]): Promise<Attestation> {
    const attestHash = await this.append({
      subjectKind: SUBJECT.user,
      subject: fromHex(options.genesisHash),
      role: ROLE[options.role],
      validToMs: Date.now() + (options.validForMs ?? DEFAULT_VALID_MS),
      claimByMs: 0,
    });
    const attestation = this.people().find((each) => each.attestHash === attestHash);
    if (attestation === undefined) throw new ClientProblem('chain.missing');
    return attestation;
  }

  private async append(record: Omit<Attest, 'pool'>): Promise<string> {
    const body = encodeAttest({ ...record, pool: new Uint8Array(LENGTH.id) });
    return toHex(await this.author.append({ type: ORGANISATION.attest, body }));
  }

  async revoke(attestHash: string, reason: keyof typeof REVOKE_REASON = 'unspecified'): Promise<void> {
    const body = encodeRevoke({ attestHash: fromHex(attestHash), reason: REVOKE_REASON[reason] });
    await this.author.append({ type: ORGANISATION.revoke, body });
  }

  suspend(attestHash: string): Promise<void> {
    return this.setSuspension(attestHash, true);
  }

  liftSuspension(attestHash: string): Promise<void> {
    return this.setSuspension(attestHash, false);
  }

  private async setSuspension(attestHash: string, suspended: boolean): Promise<void> {
    const body = encodeSuspend({ attestHash: fromHex(attestHash), suspended });
    await this.author.append({ type: ORGANISATION.suspend, body });
  }

  people(nowMs: number = Date.now()): readonly Attestation[] {
    return attestationsOf(this.author.state, this.parts.ledger, nowMs);
  }

  async introduce(guestOrganisationId: string): Promise<void> {
    const params = { organisationId: this.organisationId, guestId: guestOrganisationId };
    await this.parts.connection.call('introduceOrganisation', { params });
  }

  verify(): Promise<VerifyReport> {
    return verifyEverything({ ...this.parts, catchUp: this.catchUp });
  }

  deliveries(): Promise<readonly DeliveryView[]> {
    return listDeliveries(this.parts.connection);
  }

  async close(): Promise<void> {
    await this.parts.connection.close();
    await this.parts.store.close();
  }
}

/** An administrator follows nothing: he asks. */
const SILENT = { applied: ignore, health: ignore, forkAlarm: ignore };

function ignore(): void {
  // See above.
}
