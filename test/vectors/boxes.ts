import { hash, keyHashOf } from '#chain';
import {
  ByteWriter,
  LABEL,
  concatBytes,
  encodeIdentityGenesisKeys,
  encodePlaintext,
  encodeUserKeyPrefix,
  equalBytes,
  fromHex,
  parseIdentityGenesis,
  parseMessage,
  parseRotate,
  parseUserKey,
  type Label,
  type Wrap,
} from '#protocol';
import { EpochSecret } from '../../libs/vault/epoch.js';
import { wrapContext } from '../../libs/vault/kem.js';
import { openMessage } from '../../libs/vault/message.js';
import { Secret, type SecretName } from '../../libs/vault/secret.js';
import { derive, encapsulate } from '../../libs/vault/sodium.js';
import type { Company } from './cast.js';
import type { Recorded } from './conversation.js';
import { plain, type EntryVector, type Plain } from './scribe.js';

const u32 = (value: number): Uint8Array => new ByteWriter().u32(value).finish();

function drawn(vectors: readonly EntryVector[], entry: string, draw: string): Uint8Array {
  const vector = vectors.find(({ name }) => name === entry);
  const found = vector?.randomness.find((each) => each.for === draw);
  if (found === undefined) throw new Error(`${entry}: no draw ${draw}`);
  return fromHex(found.hex);
}

function keyFrom(key: Secret<SecretName>, label: Label, context: readonly Uint8Array[]): Uint8Array {
  return derive(key, label, { name: 'aeadKey', context }).reveal();
}

interface WrapSteps {
  readonly name: string;
  readonly label: Label;
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
  readonly coins: Uint8Array;
  readonly fields: readonly Uint8Array[];
  readonly context: Uint8Array;
  readonly plaintext: Uint8Array;
  readonly wrap: Wrap;
}

/** Every step of a wrap, from the coins of the encapsulation to the box that stands in the entry. */
function wrapVector(steps: WrapSteps): Plain {
  const { name, label, publicKey, secretKey, coins, fields, context, plaintext, wrap } = steps;
  const stated = plain({
    name,
    label,
    publicKey,
    secretKey,
    coins: coins.slice(),
    A: context,
    plaintext,
    ...wrap,
  });
  const sent = encapsulate(publicKey, coins);
  if (sent === undefined) throw new Error('a key of the vectors is unusable');
  const [ciphertextHash, keyHash] = [hash(LABEL.kemCiphertext, sent.ciphertext), keyHashOf(publicKey)];
  const kdfContext = [...fields, ciphertextHash, keyHash, context];
  const key = keyFrom(sent.shared, label, kdfContext);
  const derived = {
    sharedSecret: sent.shared.reveal(),
    ciphertextHash,
    keyHash,
    kdfContext: concatBytes(...kdfContext),
    key,
  };
  return { ...(stated as Record<string, Plain>), ...(plain(derived) as Record<string, Plain>) };
}

function identityBoxes({ cast, therapist }: Company): Plain[] {
  const { vectors } = cast.identities;
  const { chain } = therapist.person;
  const genesis = parseIdentityGenesis(chain.genesis.body);
  const userKey = parseUserKey(chain.at(2).body);
  const recoveryKey = drawn(vectors, 'Thea: GENESIS', 'recovery key');
  const [device] = userKey.devices;
  if (device === undefined) throw new Error('one device');
  const context = wrapContext(chain.at(2).headerBytes, encodeUserKeyPrefix(userKey));
  const plaintext = drawn(vectors, 'Thea: USER_KEY 1', 'user key secret');
  const archiveHash = keyHashOf(genesis.archiveKey);
  const recovery = new Secret('recoveryKey', recoveryKey);
  const shared = { context, plaintext, fields: [chain.genesisHash, u32(1)] };
  return [
    plain({
      name: 'archive box',
      label: LABEL.recoveryBox,
      recoveryKey,
      kdfContext: archiveHash,
      key: keyFrom(recovery, LABEL.recoveryBox, [archiveHash]),
      nonce: genesis.archiveNonce,
      aad: encodeIdentityGenesisKeys(genesis),
      plaintext: drawn(vectors, 'Thea: GENESIS', 'archive secret'),
      box: genesis.archiveBox,
      recoverySigningSeed: keyFrom(recovery, LABEL.recoverySign, []),
      recoverySigningKey: genesis.recoverySigningKey,
    }),
    wrapVector({
      ...shared,
      name: 'user key to a device',
      label: LABEL.wrapUserKey,
      publicKey: genesis.deviceKemKey,
      secretKey: drawn(vectors, 'Thea: GENESIS', 'device KEM secret'),
      coins: drawn(vectors, 'Thea: USER_KEY 1', 'encapsulation to the device'),
      fields: [...shared.fields, device.deviceId],
      wrap: { ciphertext: device.ciphertext, box: device.box },
    }),
    wrapVector({
      ...shared,
      name: 'user key to the archive',
      label: LABEL.wrapArchive,
      publicKey: genesis.archiveKey,
      secretKey: drawn(vectors, 'Thea: GENESIS', 'archive secret'),
      coins: drawn(vectors, 'Thea: USER_KEY 1', 'encapsulation to the archive'),
      wrap: userKey.archive,
    }),
  ];
}

function threadBoxes({ cast, therapist }: Company, lane: Recorded): Plain[] {
  const { vectors } = lane.scribe;
  const { chain } = lane.thread;
  const { name, keys, userKey } = therapist.person;
  const rotate = parseRotate(chain.at(2).body);
  const index = rotate.rows.findIndex((row) => equalBytes(row.holderId, keys.userId));
  const [wrap, rotateName] = [rotate.wraps[index], `2 ${name}: ROTATE 1`];
  if (wrap === undefined) throw new Error('a wrap for the therapist');
  const secret = drawn(vectors, rotateName, 'epoch secret');
  const [sealed, message] = [chain.at(3), parseMessage(chain.at(3).body)];
  const messageContext = concatBytes(sealed.headerBytes, message.prefix);
  const firstEpoch = new EpochSecret(
    { threadGenesisHash: chain.genesisHash, epoch: 1 },
    new Secret('epochSecret', secret.slice()),
  );
  const said = openMessage(firstEpoch, sealed);
  if (!said.ok) throw new Error(said.fault);
  return [
    wrapVector({
      name: 'epoch secret to a row',
      label: LABEL.wrapEpoch,
      publicKey: userKey.publicKey,
      secretKey: drawn(cast.identities.vectors, `${name}: USER_KEY 1`, 'user key secret'),
      coins: drawn(vectors, rotateName, `encapsulation to ${name}`),
      fields: [chain.genesisHash, u32(1), keys.userId, u32(1)],
      context: wrapContext(chain.at(2).headerBytes, rotate.prefix),
      plaintext: secret,
      wrap,
    }),
    plain({
      name: 'message',
      label: LABEL.messageKey,
      epochSecret: secret,
      kdfContext: messageContext,
      key: keyFrom(new Secret('epochSecret', secret.slice()), LABEL.messageKey, [messageContext]),
      commit: message.commit,
      nonce: message.nonce,
      aad: concatBytes(messageContext, message.commit),
      plaintext: encodePlaintext(said.value, false),
      ciphertext: message.ciphertext,
    }),
  ];
}

/** One of every kind of box, with each value between the inputs and the bytes in the entry. */
export function boxVectors(company: Company, lane: Recorded): Plain {
  return [...identityBoxes(company), ...threadBoxes(company, lane)];
}
