import { hexToBytes } from '@noble/hashes/utils.js';
import { header } from './entries.js';
import * as identity from './identity.js';
import * as organisation from './organisation.js';
import { kemPublicKey, signingPublicKey, zeros, type Bytes } from './primitives.js';
import * as thread from './thread.js';
import { bytesOf, listOf, numberOf, readVectors, type VectorEntry, type VectorPerson } from './vectors.js';

const { people, entries } = readVectors('identity') as { people: VectorPerson[]; entries: VectorEntry[] };

/** The header of a vector as this implementation writes it. */
export function headOf(entry: VectorEntry): Bytes {
  return header(headerFields(entry));
}

export function headerFields({ header: fields }: VectorEntry) {
  return {
    kind: fields.kind,
    type: fields.type,
    seq: fields.seq,
    tsMs: fields.tsMs,
    chainId: hexToBytes(fields.chainId),
    prevHash: hexToBytes(fields.prevHash),
    authorUser: hexToBytes(fields.authorUser),
    authorDevice: hexToBytes(fields.authorDevice),
  };
}

function draw(entry: VectorEntry, index: number): Bytes {
  const drawn = entry.randomness[index];
  if (drawn === undefined) throw new RangeError(`${entry.name} has no draw ${index}`);
  return hexToBytes(drawn.hex);
}

/** The user key secret of a person's generation, from the draws of that USER_KEY. */
export function userSecret(name: string, generation: number): Bytes {
  const userId = people.find((person) => person.name === name)?.userId;
  const found = entries.find(
    (entry) =>
      entry.chainId === userId && entry.header.type === 2 && entry.fields['generation'] === generation,
  );
  if (found === undefined) throw new RangeError(`no generation ${generation} of ${name}`);
  return draw(found, 0);
}

function identityGenesis(entry: VectorEntry): Bytes {
  const [signingSeed, kemSecret, recovery, archiveSecret, displayNonce, archiveNonce] = [
    0, 1, 2, 3, 4, 5,
  ].map((n) => draw(entry, n)) as [Bytes, Bytes, Bytes, Bytes, Bytes, Bytes];
  return identity.genesisBody({
    deviceSigningKey: signingPublicKey(signingSeed),
    deviceKemKey: kemPublicKey(kemSecret),
    recoverySigningKey: signingPublicKey(identity.recoverySigningSeed(recovery)),
    archiveKey: kemPublicKey(archiveSecret),
    archiveSecret,
    displayCommitment: identity.displayCommitment(displayNonce, String(entry.inputs['name'])),
    archiveNonce,
    recoveryKey: recovery,
  });
}

function userKey(entry: VectorEntry): Bytes {
  const genesis = entries.find((one) => one.chainId === entry.chainId && one.header.type === 1);
  if (genesis === undefined) throw new RangeError('USER_KEY of nobody');
  const secret = draw(entry, 0);
  return identity.userKeyBody({
    head: headOf(entry),
    genesisHash: hexToBytes(genesis.entryHash),
    generation: numberOf(entry.fields, 'generation'),
    secret,
    publicKey: kemPublicKey(secret),
    devices: [
      {
        id: hexToBytes(entry.header.authorDevice),
        kemKey: bytesOf(genesis.fields, 'deviceKemKey'),
        randomness: draw(entry, 1),
      },
    ],
    archive: { kemKey: bytesOf(genesis.fields, 'archiveKey'), randomness: draw(entry, 2) },
  });
}

const ORGANISATION_BODY: Readonly<Record<number, (fields: VectorEntry['fields']) => Bytes>> = {
  1: (fields) => organisation.genesisBody(bytesOf(fields, 'rootKey'), String(fields['name'])),
  2: (fields) =>
    organisation.adminsBody(
      listOf(fields, 'admins').map((admin) => ({
        publicKey: bytesOf(admin, 'publicKey'),
        mayAttest: numberOf(admin, 'mayAttest'),
      })),
    ),
  3: (fields) =>
    organisation.attestBody({
      subjectKind: numberOf(fields, 'subjectKind') as 1 | 2,
      subject: bytesOf(fields, 'subject'),
      role: numberOf(fields, 'role'),
      validToMs: numberOf(fields, 'validToMs'),
      claimByMs: numberOf(fields, 'claimByMs'),
    }),
  4: (fields) => organisation.claimBody(bytesOf(fields, 'attestHash'), bytesOf(fields, 'genesisHash')),
  5: (fields) => organisation.revokeBody(bytesOf(fields, 'attestHash'), numberOf(fields, 'reason')),
  6: (fields) => organisation.suspendBody(bytesOf(fields, 'attestHash'), fields['suspended'] === true),
};

function threadGenesis({ fields }: VectorEntry): Bytes {
  return thread.genesisBody({
    random: bytesOf(fields, 'random'),
    caseId: bytesOf(fields, 'caseId'),
    lane: numberOf(fields, 'lane'),
    allowedRoles: numberOf(fields, 'allowedRoles'),
    adderRoles: numberOf(fields, 'adderRoles'),
    clientApproval: fields['clientApproval'] === true,
    retentionDays: numberOf(fields, 'retentionDays'),
    predecessorGenesis: bytesOf(fields, 'predecessorGenesis'),
    predecessorHead: bytesOf(fields, 'predecessorHead'),
    clientGenesis: bytesOf(fields, 'clientGenesis'),
  });
}

function rotate(entry: VectorEntry): Bytes {
  const holders = listOf(entry.inputs, 'holders');
  return thread.rotateBody({
    head: headOf(entry),
    threadGenesis: bytesOf(entry.inputs, 'threadGenesisHash'),
    epoch: numberOf(entry.fields, 'epoch'),
    reason: numberOf(entry.fields, 'reason'),
    organisations: listOf(entry.fields, 'organisations').map((stated) => ({
      genesisHash: bytesOf(stated, 'genesisHash'),
      headSeq: numberOf(stated, 'headSeq'),
      headHash: bytesOf(stated, 'headHash'),
    })),
    rows: listOf(entry.fields, 'rows').map((row, index) => ({
      holderId: bytesOf(row, 'holderId'),
      role: numberOf(row, 'role'),
      basis: bytesOf(row, 'basis'),
      headSeq: numberOf(row, 'headSeq'),
      headHash: bytesOf(row, 'headHash'),
      generation: numberOf(row, 'generation'),
      userKey: kemPublicKey(
        userSecret(String(holders[index]?.['name']), numberOf(holders[index] ?? {}, 'generation')),
      ),
      expiresMs: numberOf(row, 'expiresMs'),
    })),
    epochSecret: draw(entry, 0),
    randomness: entry.randomness.slice(1).map((drawn) => hexToBytes(drawn.hex)),
  });
}

function message(entry: VectorEntry): Bytes {
  return thread.messageBody({
    head: headOf(entry),
    epoch: numberOf(entry.fields, 'epoch'),
    epochSecret: bytesOf(entry.inputs, 'epochSecret'),
    urgency: numberOf(entry.fields, 'urgency'),
    ops: listOf(entry.fields, 'ops').map((op) => ({
      op: numberOf(op, 'op'),
      obligation: numberOf(op, 'obligation'),
      responder: bytesOf(op, 'responder'),
      dueMs: numberOf(op, 'dueMs'),
    })),
    nonce: draw(entry, 0),
    contentType: numberOf(entry.inputs, 'contentType'),
    content: JSON.parse(String(entry.inputs['json'])) as unknown,
  });
}

const IDENTITY_BODY: Readonly<Record<number, (entry: VectorEntry) => Bytes>> = {
  1: identityGenesis,
  2: userKey,
};
const THREAD_BODY: Readonly<Record<number, (entry: VectorEntry) => Bytes>> = {
  1: threadGenesis,
  2: rotate,
  3: message,
  4: ({ fields }) => thread.reasonBody(numberOf(fields, 'reason')),
  5: ({ fields }) => thread.reasonBody(numberOf(fields, 'reason')),
};

/** The body of any vector, from its inputs alone. */
export function bodyOf(entry: VectorEntry): Bytes {
  const { kind, type } = entry.header;
  const body =
    kind === 1
      ? IDENTITY_BODY[type]?.(entry)
      : kind === 2
        ? ORGANISATION_BODY[type]?.(entry.fields)
        : THREAD_BODY[type]?.(entry);
  return body ?? zeros(0);
}
