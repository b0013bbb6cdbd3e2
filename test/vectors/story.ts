import { chainIdOf, entryHashOf, keyHashOf } from '#chain';
import {
  HOLDER,
  KIND,
  LENGTH,
  ORGANISATION,
  REVOKE_REASON,
  SUBJECT,
  THREAD,
  compareBytes,
  encodeAttest,
  encodeClaim,
  encodeReason,
  encodeRevoke,
  encodeSuspend,
  encodeThreadGenesis,
  parseUserKey,
  type Entry,
  type ObligationOp,
  type Plaintext,
  type Role,
  type Row,
  type ThreadGenesis,
  type Urgency,
} from '#protocol';
import { sealRotate, type EpochSecret } from '../../libs/vault/epoch.js';
import type { NewIdentity } from '../../libs/vault/identity.js';
import { createInvite, openInvite } from '../../libs/vault/invite.js';
import { sealMessage } from '../../libs/vault/message.js';
import type { NewOrganisation } from '../../libs/vault/organisation.js';
import type { Randomness } from '../../libs/vault/randomness.js';
import type { Signer } from '../../libs/vault/signer.js';
import { sealUserKey } from '../../libs/vault/user-key.js';

/** A chain as its writers hold it: entries in order, and where the next one goes. */
export class Chain {
  constructor(readonly entries: Entry[]) {}

  get genesis(): Entry {
    return this.at(1);
  }

  get id(): Uint8Array {
    return chainIdOf(this.genesis);
  }

  get genesisHash(): Uint8Array {
    return entryHashOf(this.genesis);
  }

  get seq(): number {
    return this.entries.length;
  }

  get head(): Uint8Array {
    return entryHashOf(this.at(this.seq));
  }

  at(seq: number): Entry {
    const entry = this.entries[seq - 1];
    if (entry === undefined) throw new Error(`no entry ${seq}`);
    return entry;
  }

  next(authorUser: Uint8Array, tsMs: number) {
    return { chainId: this.id, seq: this.seq + 1, prevHash: this.head, authorUser, tsMs };
  }

  append(entry: Entry): Entry {
    this.entries.push(entry);
    return entry;
  }
}

/** A person with one device, and the identity chain that says so. */
export class Person {
  readonly chain: Chain;
  keys: NewIdentity['person'];

  constructor(
    readonly name: string,
    readonly identity: NewIdentity,
  ) {
    this.chain = new Chain([identity.genesis, identity.userKey]);
    this.keys = identity.person;
  }

  /** Public key and generation that a roster row made now would name. */
  get userKey() {
    return parseUserKey(this.chain.at(this.chain.seq).body);
  }

  /** The next generation, for the one device there is. */
  renewKey(
    at: { readonly tsMs: number; readonly device: Uint8Array; readonly archive: Uint8Array },
    random: Randomness,
  ): Entry {
    const { entry } = sealUserKey(
      {
        signer: this.keys.device,
        genesisHash: this.keys.genesisHash,
        place: this.chain.next(this.keys.userId, at.tsMs),
        generation: this.userKey.generation + 1,
        devices: [{ deviceId: this.keys.device.keyId, kemKey: at.device }],
        archiveKey: at.archive,
      },
      random,
    );
    const next = this.keys.openUserKey(entry);
    if (!next.ok) throw new Error(next.fault);
    this.keys = next.value;
    return this.chain.append(entry);
  }
}

/** An organisation whose administrator attests, revokes and suspends. */
export class Organisation {
  readonly chain: Chain;
  readonly keys: NewOrganisation['keys'];

  constructor(
    readonly name: string,
    founded: NewOrganisation,
  ) {
    this.chain = new Chain([founded.genesis, founded.admins]);
    this.keys = founded.keys;
  }

  private write(by: Signer, record: { type: number; body: Uint8Array; tsMs: number }): Entry {
    const place = this.chain.next(this.chain.id, record.tsMs);
    const header = { ...place, kind: KIND.organisation, type: record.type };
    return this.chain.append(by.signEntry(header, record.body));
  }

  attestPerson(
    person: Person,
    grant: { readonly role: Role; readonly validToMs: number; readonly tsMs: number },
  ): Entry {
    const { role, validToMs, tsMs } = grant;
    const subject = { subjectKind: SUBJECT.user, subject: person.keys.genesisHash, claimByMs: 0 };
    const body = encodeAttest({ ...subject, role, pool: new Uint8Array(LENGTH.id), validToMs });
    return this.write(this.keys.admin, { type: ORGANISATION.attest, body, tsMs });
  }

  invite(
    grant: {
      readonly role: Role;
      readonly validToMs: number;
      readonly claimByMs: number;
      readonly tsMs: number;
    },
    random: Randomness,
  ): { readonly attest: Entry; readonly link: string } {
    const { genesisHash } = this.chain;
    const invite = createInvite(
      {
        organisationId: this.chain.id,
        organisationGenesisHash: genesisHash,
        inviterGenesisHash: genesisHash,
        publicUrl: 'https://trialogue.example',
      },
      random,
    );
    const { role, validToMs, claimByMs, tsMs } = grant;
    const subject = { subjectKind: SUBJECT.invite, subject: invite.publicKey, claimByMs };
    const body = encodeAttest({ ...subject, role, pool: new Uint8Array(LENGTH.id), validToMs });
    return {
      attest: this.write(this.keys.admin, { type: ORGANISATION.attest, body, tsMs }),
      link: invite.link(),
    };
  }

  claim(
    person: Person,
    invited: { readonly attest: Entry; readonly link: string; readonly tsMs: number },
  ): Entry {
    const signer = inviteSigner(invited.link, this.chain.genesis);
    const attestHash = entryHashOf(invited.attest);
    const body = encodeClaim({ attestHash, genesisHash: person.keys.genesisHash });
    return this.write(signer, { type: ORGANISATION.claim, body, tsMs: invited.tsMs });
  }

  revoke(attest: Entry, tsMs: number): Entry {
    const body = encodeRevoke({ attestHash: entryHashOf(attest), reason: REVOKE_REASON.left_organisation });
    return this.write(this.keys.admin, { type: ORGANISATION.revoke, body, tsMs });
  }

  suspend(attest: Entry, suspended: boolean, tsMs: number): Entry {
    const body = encodeSuspend({ attestHash: entryHashOf(attest), suspended });
    return this.write(this.keys.admin, { type: ORGANISATION.suspend, body, tsMs });
  }
}

export function inviteSigner(link: string, genesis: Entry): Signer {
  const invitation = openInvite(link);
  if (!invitation.ok) throw new Error(invitation.fault);
  const signer = invitation.value.accept(genesis.bytes);
  if (!signer.ok) throw new Error(signer.fault);
  return signer.value;
}

/** Somebody's place in a roster: who, as what, attested by which entry of which organisation. */
export interface Seat {
  readonly person: Person;
  readonly role: Role;
  readonly organisation: Organisation;
  readonly basis: Entry;
  readonly expiresMs: number;
}

function rowOf(seat: Seat): Row {
  const { person } = seat;
  return {
    holderKind: HOLDER.person,
    holderId: person.keys.userId,
    role: seat.role,
    basis: entryHashOf(seat.basis),
    headSeq: person.chain.seq,
    headHash: person.chain.head,
    generation: person.userKey.generation,
    keyHash: keyHashOf(person.userKey.publicKey),
    expiresMs: seat.expiresMs,
  };
}

interface Said {
  readonly plaintext: Plaintext;
  readonly urgency: Urgency;
  readonly ops?: readonly ObligationOp[];
  readonly tsMs: number;
}

/** A thread as its members write it. Each call appends one entry. */
export class Thread {
  readonly chain: Chain;
  readonly epochs = new Map<number, EpochSecret>();
  seats: readonly Seat[] = [];

  constructor(founder: Person, genesis: ThreadGenesis, tsMs: number) {
    const header = {
      kind: KIND.thread,
      type: THREAD.genesis,
      chainId: new Uint8Array(LENGTH.id),
      seq: 1,
      prevHash: new Uint8Array(LENGTH.hash),
      authorUser: founder.keys.userId,
      tsMs,
    };
    this.chain = new Chain([founder.keys.device.signEntry(header, encodeThreadGenesis(genesis))]);
  }

  get epoch(): EpochSecret {
    const current = this.epochs.get(this.epochs.size);
    if (current === undefined) throw new Error('no epoch yet');
    return current;
  }

  rotate(
    author: Person,
    change: { readonly seats?: readonly Seat[]; readonly reason: number; readonly tsMs: number },
    random: Randomness,
  ): Entry {
    const byId = (seat: Seat): Uint8Array => seat.person.keys.userId;
    this.seats = [...(change.seats ?? this.seats)].sort((left, right) =>
      compareBytes(byId(left), byId(right)),
    );
    const organisations = [...new Set(this.seats.map((seat) => seat.organisation.chain))]
      .map((chain) => ({ genesisHash: chain.genesisHash, headSeq: chain.seq, headHash: chain.head }))
      .sort((left, right) => compareBytes(left.genesisHash, right.genesisHash));
    const rows = this.seats.map(rowOf);
    const sealed = sealRotate(
      {
        signer: author.keys.device,
        threadGenesisHash: this.chain.genesisHash,
        place: this.chain.next(author.keys.userId, change.tsMs),
        roster: { epoch: this.epochs.size + 1, reason: change.reason, organisations, rows },
        userKeys: this.seats.map((seat) => seat.person.userKey.publicKey),
      },
      random,
    );
    this.epochs.set(sealed.epoch.epoch, sealed.epoch);
    return this.chain.append(sealed.entry);
  }

  say(author: Person, said: Said, random: Randomness): Entry {
    const { tsMs, ...content } = said;
    const place = this.chain.next(author.keys.userId, tsMs);
    const signer = author.keys.device;
    return this.chain.append(sealMessage({ signer, epoch: this.epoch, place, ...content }, random));
  }

  /** LEAVE or CLOSE. */
  end(
    author: Person,
    type: typeof THREAD.leave | typeof THREAD.close,
    at: { reason: number; tsMs: number },
  ): Entry {
    const header = { ...this.chain.next(author.keys.userId, at.tsMs), kind: KIND.thread, type };
    return this.chain.append(author.keys.device.signEntry(header, encodeReason(at.reason)));
  }
}
