import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isOwed, verifySignIn, type World } from '#chain';
import { KIND, THREAD, allLabels, fromHex, parseEntry, toHex, type Entry } from '#protocol';
import { importKeys, openInvite, openMessage, openRotate, type EpochSecret, type PersonKeys } from '#vault';
import { frozenFiles, spelled } from '../../vectors/frozen.js';
import type { EntryVector } from '../../vectors/scribe.js';
import { valueOf } from './scene.js';
import { verifiedIdentity, verifiedOrganisation, verifiedThread, worldOf } from './verified.js';

const FOLDER = join(import.meta.dirname, '..', '..', 'vectors');

/** SHA-256 of every frozen file. A change here is a change of the protocol: trialogue/2, not a fix. */
const FROZEN: Readonly<Record<string, string>> = {
  'boxes.json': '370751a90b400f96b54ec83541366cf5ccd0406f088316b7862735afa25e1e15',
  'codes.json': '0a0afc2e12d233173ccf998568338712ef0f68b0e11fbddf5e4b94acb00400d4',
  'conversation.json': 'd83a873cfd159e713d69a3bcd05b24bc539c60e880c37f2f80c129403dcb6fa9',
  'identity.json': 'f0cf78408629498f2bb63eb020b650249cd082082eb34cdba32ddeb24e50a66d',
  'invite.json': 'ebb08a17de3fa19694f3caa601227c193ea6e3ce63846122debb9bd79962e671',
  'labels.json': '9ef19c58e6b9451ab4c12297d5b114c8a7772ef1f4c3fe533691db6384dc2565',
  'organisation.json': '2c3d5f0ac001770109e175cbf55f440e0e20579babe356dbf6d6daf1d8ea911d',
  'sign-in.json': '92f3cd48b7072c3d8842c834788314d04c8dea0c38aa0c2c2e109dd120a281c0',
  'thread.json': 'dda77fc018bffa436f68627640207e3c6541e67eca990c060635218863d9ac63',
};

interface PersonVector {
  readonly name: string;
  readonly genesisHash: string;
  readonly userId: string;
  readonly recoveryWords: readonly string[];
  readonly secrets: readonly { readonly for: string; readonly hex: string }[];
}

interface ThreadVector {
  readonly threadId: string;
  readonly genesisHash: string;
  readonly headHash: string;
  readonly epochs: readonly {
    readonly epoch: number;
    readonly secret: string;
    readonly holders: readonly string[];
  }[];
  readonly entries: readonly EntryVector[];
}

function read(file: string): string {
  return readFileSync(join(FOLDER, file), 'utf8');
}

function load(file: string): unknown {
  return JSON.parse(read(file));
}

const { people, entries: identityEntries } = load('identity.json') as {
  readonly people: readonly PersonVector[];
  readonly entries: readonly EntryVector[];
};
const { entries: organisationEntries } = load('organisation.json') as {
  readonly entries: readonly EntryVector[];
};

function bytesByChain(entries: readonly EntryVector[]): readonly (readonly Uint8Array[])[] {
  const chains = new Map<string, Uint8Array[]>();
  for (const { chainId, entry } of entries)
    chains.set(chainId, [...(chains.get(chainId) ?? []), fromHex(entry)]);
  return [...chains.values()];
}

function frozenWorld(): World {
  return worldOf(
    bytesByChain(identityEntries).map(verifiedIdentity),
    bytesByChain(organisationEntries).map(verifiedOrganisation),
  );
}

/** A person's keys from the secrets in the file, in the layout of a key store, with every generation. */
function keysOf(person: PersonVector): PersonKeys {
  const secret = (name: string): string => person.secrets.find((each) => each.for === name)?.hex ?? '';
  const device = secret('device signing seed') + secret('device KEM secret');
  const stored = `${person.genesisHash}${person.userId}${device}0000`;
  const userKeys = identityEntries
    .filter(({ chainId }) => chainId === person.userId)
    .map(({ entry }) => parseEntry(fromHex(entry)))
    .filter(({ header }) => header.seq > 1);
  return userKeys.reduce(
    (keys, entry) => valueOf(keys.openUserKey(entry)),
    valueOf(importKeys('person', fromHex(stored))),
  );
}

function entriesOf(thread: ThreadVector): readonly Entry[] {
  return thread.entries.map(({ entry }) => parseEntry(fromHex(entry)));
}

/** What one person can open of a thread: text by seq, or the fault. */
function transcript(thread: ThreadVector, keys: PersonKeys): ReadonlyMap<number, string> {
  const threadGenesisHash = fromHex(thread.genesisHash);
  const lines = new Map<number, string>();
  let epoch: EpochSecret | undefined;
  for (const entry of entriesOf(thread)) {
    const { type, seq } = entry.header;
    if (type === THREAD.rotate) {
      const opened = openRotate({ person: keys, entry, threadGenesisHash });
      epoch = opened.ok ? opened.value : undefined;
    }
    if (type !== THREAD.message) continue;
    const said = epoch === undefined ? undefined : openMessage(epoch, entry);
    if (said !== undefined) lines.set(seq, said.ok ? JSON.stringify(said.value.content) : said.fault);
  }
  return lines;
}

describe('The frozen vectors', () => {
  const made = frozenFiles();

  it('are exactly the files that were pinned, and none of them has changed', () => {
    const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
    const sums = files.map((name) => [name, createHash('sha256').update(read(name)).digest('hex')]);
    expect(Object.fromEntries(sums)).toEqual(FROZEN);
  });

  it.each(Object.keys(made))('are what the code of today makes, byte for byte: %s', (name) => {
    expect(spelled(made[name] ?? '')).toBe(read(name));
  });

  it('cover every label there is', () => {
    const { labels } = load('labels.json') as { readonly labels: readonly { readonly label: string }[] };
    expect(labels.map(({ label }) => label)).toEqual(allLabels());
  });

  it('cover every record type given so far', () => {
    const all = [
      ...identityEntries,
      ...organisationEntries,
      ...(load('thread.json') as ThreadVector).entries,
    ].map(({ entry }) => parseEntry(fromHex(entry)).header);
    const seen = new Set(all.map(({ kind, type }) => `${kind}.${type}`));
    const given = { [KIND.identity]: 2, [KIND.organisation]: 6, [KIND.thread]: 5 };
    const expected = Object.entries(given).flatMap(([kind, last]) =>
      Array.from({ length: last }, (_, index) => `${kind}.${index + 1}`),
    );
    expect([...seen].sort()).toEqual(expected);
  });
});

describe.each(['thread.json', 'conversation.json'])('The thread of %s', (file) => {
  const thread = load(file) as ThreadVector;
  const world = frozenWorld();

  it('is accepted entry by entry, with no op refused, and ends closed at the stated head', () => {
    const applied = verifiedThread(
      thread.entries.map(({ entry }) => fromHex(entry)),
      world,
    );
    expect(applied.flatMap(({ refusedOps }) => refusedOps)).toEqual([]);
    expect(applied.map(({ entryHash }) => toHex(entryHash))).toEqual(
      thread.entries.map(({ entryHash }) => entryHash),
    );
    const last = applied.at(-1)?.state;
    expect(last?.closed).toBe(true);
    expect(toHex(last?.head ?? new Uint8Array())).toBe(thread.headHash);
    expect(toHex(last?.chainId ?? new Uint8Array())).toBe(thread.threadId);
    expect([...(last?.obligations.values() ?? [])].some((obligation) => isOwed(obligation))).toBe(false);
  });

  it('says to each member what was sealed while he was one, and nothing else', () => {
    const rotations = entriesOf(thread).filter(({ header }) => header.type === THREAD.rotate);
    for (const person of people) {
      const lines = transcript(thread, keysOf(person));
      for (const vector of thread.entries) {
        const { type, seq } = parseEntry(fromHex(vector.entry)).header;
        if (type !== THREAD.message) continue;
        const epoch = rotations.filter(({ header }) => header.seq < seq).length;
        const holder = thread.epochs[epoch - 1]?.holders.includes(person.name) ?? false;
        const { json } = vector.inputs as { readonly json: string };
        expect([seq, lines.get(seq)]).toEqual([seq, holder ? json : undefined]);
      }
    }
  });

  it('gives up its epoch secrets to their holders only', () => {
    const threadGenesisHash = fromHex(thread.genesisHash);
    const rotations = entriesOf(thread).filter(({ header }) => header.type === THREAD.rotate);
    for (const person of people) {
      const keys = keysOf(person);
      rotations.forEach((entry, index) => {
        const stated = thread.epochs[index];
        const opened = openRotate({ person: keys, entry, threadGenesisHash });
        const secret = opened.ok ? toHex(opened.value.secret.reveal()) : undefined;
        expect(secret).toBe(stated?.holders.includes(person.name) === true ? stated.secret : undefined);
      });
    }
  });
});

describe('The other vectors', () => {
  it('hold a conversation of fifty entries', () => {
    expect((load('conversation.json') as ThreadVector).entries).toHaveLength(50);
  });

  it('hold invitations that give the key their CLAIM is signed with', () => {
    const invites = load('invite.json') as readonly {
      readonly link: string;
      readonly publicKey: string;
      readonly keyId: string;
    }[];
    const geneses = organisationEntries
      .map(({ entry }) => fromHex(entry))
      .filter((bytes) => parseEntry(bytes).header.seq === 1);
    for (const { link, publicKey, keyId } of invites) {
      const invitation = valueOf(openInvite(link));
      const accepted = geneses.map((genesis) => invitation.accept(genesis)).filter((opened) => opened.ok);
      expect(accepted.map((opened) => toHex(valueOf(opened).publicKey))).toEqual([publicKey]);
      const claims = organisationEntries.map(({ entry }) => parseEntry(fromHex(entry)).header);
      expect(claims.filter(({ authorDevice }) => toHex(authorDevice) === keyId)).toHaveLength(1);
    }
    expect(invites).toHaveLength(4);
  });

  it('hold a sign-in that verifies', () => {
    const vector = load('sign-in.json') as Readonly<
      Record<'publicKey' | 'signature' | 'challenge' | 'keyId' | 'origin', string>
    > & {
      readonly expiresAtMs: number;
    };
    const { origin, expiresAtMs } = vector;
    const claim = { origin, expiresAtMs, challenge: fromHex(vector.challenge), keyId: fromHex(vector.keyId) };
    expect(verifySignIn(fromHex(vector.publicKey), fromHex(vector.signature), claim)).toBe(true);
  });
});
