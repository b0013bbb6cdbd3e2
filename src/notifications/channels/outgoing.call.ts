import { lookup as resolveName, type LookupAddress } from 'node:dns';
import {
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { SEND_TIMEOUT_MS, type SendOutcome } from './channel.js';

/** Says whether a name that resolved to this address may be called. */
export type MayConnect = (host: string, address: string) => boolean;

export interface OutgoingCall {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** Statuses that will never become a yes; redirects are among them always. */
  readonly lasting: readonly number[];
}

class ForbiddenAddressError extends Error {}

/**
 * One POST. The address is judged at the moment of connecting, on the very addresses the socket will use, so that a
 * name that changes its answer leads nowhere inside. Redirects are not followed; the answer's body is not read.
 */
export async function postTo(
  address: string,
  call: OutgoingCall,
  mayConnect: MayConnect,
): Promise<SendOutcome> {
  const url = parseUrl(address);
  if (url === undefined) return failed('address.unusable', true);
  const host = url.hostname.replace(/^\[|\]$/gu, '');
  // An address written as numbers is never resolved, so it is judged here.
  if (isIP(host) !== 0 && !mayConnect(host, host)) return failed('address.forbidden', true);
  return answerTo(open(url, call, mayConnect), call);
}

function answerTo(outgoing: ClientRequest, { body, lasting }: OutgoingCall): Promise<SendOutcome> {
  return new Promise((resolve) => {
    const finish = (outcome: SendOutcome): void => {
      clearTimeout(timer);
      outgoing.destroy();
      resolve(outcome);
    };
    const timer = setTimeout(() => {
      finish(failed('net.timeout'));
    }, SEND_TIMEOUT_MS);
    outgoing.once('response', (response) => {
      finish(outcomeOf(response, lasting));
    });
    outgoing.on('error', (error) => {
      const forbidden = error instanceof ForbiddenAddressError;
      finish(forbidden ? failed('address.forbidden', true) : failed('net.unreachable'));
    });
    outgoing.end(body);
  });
}

function open(url: URL, call: OutgoingCall, mayConnect: MayConnect): ClientRequest {
  const options: RequestOptions = {
    method: 'POST',
    agent: false,
    lookup: checkedLookup(mayConnect),
    headers: {
      ...call.headers,
      'content-length': Buffer.byteLength(call.body),
      'user-agent': 'Trialogue',
    },
  };
  return url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options);
}

/** One forbidden address among the answers forbids the call: the socket may try them in any order. */
function checkedLookup(mayConnect: MayConnect): LookupFunction {
  return (host, options, callback) => {
    resolveName(host, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error !== null) {
        callback(error, '');
        return;
      }
      const [first] = addresses;
      if (first === undefined || !addresses.every(({ address }) => mayConnect(host, address))) {
        callback(new ForbiddenAddressError(), '');
        return;
      }
      if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function parseUrl(address: string): URL | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url : undefined;
}

export function failed(code: string, final = false, retryAfterMs?: number): SendOutcome {
  return { sent: false, final, code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

function outcomeOf(response: IncomingMessage, lasting: readonly number[]): SendOutcome {
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return { sent: true };
  const final = lasting.includes(status) || (status >= 300 && status < 400);
  const seconds = Number(response.headers['retry-after']);
  const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
  return failed(`http.${status}`, final, retryAfterMs);
}
