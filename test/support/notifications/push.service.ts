import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { openWebhookReceiver } from './webhook.receiver.js';

/** One device as a browser would subscribe it, with the private half it never gives away. */
export interface Subscribed {
  readonly endpoint: string;
  readonly p256dh: Uint8Array;
  readonly auth: Uint8Array;
}

export interface ReceivedPush {
  readonly endpoint: string;
  readonly headers: IncomingHttpHeaders;
  /** What the device reads, padding included. */
  readonly text: string;
  /** Bytes that went over the wire. */
  readonly size: number;
  readonly subject: string;
}

/** A push service that looks at everything a real one may refuse, and the devices behind it. */
export interface PushServiceDouble {
  readonly pushes: readonly ReceivedPush[];
  readonly port: number;
  newDevice(): Subscribed;
  /** How the following pushes to an endpoint (or to all) are answered, once they are found to be well made. */
  answer(status: number, to?: string): void;
  close(): Promise<void>;
}

interface Device extends Subscribed {
  readonly keys: ReturnType<typeof createECDH>;
}

/** @param publicKey base64url; pushes signed by another key are refused, as services do */
export async function openPushService(publicKey: string): Promise<PushServiceDouble> {
  const devices = new Map<string, Device>();
  const pushes: ReceivedPush[] = [];
  const answers = new Map<string, number>();
  const receiver = await openWebhookReceiver();
  const origin = `http://127.0.0.1:${receiver.port}`;
  receiver.answer((response) => {
    const call = receiver.calls.at(-1);
    const device = devices.get(`${origin}${call?.path ?? ''}`);
    if (call === undefined || device === undefined) {
      response.writeHead(404).end();
      return;
    }
    const subject = readVapid(String(call.headers.authorization), { publicKey, origin });
    const text = subject === null ? null : decrypt(call.bytes, device);
    if (subject === null || text === null) {
      response.writeHead(subject === null ? 403 : 400).end();
      return;
    }
    const { headers } = call;
    pushes.push({ endpoint: device.endpoint, headers, text, size: call.bytes.length, subject });
    response.writeHead(answers.get(device.endpoint) ?? answers.get('') ?? 201).end();
  });
  return {
    pushes,
    port: receiver.port,
    newDevice: () => {
      const keys = createECDH('prime256v1');
      keys.generateKeys();
      const endpoint = `${origin}/push/${randomBytes(12).toString('hex')}`;
      const device = { endpoint, keys, p256dh: new Uint8Array(keys.getPublicKey()), auth: randomBytes(16) };
      devices.set(endpoint, device);
      return device;
    },
    answer: (status, to = '') => {
      answers.set(to, status);
    },
    close: () => receiver.close(),
  };
}

/** RFC 8292: the subject of a token that is ours, for this service, and not too long-lived; null for any other. */
function readVapid(header: string, expected: { publicKey: string; origin: string }): string | null {
  const [, token = '', key = ''] = /^vapid t=([\w.-]+), k=([\w-]+)$/u.exec(header) ?? [];
  if (key !== expected.publicKey) return null;
  const [head = '', claims = '', signature = ''] = token.split('.');
  const point = Buffer.from(key, 'base64url');
  const coordinate = (from: number) => point.subarray(from, from + 32).toString('base64url');
  const jwk = { kty: 'EC', crv: 'P-256', x: coordinate(1), y: coordinate(33) };
  const holds = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  const { alg } = parse(head);
  const { aud, exp, sub } = parse(claims);
  const livesS = Number(exp) - Date.now() / 1000;
  const fits = alg === 'ES256' && aud === expected.origin && livesS > 0 && livesS <= 24 * 3_600;
  return holds && fits && typeof sub === 'string' ? sub : null;
}

const parse = (part: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;

/** RFC 8291 over RFC 8188, one record: what the device reads, or null. */
function decrypt(body: Buffer, device: Device): string | null {
  const salt = body.subarray(0, 16);
  const keyLength = body.readUInt8(20);
  const sender = body.subarray(21, 21 + keyLength);
  const sealed = body.subarray(21 + keyLength);
  const shared = device.keys.computeSecret(sender);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), device.p256dh, sender]);
  const secret = Buffer.from(hkdfSync('sha256', shared, device.auth, info, 32));
  const derive = (name: string, length: number) =>
    Buffer.from(hkdfSync('sha256', secret, salt, `Content-Encoding: ${name}\0`, length));
  const decipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12));
  decipher.setAuthTag(sealed.subarray(-16));
  try {
    const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    const end = padded.lastIndexOf(2);
    return padded.subarray(0, end).toString('utf8');
  } catch {
    return null;
  }
}
