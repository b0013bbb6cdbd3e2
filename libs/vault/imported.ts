import { ByteReader, LENGTH } from '#protocol';
import { EpochSecret } from './epoch.js';
import { KemPair } from './kem.js';
import { opened, parsed, refused, type Opened } from './opened.js';
import { OrganisationKeys } from './organisation.js';
import { PersonKeys } from './person.js';
import { Secret } from './secret.js';
import { Signer } from './signer.js';

/** What a key store may hold, by the name under which it is read back. */
export interface ImportableKeys {
  readonly person: PersonKeys;
  readonly organisation: OrganisationKeys;
  readonly epoch: EpochSecret;
}

const READERS: { readonly [Kind in keyof ImportableKeys]: (reader: ByteReader) => ImportableKeys[Kind] } = {
  person: readPerson,
  organisation: readOrganisation,
  epoch: readEpoch,
};

function readPerson(reader: ByteReader): PersonKeys {
  const genesisHash = reader.bytes(LENGTH.hash);
  const userId = reader.bytes(LENGTH.id);
  const deviceSeed = new Secret('signingSeed', reader.bytes(LENGTH.secret));
  const deviceKem = new Secret('kemSecret', reader.bytes(LENGTH.secret));
  const userKeys = new Map<number, KemPair>();
  for (let left = reader.u16(); left > 0; left -= 1) {
    const generation = reader.u32();
    userKeys.set(generation, new KemPair(new Secret('kemSecret', reader.bytes(LENGTH.secret))));
  }
  reader.end();
  return new PersonKeys({ genesisHash, userId, deviceSeed, deviceKem, userKeys });
}

function readOrganisation(reader: ByteReader): OrganisationKeys {
  const ids = { genesisHash: reader.bytes(LENGTH.hash), organisationId: reader.bytes(LENGTH.id) };
  const root = new Signer(new Secret('signingSeed', reader.bytes(LENGTH.secret)));
  const admin = new Signer(new Secret('signingSeed', reader.bytes(LENGTH.secret)));
  reader.end();
  return new OrganisationKeys(ids, { root, admin });
}

function readEpoch(reader: ByteReader): EpochSecret {
  const place = { threadGenesisHash: reader.bytes(LENGTH.hash), epoch: reader.u32() };
  const secret = new Secret('epochSecret', reader.bytes(LENGTH.secret));
  reader.end();
  return new EpochSecret(place, secret);
}

export function importKeys<Kind extends keyof ImportableKeys>(
  kind: Kind,
  bytes: Uint8Array,
): Opened<ImportableKeys[Kind]> {
  const keys = parsed(() => READERS[kind](new ByteReader(bytes)));
  return keys === undefined ? refused('malformed') : opened(keys);
}
