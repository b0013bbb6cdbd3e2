import {
  applyThread,
  cryptoReady,
  entryHashOf,
  nextRoster,
  type RosterWishes,
  type RowWish,
  type ThreadState,
} from '#chain';
import {
  importKeys,
  openRotate,
  sealMessage,
  sealRotate,
  sealUserKey,
  type EpochSecret,
  type PersonKeys,
  type SealedRotate,
} from '#vault';
import {
  CONTENT,
  KIND,
  LENGTH,
  THREAD,
  URGENCY,
  encodeHeader,
  encodeThreadGenesis,
  parseEntry,
  parseThreadGenesis,
  toHex,
  type ContentType,
  type Entry,
  type Header,
  type ObligationOp,
  type ThreadGenesis,
  type Urgency,
} from '#protocol';
import type { Player } from './scene.js';
import type { ServiceDouble } from './service.double.js';

interface Content {
  readonly contentType?: ContentType;
  readonly content?: unknown;
  readonly ops?: readonly ObligationOp[];
  readonly urgency?: Urgency;
  readonly tsMs?: number;
  /** Written on top of this entry, wherever the chain of the service ends. */
  readonly after?: Entry;
}

/** Somebody with real keys and a program of his own: what he signs, an SDK would have refused to write. */
export class Insider {
  private constructor(
    private readonly service: ServiceDouble,
    readonly person: PersonKeys,
  ) {}

  static async of(service: ServiceDouble, player: Player): Promise<Insider> {
    await cryptoReady();
    const keys = (await player.store.load()).get('keys') ?? new Uint8Array();
    const person = importKeys('person', keys);
    if (!person.ok) throw new Error('the store of a player holds his keys');
    return new Insider(service, person.value);
  }

  place(state: ThreadState, tsMs = Date.now()) {
    return {
      chainId: state.chainId,
      seq: state.seq + 1,
      prevHash: state.head,
      authorUser: this.person.userId,
      tsMs,
    };
  }

  /** The newest epoch secret this person can open in a thread. */
  epoch(threadId: string): EpochSecret {
    const state = this.service.thread(threadId);
    const rotates = this.service.chain(threadId).entries.map(parseEntry).filter(isRotate).reverse();
    for (const entry of rotates) {
      const opened = openRotate({ person: this.person, entry, threadGenesisHash: state.genesisHash });
      if (opened.ok) return opened.value;
    }
    throw new Error('this person never had a key here');
  }

  /** Any message, checked by nothing. */
  message(threadId: string, given: Content): Entry {
    const state = this.service.thread(threadId);
    return sealMessage({
      signer: this.person.device,
      epoch: this.epoch(threadId),
      place: { ...this.place(state, given.tsMs), ...(given.after && placeAfter(given.after)) },
      urgency: given.urgency ?? URGENCY.routine,
      ops: given.ops ?? [],
      plaintext: { contentType: given.contentType ?? CONTENT.note, content: given.content ?? note('Hello') },
    });
  }

  /** Any roster this person wishes for, sealed for the place after the head. */
  rotate(threadId: string, wishes: Partial<RosterWishes> = {}): SealedRotate {
    const state = this.service.thread(threadId);
    const roster = nextRoster(state, this.service, { nowMs: Date.now(), ...wishes });
    if (!roster.ok) throw new Error(`no such roster: ${JSON.stringify(roster.verdict)}`);
    return sealRotate({
      signer: this.person.device,
      threadGenesisHash: state.genesisHash,
      place: this.place(state),
      roster,
      userKeys: roster.publicKeys,
    });
  }

  /** A second thread in the place of a standing one, with the people of his choice; answers its id. */
  foundBeside(threadId: string, put: readonly RowWish[], terms: Partial<ThreadGenesis> = {}): string {
    const [first] = this.service.chain(threadId).entries;
    const record = parseThreadGenesis(parseEntry(first ?? new Uint8Array()).body);
    const random = crypto.getRandomValues(new Uint8Array(LENGTH.id));
    const place = {
      chainId: new Uint8Array(LENGTH.id),
      seq: 1,
      prevHash: new Uint8Array(LENGTH.hash),
      authorUser: this.person.userId,
      tsMs: Date.now(),
    };
    const genesis = this.person.device.signEntry(
      { ...place, kind: KIND.thread, type: THREAD.genesis },
      encodeThreadGenesis({ ...record, random, ...terms }),
    );
    const founded = applyThread(undefined, genesis.bytes, this.service);
    if (!founded.ok) throw new Error('no such founding');
    const made = toHex(founded.state.chainId);
    this.service.chains.set(made, { kind: KIND.thread, entries: [], state: undefined });
    this.service.force(made, genesis.bytes);
    this.service.force(made, this.rotate(made, { put }).entry.bytes);
    return made;
  }

  /** Header and body of somebody's choosing, under this person's signature. */
  sign(header: Partial<Header> & Pick<Header, 'type' | 'chainId'>, body: Uint8Array): Entry {
    const state = this.service.thread(toHex(header.chainId));
    return this.person.device.signEntry({ ...this.place(state), kind: KIND.thread, ...header }, body);
  }

  /** The next generation of this person's key, for the same single device. */
  nextUserKey(): Entry {
    const state = this.service.identity(toHex(this.person.userId));
    const [device] = state?.devices ?? [];
    if (state === undefined || device === undefined) throw new Error('a person has a device');
    return sealUserKey({
      signer: this.person.device,
      genesisHash: state.genesisHash,
      place: {
        chainId: state.chainId,
        seq: state.seq + 1,
        prevHash: state.head,
        authorUser: state.chainId,
        tsMs: Date.now(),
      },
      generation: state.generations.length + 1,
      devices: [{ deviceId: this.person.device.keyId, kemKey: device.kemKey }],
      archiveKey: state.archiveKey,
    });
  }
}

function placeAfter(entry: Entry) {
  return { seq: entry.header.seq + 1, prevHash: entryHashOf(entry) };
}

/** The entry with a signature nobody made. */
export function unsigned(entry: Entry): Entry {
  return parseEntry(
    Uint8Array.from([
      ...entry.bytes.slice(0, -LENGTH.signature),
      ...new Uint8Array(LENGTH.signature).fill(7),
    ]),
  );
}

export function note(text: string) {
  return { event: 'note', schema: 1, about: null, text };
}

function isRotate({ header }: Entry): boolean {
  return header.type === THREAD.rotate;
}

/** The same entry with another header in front and the old signature behind: what somebody without keys can make. */
export function withHeader(entry: Entry, changes: Partial<Header>): Uint8Array {
  const header = encodeHeader({ ...entry.header, ...changes });
  return Uint8Array.from([...header, ...entry.bytes.slice(LENGTH.header)]);
}
