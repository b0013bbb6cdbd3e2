import { lookup as resolveName, type LookupAddress } from 'node:dns';
import {
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { SEND_TIMEOUT_MS, type Channel, type Envelope, type SendOutcome } from './channel.js';
import { WEBHOOK_HEADER, signWebhook } from './webhook-signature.policy.js';

/** Says whether a name that resolved to this address may be called. */
export type MayConnect = (host: string, address: string) => boolean;

class ForbiddenAddressError extends Error {}

/**
 * A signed POST to an address a person registered. The address is judged again at the moment of connecting, on
 * the very addresses the socket will use, so that a name that changes its answer leads nowhere inside. Redirects
 * are not followed; the answer's body is not read.
 */
export class WebhookChannel implements Channel {
  readonly name = 'webhook';

  constructor(private readonly mayConnect: MayConnect) {}

  async send(envelope: Envelope): Promise<SendOutcome> {
    const url = parseUrl(envelope.address);
    if (url === undefined || envelope.secret === undefined) return failed('webhook.unusable', true);
    if (!this.mayNameItself(url)) return failed('webhook.forbidden_address', true);
    return this.post(url, {
      body: bodyOf(envelope),
      secret: envelope.secret,
      deliveryId: envelope.deliveryId,
    });
  }

  /** An address written as numbers is never resolved, so it is judged here. */
  private mayNameItself(url: URL): boolean {
    const host = bareHost(url);
    return isIP(host) === 0 || this.mayConnect(host, host);
  }

  private post(
    url: URL,
    call: { body: string; secret: Uint8Array; deliveryId: string },
  ): Promise<SendOutcome> {
    return new Promise((resolve) => {
      const outgoing = this.open(url, call);
      const timer = setTimeout(() => {
        outgoing.destroy();
        resolve(failed('net.timeout'));
      }, SEND_TIMEOUT_MS);
      const finish = (outcome: SendOutcome): void => {
        clearTimeout(timer);
        outgoing.destroy();
        resolve(outcome);
      };
      outgoing.once('response', (response) => {
        finish(outcomeOf(response));
      });
      outgoing.on('error', (error) => {
        finish(
          error instanceof ForbiddenAddressError
            ? failed('webhook.forbidden_address', true)
            : failed('net.unreachable'),
        );
      });
      outgoing.end(call.body);
    });
  }

  private open(url: URL, call: { body: string; secret: Uint8Array; deliveryId: string }): ClientRequest {
    const timestampS = Math.floor(Date.now() / 1000);
    const options: RequestOptions = {
      method: 'POST',
      agent: false,
      lookup: this.checkedLookup(),
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(call.body),
        'user-agent': 'Trialogue',
        [WEBHOOK_HEADER.delivery]: call.deliveryId,
        [WEBHOOK_HEADER.timestamp]: String(timestampS),
        [WEBHOOK_HEADER.signature]: signWebhook(call.secret, timestampS, call.body),
      },
    };
    return url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options);
  }

  /** One forbidden address among the answers forbids the call: the socket may try them in any order. */
  private checkedLookup(): LookupFunction {
    return (host, options, callback) => {
      resolveName(host, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
        if (error !== null) {
          callback(error, '');
          return;
        }
        const [first] = addresses;
        if (first === undefined || !addresses.every(({ address }) => this.mayConnect(host, address))) {
          callback(new ForbiddenAddressError(), '');
          return;
        }
        if (options.all === true) callback(null, addresses);
        else callback(null, first.address, first.family);
      });
    };
  }

  close(): void {
    // Every call has its own connection; there is nothing to keep open.
  }
}

function bodyOf(envelope: Envelope): string {
  const { text } = envelope;
  return JSON.stringify({
    id: envelope.deliveryId,
    text: text.body,
    ...(text.urgency === undefined ? {} : { urgency: text.urgency }),
    link: envelope.link,
  });
}

function parseUrl(address: string): URL | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url : undefined;
}

function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/gu, '');
}

function failed(code: string, final = false, retryAfterMs?: number): SendOutcome {
  return { sent: false, final, code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** Only "gone" and a redirect are a lasting no: any other answer may be a receiver that is being repaired. */
const GONE = 410;

function outcomeOf(response: IncomingMessage): SendOutcome {
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return { sent: true };
  const final = status === GONE || (status >= 300 && status < 400);
  const seconds = Number(response.headers['retry-after']);
  const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
  return failed(`http.${status}`, final, retryAfterMs);
}
