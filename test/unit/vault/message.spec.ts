import fc from 'fast-check';
import { applyThread, verifyEntrySignature, verifySignIn } from '#chain';
import {
  CONTENT,
  KIND,
  LABEL,
  LENGTH,
  OP,
  ORGANISATION,
  THREAD,
  URGENCY,
  concatBytes,
  encodeMessage,
  encodeMessagePrefix,
  encodePlaintext,
  parseEntry,
  parseMessage,
  utf8,
  type Entry,
  type Message,
  type Urgency,
} from '#protocol';
import { openMessage, sealMessage, type EpochSecret } from '#vault';
import { hash } from '#chain';
import { platformRandomness } from '../../../libs/vault/randomness.js';
import { Secret } from '../../../libs/vault/secret.js';
import { open, seal } from '../../../libs/vault/sodium.js';
import { epochOf, flipped, note, openScene, valueOf, worldOfScene } from './scene.js';
import { bytesOf, verifiedThread } from './verified.js';

const scene = openScene();
const { thread, therapist, client, prescriber, cast } = scene;
const author = therapist.person.keys;
const epoch = valueOf(epochOf(scene, client.person, 2));

function sealed(text: string, under: EpochSecret = thread.epoch): Entry {
  const place = thread.chain.next(author.userId, cast.tick());
  const plaintext = { contentType: CONTENT.note, content: { type: 'note', text } };
  return sealMessage({ signer: author.device, epoch: under, place, urgency: URGENCY.routine, plaintext });
}

/** The entry with another body or header, signed anew by its honest author: only the sealing can refuse it. */
function rewritten(entry: Entry, change: Partial<Message>, header: Partial<Entry['header']> = {}): Entry {
  const body = encodeMessage({ ...parseMessage(entry.body), ...change });
  return author.device.signEntry({ ...entry.header, ...header }, body);
}

function faultOf(entry: Entry, under = epoch): string {
  const opened = openMessage(under, entry);
  return opened.ok ? 'opened' : opened.fault;
}

const json = fc
  .jsonValue({ maxDepth: 4 })
  .filter((value) => !/"\d+":/u.test(JSON.stringify(value)))
  .map((value): unknown => JSON.parse(JSON.stringify(value)));

const op = fc.record({
  op: fc.constant(OP.answer),
  obligation: fc.integer({ min: 1, max: 2 ** 40 }),
  responder: fc.constant(new Uint8Array(LENGTH.id)),
  dueMs: fc.constant(0),
});

describe('A message', () => {
  it('opened by another member says exactly what was sealed, whatever it is', () => {
    fc.assert(
      fc.property(
        json,
        fc.constantFrom(...Object.values(CONTENT)),
        fc.constantFrom<Urgency>(...Object.values(URGENCY)),
        fc.array(op, { maxLength: 8 }),
        (content, contentType, urgency, ops) => {
          const place = thread.chain.next(author.userId, cast.nowMs);
          const plaintext = { contentType, content };
          const entry = sealMessage({
            signer: author.device,
            epoch: thread.epoch,
            place,
            urgency,
            ops,
            plaintext,
          });
          expect(openMessage(epoch, entry)).toEqual({ ok: true, value: plaintext });
          const record = parseMessage(entry.body);
          expect([record.urgency, record.ops]).toEqual([urgency, ops]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('with any one bit of it turned is refused, even when its author signs it again', () => {
    const entry = sealed('one bit');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: entry.body.length * 8 - 1 }), (bit) => {
        const header = { ...entry.header };
        const altered = author.device.signEntry(header, flipped(entry.body, bit));
        expect(openMessage(epoch, altered).ok).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it('with any one bit of the entry turned is refused by its signature or its shape', () => {
    const { chain } = thread;
    const entry = sealed('one bit');
    const world = worldOfScene(scene);
    const state = verifiedThread(bytesOf(chain.entries), world).at(-1)?.state;
    expect(applyThread(state, entry.bytes, world).ok).toBe(true);
    for (let bit = 0; bit < entry.bytes.length * 8; bit += 1) {
      if (applyThread(state, flipped(entry.bytes, bit), world).ok)
        throw new Error(`bit ${bit} is not covered`);
    }
  });

  it('is bound to every field of its header', () => {
    const entry = sealed('here and nowhere else');
    const elsewhere: Partial<Entry['header']>[] = [
      { seq: entry.header.seq + 1 },
      { tsMs: entry.header.tsMs + 1 },
      { prevHash: flipped(entry.header.prevHash, 0) },
      { chainId: flipped(entry.header.chainId, 0) },
      { authorUser: client.person.keys.userId },
    ];
    for (const header of elsewhere) expect(faultOf(rewritten(entry, {}, header))).toBe('commit');
  });

  it('is bound to its visible fields: urgency, ops and nonce cannot be re-paired with the content (A21)', () => {
    const entry = sealed('routine');
    expect(faultOf(rewritten(entry, { urgency: URGENCY.emergent }))).toBe('commit');
    const forged = { op: OP.answer, obligation: 1793, responder: new Uint8Array(LENGTH.id), dueMs: 0 };
    expect(faultOf(rewritten(entry, { ops: [forged] }))).toBe('commit');
    expect(faultOf(rewritten(entry, { nonce: platformRandomness(LENGTH.nonce) }))).toBe('commit');
  });

  it('is refused by its commitment under another epoch secret, and by number under another epoch', () => {
    const other = openScene();
    const foreign = valueOf(epochOf(other, other.client.person, 2));
    expect(faultOf(sealed('for us'), foreign)).toBe('commit');
    const change = { reason: 2, tsMs: other.cast.tick() };
    other.thread.rotate(other.therapist.person, change, platformRandomness);
    expect(faultOf(sealed('for us'), valueOf(epochOf(other, other.client.person, 3)))).toBe('epoch');
  });

  it('is malformed when it is another record', () => {
    expect(faultOf(thread.chain.at(2))).toBe('malformed');
  });

  it('of more than the limit is not sealed', () => {
    expect(() => sealed('x'.repeat(65_536))).toThrow(RangeError);
  });

  it('never uses a nonce or a message key twice over many seals', () => {
    const seen = new Set<string>();
    const seals = 3000;
    const place = thread.chain.next(author.userId, cast.nowMs);
    for (let index = 0; index < seals; index += 1) {
      const plaintext = { contentType: CONTENT.note, content: 'same' };
      const draft = {
        signer: author.device,
        epoch: thread.epoch,
        place,
        urgency: URGENCY.routine,
        plaintext,
      };
      const { nonce, commit } = parseMessage(sealMessage(draft).body);
      seen.add(Buffer.from(nonce).toString('hex')).add(Buffer.from(commit).toString('hex'));
    }
    expect(seen.size).toBe(2 * seals);
  });
});

describe('What opens but is not as the wire page says', () => {
  /** A member seals padded bytes of his own making. */
  function crafted(padded: Uint8Array): Entry {
    const template = sealed('template');
    const record = parseMessage(template.body);
    const key = thread.epoch.messageKey(template.headerBytes, record.prefix);
    const aad = concatBytes(template.headerBytes, record.prefix, record.commit);
    return rewritten(template, { ciphertext: seal(key, padded, { aad, nonce: record.nonce }) });
  }
  const good = encodePlaintext({ contentType: CONTENT.note, content: { type: 'note' } }, false);

  it('is a fault of the plaintext: tail, bucket, JSON and its spelling', () => {
    expect(faultOf(crafted(good))).toBe('opened');
    const tail = good.slice();
    tail[255] = 1;
    const spelled = new Uint8Array(256);
    spelled.set(concatBytes(Uint8Array.of(0, 1), utf8('{ "type": "note" }'), Uint8Array.of(0x80)));
    const broken = new Uint8Array(256);
    broken.set(concatBytes(Uint8Array.of(0, 1), utf8('{"type":'), Uint8Array.of(0x80)));
    const hostile = [tail, spelled, broken, good.slice(0, 200), concatBytes(good, good), new Uint8Array(256)];
    for (const padded of [...hostile, new Uint8Array(0)])
      expect(['plaintext', 'unknown_content']).toContain(faultOf(crafted(padded)));
    expect(faultOf(crafted(tail))).toBe('plaintext');
  });

  it('asks for an update when only its content type is not known yet', () => {
    const future = good.slice();
    future[1] = 77;
    expect(faultOf(crafted(future))).toBe('unknown_content');
  });
});

describe('A malicious server or member', () => {
  it('A9: replays a message into another thread or a later place in vain', () => {
    const other = openScene(scene);
    const entry = note(scene, therapist.person, 'said once, here');
    const world = worldOfScene(scene);
    const here = verifiedThread(bytesOf(thread.chain.entries), world).at(-1)?.state;
    const there = verifiedThread(bytesOf(other.thread.chain.entries), world).at(-1)?.state;
    expect(applyThread(here, entry.bytes, world)).toMatchObject({ ok: false });
    expect(applyThread(there, entry.bytes, world)).toMatchObject({ ok: false });
    expect(faultOf(entry, valueOf(epochOf(other, other.client.person, 2)))).toBe('commit');
  });

  it('A10: splices the ciphertext, the commitment or the nonce of one message into another in vain', () => {
    const [first, second] = [sealed('the dose is 50'), sealed('the dose is 70')];
    const donor = parseMessage(second.body);
    expect(faultOf(rewritten(first, { ciphertext: donor.ciphertext }))).toBe('open');
    expect(faultOf(rewritten(first, { commit: donor.commit, ciphertext: donor.ciphertext }))).toBe('commit');
    expect(faultOf(rewritten(first, { ...donor }))).toBe('commit');
    const half = concatBytes(donor.ciphertext.slice(0, 128), parseMessage(first.body).ciphertext.slice(128));
    expect(faultOf(rewritten(first, { ciphertext: half }))).toBe('open');
  });

  it('A14: one ciphertext has one key and so one plaintext; the commitment is checked before opening', () => {
    const entry = sealed('one meaning');
    const record = parseMessage(entry.body);
    const aad = concatBytes(entry.headerBytes, record.prefix, record.commit);
    const bound = { aad, nonce: record.nonce };
    const key = epoch.messageKey(entry.headerBytes, record.prefix);
    expect(hash(LABEL.messageCommit, key.reveal())).toEqual(record.commit);
    expect(open(key, record.ciphertext, bound)).toBeDefined();
    const second = new Secret('aeadKey', platformRandomness(32));
    const forged = seal(
      second,
      encodePlaintext({ contentType: CONTENT.note, content: 'other' }, false),
      bound,
    );
    expect(open(second, forged, bound)).toBeDefined();
    expect(faultOf(rewritten(entry, { ciphertext: forged }))).toBe('open');
    const commit = hash(LABEL.messageCommit, second.reveal());
    expect(faultOf(rewritten(entry, { commit, ciphertext: forged }))).toBe('commit');
  });

  it('A15: passes a signature off as one of another chain, of another record or of a sign-in in vain', () => {
    const entry = sealed('thread, nothing else');
    const { device } = author;
    const kinds = [
      { kind: KIND.identity, type: 2 },
      { kind: KIND.organisation, type: ORGANISATION.attest },
      { kind: KIND.thread, type: THREAD.leave },
    ];
    for (const { kind, type } of kinds) {
      const bytes = entry.bytes.slice();
      bytes[4] = kind;
      bytes[5] = type;
      expect(verifyEntrySignature(parseEntry(bytes), device.publicKey)).toBe(false);
    }
    expect(verifyEntrySignature(entry, device.publicKey)).toBe(true);
    const challenge = platformRandomness(32);
    const claim = { origin: 'https://trialogue.example', challenge, expiresAtMs: 1, keyId: device.keyId };
    const signature = device.signIn(claim);
    expect(verifySignIn(device.publicKey, signature, claim)).toBe(true);
    expect(verifySignIn(device.publicKey, entry.signature, claim)).toBe(false);
    const posing = concatBytes(entry.bytes.slice(0, -64), signature);
    expect(verifyEntrySignature(parseEntry(posing), device.publicKey)).toBe(false);
  });

  it('sign-ins are bound to origin, key, challenge and expiry', () => {
    const { device } = author;
    const claim = {
      origin: 'https://trialogue.example',
      challenge: platformRandomness(32),
      expiresAtMs: 1_000_000,
      keyId: device.keyId,
    };
    const signature = device.signIn(claim);
    const others = [
      { ...claim, origin: 'https://trialogue.example.evil' },
      { ...claim, challenge: flipped(claim.challenge, 3) },
      { ...claim, expiresAtMs: 1_000_001 },
      { ...claim, keyId: prescriber.person.keys.device.keyId },
    ];
    for (const other of others) expect(verifySignIn(device.publicKey, signature, other)).toBe(false);
  });

  it('A16: whoever holds the epoch secret still cannot write in another member’s name', () => {
    const { chain } = thread;
    const world = worldOfScene(scene);
    const state = verifiedThread(bytesOf(chain.entries), world).at(-1)?.state;
    const place = chain.next(author.userId, cast.tick());
    const plaintext = { contentType: CONTENT.event, content: { type: 'dose_order' } };
    const draft = { epoch, place, urgency: URGENCY.routine, plaintext };
    const own = sealMessage({ ...draft, signer: client.person.keys.device });
    expect(openMessage(epoch, own).ok).toBe(true);
    expect(applyThread(state, own.bytes, world)).toMatchObject({ ok: false });
    const bytes = own.bytes.slice();
    bytes.set(author.device.keyId, 80);
    expect(applyThread(state, bytes, world)).toMatchObject({ ok: false, verdict: { rule: 'signature' } });
  });

  it('A17: names another suite in vain: byte 3 is signed, and any other value is refused', () => {
    const entry = sealed('suite one');
    for (const suite of [0, 2, 255]) {
      const bytes = entry.bytes.slice();
      bytes[3] = suite;
      expect(() => parseEntry(bytes)).toThrow('wire.unknown_magic');
    }
  });

  it('gets one and the same fault whatever is wrong with a ciphertext (A24)', () => {
    const entry = sealed('no oracle');
    const { ciphertext } = parseMessage(entry.body);
    const hostile = [
      flipped(ciphertext, 0),
      flipped(ciphertext, ciphertext.length * 8 - 1),
      ciphertext.slice(0, 20),
    ];
    for (const each of [...hostile, new Uint8Array(0), concatBytes(ciphertext, ciphertext)]) {
      expect(faultOf(rewritten(entry, { ciphertext: each }))).toBe('open');
    }
  });

  it('keeps nothing of the prefix out of the key: the visible fields encode as they were received', () => {
    const record = parseMessage(sealed('prefix').body);
    expect(record.prefix).toEqual(encodeMessagePrefix(record));
  });
});
