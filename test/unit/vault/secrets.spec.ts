import { inspect } from 'node:util';
import * as vault from '#vault';
import { createIdentity, createInvite, createOrganisation, openInvite } from '#vault';
import { platformRandomness } from '../../../libs/vault/randomness.js';
import { Secret, consume } from '../../../libs/vault/secret.js';
import { epochOf, openScene, valueOf } from './scene.js';

const MARK = 0xc7;

/** Lists of numbers without line breaks and indices, however they were laid out. */
function unfolded(text: string): string {
  return text.replaceAll(/\s+(?=\d)|"\d+":/gu, '');
}

/** Every way a value usually reaches a log. */
function printed(value: object): readonly string[] {
  const thrown = new Error('failed', { cause: value });
  return [
    inspect(value),
    inspect({ nested: [value] }, { depth: 10, showHidden: true }),
    `value: ${value as unknown as string}`.slice(7),
    JSON.stringify(value),
    JSON.stringify({ nested: [value] }),
    inspect(thrown, { depth: 10, showHidden: true }),
    JSON.stringify({ name: thrown.name, cause: thrown.cause }),
    inspect(structuredCloneOf(value), { depth: 10, showHidden: true }),
    inspect(Object.assign({}, value), { depth: 10, showHidden: true, maxArrayLength: null }),
  ];
}

/** What a structured error report or a worker's postMessage would carry; methods make some values uncloneable. */
function structuredCloneOf(value: object): unknown {
  try {
    return structuredClone(value);
  } catch {
    return 'uncloneable';
  }
}

function holders(): Readonly<
  Record<string, { readonly value: object; readonly secrets: readonly Uint8Array[] }>
> {
  const scene = openScene();
  const { keys } = scene.therapist.person;
  const identity = createIdentity({ displayName: 'Nobody', tsMs: 1 });
  const { keys: organisation } = createOrganisation({ name: 'Practice', tsMs: 1 });
  const { organisationId, genesisHash } = organisation;
  const ids = { organisationId, organisationGenesisHash: genesisHash, inviterGenesisHash: genesisHash };
  const invite = createInvite({ ...ids, publicUrl: 'https://trialogue.example' });
  const epoch = valueOf(epochOf(scene, scene.therapist.person, 2));
  const person = keys.export();
  const words = new TextEncoder().encode(identity.recovery.words().slice(0, 4).join(' '));
  const fragment = new TextEncoder().encode(invite.link().split('#')[1]);
  return {
    Secret: {
      value: new Secret('epochSecret', new Uint8Array(32).fill(MARK)),
      secrets: [new Uint8Array(32).fill(MARK)],
    },
    Signer: { value: keys.device, secrets: [keys.device.seed.reveal()] },
    PersonKeys: {
      value: keys,
      secrets: [person.slice(48, 80), person.slice(80, 112), person.slice(118, 150)],
    },
    OrganisationKeys: { value: organisation, secrets: [organisation.root.seed.reveal()] },
    EpochSecret: { value: epoch, secrets: [epoch.secret.reveal()] },
    RecoveryKit: { value: identity.recovery, secrets: [words] },
    Invite: { value: invite, secrets: [fragment] },
    Invitation: { value: valueOf(openInvite(invite.link())), secrets: [fragment] },
  };
}

/** Spellings under which bytes are found in text. */
function spellings(secret: Uint8Array): readonly string[] {
  const buffer = Buffer.from(secret);
  const bytes = [...secret.slice(0, 8)];
  return [
    buffer.toString('utf8'),
    buffer.toString('hex'),
    buffer.toString('base64'),
    buffer.toString('base64url'),
    bytes.join(','),
    bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' '),
  ];
}

function appears(spelling: string, text: string): boolean {
  return text.includes(spelling) || unfolded(text).includes(spelling);
}

describe('A secret', () => {
  it.each(Object.entries(holders()))(
    'in a %s prints as [secret] and nothing else, everywhere',
    (_, { value, secrets }) => {
      const texts = printed(value);
      expect(texts[0]).toBe('[secret]');
      expect(texts[2]).toBe('[secret]');
      expect(texts[3]).toBe('"[secret]"');
      for (const secret of secrets) {
        for (const spelling of spellings(secret)) {
          for (const text of texts) expect(appears(spelling, text)).toBe(false);
        }
      }
    },
  );

  it('is told by the search of these tests when it does print', () => {
    const bytes = new Uint8Array(32).fill(MARK);
    const texts = printed({ leaked: bytes });
    const [, , , , numbers = ''] = spellings(bytes);
    const found = texts.filter((text) => appears(numbers, text));
    expect(found.length).toBeGreaterThanOrEqual(6);
  });

  it('has exactly the length of its name, and a string is none', () => {
    expect(() => new Secret('epochSecret', new Uint8Array(31))).toThrow(RangeError);
    expect(() => new Secret('inviteSecret', new Uint8Array(32))).toThrow(RangeError);
    expect(() => new Secret('aeadKey', 'x'.repeat(32) as unknown as Uint8Array)).toThrow(RangeError);
  });

  it('is zeroed when destroyed and refuses to be used afterwards', () => {
    const bytes = new Uint8Array(32).fill(MARK);
    const secret = new Secret('aeadKey', bytes);
    secret.destroy();
    expect(bytes.every((byte) => byte === 0)).toBe(true);
    expect(() => secret.reveal()).toThrow('already destroyed');
  });

  it('is destroyed even when its one use fails', () => {
    const secret = new Secret('aeadKey', new Uint8Array(32).fill(MARK));
    const failing = (): never => {
      throw new Error('broken');
    };
    expect(() => consume(secret, failing)).toThrow('broken');
    expect(() => secret.reveal()).toThrow('already destroyed');
  });

  it('of a person is gone from every object made of the same keys once destroyed', () => {
    const { person } = createIdentity({ displayName: 'Nobody', tsMs: 1 });
    person.destroy();
    const request = { origin: 'https://a.example', challenge: new Uint8Array(32), expiresAtMs: 1 };
    expect(() => person.device.signIn(request)).toThrow('already destroyed');
    expect(() => person.export()).toThrow('already destroyed');
  });
});

describe('The door of the vault', () => {
  it('has twelve exports and none of them takes or gives randomness', () => {
    expect(Object.keys(vault).sort()).toEqual([
      'createIdentity',
      'createInvite',
      'createOrganisation',
      'importKeys',
      'openBlob',
      'openInvite',
      'openMessage',
      'openRotate',
      'sealBlob',
      'sealMessage',
      'sealRotate',
      'sealUserKey',
    ]);
    const makers = [vault.createIdentity, vault.createOrganisation, vault.createInvite, vault.sealUserKey];
    for (const maker of [...makers, vault.sealRotate, vault.sealMessage]) expect(maker).toHaveLength(1);
    expect(vault.sealBlob).toHaveLength(2);
  });
});

describe('The randomness of the vault', () => {
  it('never gives the same bytes twice, across many refills of its pool', () => {
    const seen = new Set<string>();
    for (let index = 0; index < 20_000; index += 1)
      seen.add(Buffer.from(platformRandomness(24)).toString('hex'));
    expect(seen.size).toBe(20_000);
  });

  it('hands out bytes that nobody else holds: changing them changes no later draw', () => {
    const first = platformRandomness(32);
    const copy = first.slice();
    platformRandomness(32).fill(0);
    expect(first).toEqual(copy);
    expect(() => platformRandomness(10_000)).toThrow(RangeError);
  });
});
