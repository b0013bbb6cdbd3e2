import { entropyToMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { chainIdOf, deviceIdOf, entryHashOf, hash, keyHashOf } from '#chain';
import {
  IDENTITY,
  KIND,
  LABEL,
  LENGTH,
  encodeIdentityGenesis,
  encodeIdentityGenesisKeys,
  parseIdentityGenesis,
  utf8,
  type Entry,
} from '#protocol';
import { KemPair } from './kem.js';
import { PersonKeys } from './person.js';
import type { Randomness } from './randomness.js';
import { Secret, Unprintable, consume } from './secret.js';
import { Signer, type EntryHeader } from './signer.js';
import { derive, seal, signingPair } from './sodium.js';
import { sealUserKey, type UserKeyDraft } from './user-key.js';

export interface IdentityDraft {
  /** Committed to, not contained: it travels in sealed profile messages together with the nonce. */
  readonly displayName: string;
  readonly tsMs: number;
}

export interface NewIdentity {
  /** The identity's first two entries: GENESIS and USER_KEY generation 1. */
  readonly genesis: Entry;
  readonly userKey: Entry;
  readonly person: PersonKeys;
  readonly recovery: RecoveryKit;
  /** Opens the display commitment, together with the name. */
  readonly displayNonce: Uint8Array;
}

/** The recovery key as 24 words. Shown once, written down on paper, kept nowhere: whoever has it reads everything. */
export class RecoveryKit extends Unprintable {
  readonly #key: Secret<'recoveryKey'>;

  constructor(key: Secret<'recoveryKey'>) {
    super();
    this.#key = key;
  }

  words(): readonly string[] {
    return entropyToMnemonic(this.#key.reveal(), wordlist).split(' ');
  }

  destroy(): void {
    this.#key.destroy();
  }
}

/**
 * Draws: device signing seed 32, device KEM secret 32, recovery key 32, archive secret 32, display nonce 16,
 * archive nonce 24, then those of USER_KEY 1.
 */
export function createIdentity(draft: IdentityDraft, random: Randomness): NewIdentity {
  const seed = new Secret('signingSeed', random(32));
  const deviceKem = new Secret('kemSecret', random(32));
  const recoveryKey = new Secret('recoveryKey', random(32));
  const archive = new KemPair(new Secret('kemSecret', random(32)));
  const displayNonce = random(16);
  const archiveNonce = random(LENGTH.nonce);
  const deviceKemKey = new KemPair(deviceKem).publicKey;
  const device = new Signer(seed, (publicKey) => deviceIdOf(publicKey, deviceKemKey));
  const keys = {
    deviceSigningKey: device.publicKey,
    deviceKemKey,
    recoverySigningKey: recoverySigningKey(recoveryKey),
    archiveKey: archive.publicKey,
    displayCommitment: hash(LABEL.display, displayNonce, utf8(draft.displayName)),
  };
  const archiveBox = sealArchive(recoveryKey, archive, { nonce: archiveNonce, keys });
  const body = encodeIdentityGenesis({ ...keys, archiveNonce, archiveBox });
  const genesis = device.signEntry(genesisHeader(draft.tsMs), body);
  const first = sealUserKey(firstUserKey(device, genesis), random);
  archive.destroy();
  const person = new PersonKeys({
    genesisHash: entryHashOf(genesis),
    userId: chainIdOf(genesis),
    deviceSeed: seed,
    deviceKem,
    userKeys: new Map([[1, first.userKey]]),
  });
  const recovery = new RecoveryKit(recoveryKey);
  return { genesis, userKey: first.entry, person, recovery, displayNonce };
}

/** Generation 1, right behind the GENESIS, for its one device and its archive. */
function firstUserKey(device: Signer, genesis: Entry): UserKeyDraft {
  const { deviceKemKey, archiveKey } = parseIdentityGenesis(genesis.body);
  const genesisHash = entryHashOf(genesis);
  const userId = chainIdOf(genesis);
  const { tsMs } = genesis.header;
  return {
    signer: device,
    genesisHash,
    place: { chainId: userId, seq: 2, prevHash: genesisHash, authorUser: userId, tsMs },
    generation: 1,
    devices: [{ deviceId: device.keyId, kemKey: deviceKemKey }],
    archiveKey,
  };
}

function genesisHeader(tsMs: number): EntryHeader {
  const none = new Uint8Array(LENGTH.id);
  const prevHash = new Uint8Array(LENGTH.hash);
  return {
    kind: KIND.identity,
    type: IDENTITY.genesis,
    chainId: none,
    seq: 1,
    prevHash,
    authorUser: none,
    tsMs,
  };
}

function recoverySigningKey(recoveryKey: Secret<'recoveryKey'>): Uint8Array {
  const seed = derive(recoveryKey, LABEL.recoverySign, { name: 'signingSeed', context: [] });
  const pair = consume(seed, signingPair);
  pair.key.destroy();
  return pair.publicKey;
}

/** The archive secret under the recovery key, authenticating every key of the GENESIS in front of it. */
function sealArchive(
  recoveryKey: Secret<'recoveryKey'>,
  archive: KemPair,
  place: { readonly nonce: Uint8Array; readonly keys: Parameters<typeof encodeIdentityGenesisKeys>[0] },
): Uint8Array {
  const context = [keyHashOf(archive.publicKey)];
  const key = derive(recoveryKey, LABEL.recoveryBox, { name: 'aeadKey', context });
  const bound = { nonce: place.nonce, aad: encodeIdentityGenesisKeys(place.keys) };
  return consume(key, (single) => seal(single, archive.secret.reveal(), bound));
}
