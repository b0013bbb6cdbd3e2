import { cryptoReady, standingAt, type AttestationFact, type OrganisationState } from '#chain';
import { createIdentity, openInvite, type Invitation, type PersonKeys, type Signer } from '#vault';
import {
  APPEND,
  KIND,
  ORGANISATION,
  Problem,
  SUBJECT,
  encodeClaim,
  equalBytes,
  fromBase64Url,
  toBase64Url,
  toHex,
} from '#protocol';
import { z } from 'zod';
import { CatchUp } from './catch-up.js';
import { Connection } from './connection.js';
import { Ledger } from './ledger.js';
import type { JoinOptions } from './member.contract.js';
import { networkTransport } from './network.transport.js';
import { fromJsonBytes, hasOwner, jsonBytes, memberOwner, readKeys } from './owner.js';
import { ClientProblem } from './problem.js';
import { MAX_NAME } from './profile.js';
import { ServiceClock } from './service.clock.js';
import type { StoreChange } from './store.contract.js';

export const DEFAULT_PATIENCE_MS = 5_000;

/** A joining that has begun: kept until its words were handed over, so that a crash burns neither link nor words. */
const joiningSchema = z.strictObject({
  organisationId: z.string(),
  displayName: z.string(),
  nonce: z.string(),
  genesis: z.string(),
  userKey: z.string(),
  words: z.array(z.string()),
});
type Joining = z.infer<typeof joiningSchema>;
const JOINING_KEY = 'joining';
const KEYS_KEY = 'keys';

interface Identity {
  readonly joining: Joining;
  readonly person: PersonKeys;
}

/** Claims an invitation; when it returns, the store holds a member with his first verified chains. */
export async function enrol(options: JoinOptions): Promise<readonly string[]> {
  await cryptoReady();
  requireName(options.displayName);
  const invitation = readLink(options);
  const url = options.url ?? invitation.address;
  const stored = await options.store.load();
  if (hasOwner(stored)) return wordsOf(stored, invitation);
  const signer = await acceptInvitation(invitation, url, options);
  const identity = resume(stored, invitation) ?? (await begin(options, invitation));
  return new Enrolment(options, { url, signer, invitation, identity }).run();
}

function requireName(name: string): void {
  if (name.trim() === '' || name.length > MAX_NAME) throw new ClientProblem('person.name_invalid');
}

/** Done already, but nobody has seen the words yet: the process may have died before it could show them. */
function wordsOf(stored: ReadonlyMap<string, Uint8Array>, invitation: Invitation): readonly string[] {
  const identity = resume(stored, invitation);
  if (identity === undefined) throw new ClientProblem('store.not_empty');
  return identity.joining.words;
}

/** The first sync of the member: whoever joined has his words, and the store forgets them. */
export function forgetJoining(stored: ReadonlyMap<string, Uint8Array>): readonly StoreChange[] {
  return stored.has(JOINING_KEY) ? [{ key: JOINING_KEY, value: undefined, erase: true }] : [];
}

function readLink(options: JoinOptions): Invitation {
  const invitation = openInvite(options.link);
  if (!invitation.ok) throw new ClientProblem('link.malformed');
  const foreign =
    options.url !== undefined && new URL(options.url).origin !== new URL(invitation.value.address).origin;
  if (foreign) throw new ClientProblem('link.foreign');
  return invitation.value;
}

function connectionOf(options: JoinOptions, url: string, signer?: Signer): Connection {
  const { transport = networkTransport, patienceMs = DEFAULT_PATIENCE_MS } = options;
  return new Connection({ url, transport, patienceMs, signer });
}

/** The organisation must be the one the link was made for: then the invite key is known, and only then. */
async function acceptInvitation(invitation: Invitation, url: string, options: JoinOptions): Promise<Signer> {
  const params = { organisationId: toHex(invitation.organisationId) };
  const genesis = await connectionOf(options, url)
    .call('getOrganisationGenesis', { params })
    .catch((error: unknown) => {
      const unknown =
        error instanceof Problem && (error.code === 'invite.unknown' || error.code === 'chain.not_found');
      throw unknown ? new ClientProblem('link.foreign', {}, { cause: error }) : error;
    });
  const accepted = invitation.accept(fromBase64Url(genesis.entry));
  if (!accepted.ok) throw new ClientProblem('link.pin_mismatch');
  return accepted.value;
}

function resume(stored: ReadonlyMap<string, Uint8Array>, invitation: Invitation): Identity | undefined {
  const bytes = stored.get(JOINING_KEY);
  const keys = stored.get(KEYS_KEY);
  if (bytes === undefined || keys === undefined) {
    if (stored.size > 0) throw new ClientProblem('store.not_empty');
    return undefined;
  }
  const joining = joiningSchema.parse(fromJsonBytes(bytes));
  if (joining.organisationId !== toHex(invitation.organisationId)) throw new ClientProblem('store.not_empty');
  return { joining, person: readKeys('person', keys) };
}

/** New keys, stored before anybody hears of them. */
async function begin(
  options: JoinOptions,
  invitation: Invitation,
  tsMs: number = Date.now(),
): Promise<Identity> {
  const { displayName, store } = options;
  const identity = createIdentity({ displayName, tsMs });
  const joining: Joining = {
    organisationId: toHex(invitation.organisationId),
    displayName,
    nonce: toBase64Url(identity.displayNonce),
    genesis: toBase64Url(identity.genesis.bytes),
    userKey: toBase64Url(identity.userKey.bytes),
    words: [...identity.recovery.words()],
  };
  identity.recovery.destroy();
  await store.write([
    { key: JOINING_KEY, value: jsonBytes(joining) },
    { key: KEYS_KEY, value: identity.person.export() },
  ]);
  return { joining, person: identity.person };
}

interface EnrolmentParts {
  readonly url: string;
  readonly signer: Signer;
  readonly invitation: Invitation;
  readonly identity: Identity;
}

class Enrolment {
  private readonly ledger = new Ledger();
  private readonly connection: Connection;
  private readonly catchUp: CatchUp;
  private readonly clock = new ServiceClock();
  private identity: Identity;

  constructor(
    private readonly options: JoinOptions,
    private readonly parts: EnrolmentParts,
  ) {
    this.identity = parts.identity;
    this.connection = connectionOf(options, parts.url, parts.signer);
    const silent = { applied: ignore, health: ignore, forkAlarm: ignore };
    const write = (changes: readonly StoreChange[]): Promise<void> => options.store.write(changes);
    this.catchUp = new CatchUp({ connection: this.connection, ledger: this.ledger, write, listener: silent });
  }

  /** Answers the recovery words. */
  async run(): Promise<readonly string[]> {
    try {
      for (let tries = 0; tries < APPEND.tries; tries += 1) {
        const organisation = await this.readOrganisation();
        const attestation = this.requireInvited(organisation);
        if (this.isMine(attestation) || (await this.claim(organisation, attestation))) {
          return await this.finish();
        }
      }
      throw new ClientProblem('send.exhausted');
    } catch (error) {
      if (!(await this.wasClaimedByMe(error))) throw error;
      return await this.finish();
    } finally {
      await this.connection.close();
    }
  }

  /** A claimed invite key may sign in no more; if it was I who claimed it, my device can. */
  private async wasClaimedByMe(error: unknown): Promise<boolean> {
    if (!(error instanceof Problem) || error.code !== 'invite.used') return false;
    const { identity } = this;
    const { url, invitation } = this.parts;
    const connection = connectionOf(this.options, url, identity.person.device);
    try {
      const me = await connection.call('getMe');
      const organisationId = toHex(invitation.organisationId);
      return me.organisations.some((mine) => mine.organisationId === organisationId);
    } catch (refused) {
      if (refused instanceof Problem) return false;
      throw refused;
    } finally {
      await connection.close();
    }
  }

  private async readOrganisation(): Promise<OrganisationState> {
    const held = this.ledger.ensure('organisation', toHex(this.parts.invitation.organisationId));
    await this.catchUp.pull([held]);
    if (held.health.state === 'frozen') {
      throw new ClientProblem('chain.frozen', { rule: held.health.rule });
    }
    if (held.kind !== 'organisation' || held.state === undefined) throw new ClientProblem('chain.missing');
    return held.state;
  }

  /** What the verified chain says of this invitation, whatever the service says. */
  private requireInvited(organisation: OrganisationState): AttestationFact {
    const { publicKey } = this.parts.signer;
    const attestation = [...organisation.attestations.values()].find(
      ({ subjectKind, subject }) => subjectKind === SUBJECT.invite && equalBytes(subject, publicKey),
    );
    if (attestation === undefined) throw new ClientProblem('link.not_invited');
    if (this.isMine(attestation)) return attestation;
    if (attestation.claim !== undefined) throw new ClientProblem('link.used');
    if (standingAt(attestation, organisation.seq) !== 'live') throw new ClientProblem('link.revoked');
    if (attestation.claimByMs < Date.now()) throw new ClientProblem('link.expired');
    return attestation;
  }

  private isMine({ claim }: AttestationFact): boolean {
    return claim !== undefined && equalBytes(claim.genesisHash, this.identity.person.genesisHash);
  }

  /** False: the organisation's chain has moved on, and the CLAIM has to be signed for its new head. */
  private async claim(organisation: OrganisationState, attestation: AttestationFact): Promise<boolean> {
    const { signer } = this.parts;
    const { joining, person } = this.identity;
    const header = {
      kind: KIND.organisation,
      type: ORGANISATION.claim,
      chainId: organisation.chainId,
      seq: organisation.seq + 1,
      prevHash: organisation.head,
      authorUser: organisation.chainId,
      tsMs: this.clock.nowMs(),
    };
    const body = encodeClaim({ attestHash: attestation.hash, genesisHash: person.genesisHash });
    const claim = toBase64Url(signer.signEntry(header, body).bytes);
    try {
      const { genesis, userKey } = joining;
      await this.connection.call('enrol', { body: { genesis, userKey, claim } });
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === 'chain.clock_skew') await this.beginAgain(error);
      else if (error.code !== 'chain.stale_head') throw error;
      return false;
    }
  }

  /** Sealed anew by the clock of the service, unless the chain shows that what was sent has been taken before. */
  private async beginAgain(problem: Problem): Promise<void> {
    const organisation = await this.readOrganisation();
    if (this.isMine(this.requireInvited(organisation))) return;
    if (!this.clock.set(problem.repair?.serverTimeMs)) throw problem;
    this.identity = await begin(this.options, this.parts.invitation, this.clock.nowMs());
  }

  /** The member's own first entries are verified like anybody's; the keys become those of a member. */
  private async finish(): Promise<readonly string[]> {
    const { url } = this.parts;
    const { joining, person } = this.identity;
    const own = this.ledger.ensure('identity', toHex(person.userId));
    const { changes } = this.ledger.acceptAll(own, [joining.genesis, joining.userKey].map(fromBase64Url));
    const profile = { displayName: joining.displayName, nonce: fromBase64Url(joining.nonce) };
    await this.options.store.write([...changes, ...memberOwner({ url, profile }, person.export())]);
    return joining.words;
  }
}

function ignore(): void {
  // Nobody follows while a person joins: the first sync tells everything.
}
