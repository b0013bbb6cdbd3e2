import {
  KIND,
  LEAVE_REASON,
  LENGTH,
  THREAD,
  concatBytes,
  encodeHeader,
  encodeReason,
  encodeSignedPart,
  fromHex,
  headsReply,
  meReply,
  syncReply,
  toBase64Url,
} from '#protocol';
import { z } from 'zod';
import type { Member } from '../session.js';
import type { ObservedTransport } from './observed.transport.js';
import type { Probe } from './verbs.js';

const problem = z.object({ code: z.string() });

/** What the service gives this person of a thread when asked past the SDK: pages of entries, a head, an append. */
export async function probe(transport: ObservedTransport, member: Member, threadId: string): Promise<Probe> {
  await member.sync(); // so that the token is fresh
  return {
    entries: await entriesOf(transport, threadId),
    headKnown: await isHeadKnown(transport, threadId),
    appendCode: await codeOfAppend(transport, member, threadId),
  };
}

async function entriesOf(transport: ObservedTransport, threadId: string): Promise<string[] | undefined> {
  const entries: string[] = [];
  for (;;) {
    const reply = await transport.raw('sync', { cursors: [{ chainId: threadId, afterSeq: entries.length }] });
    const [page] = syncReply.parse(reply.body).chains;
    if (page === undefined) return undefined;
    entries.push(...page.entries);
    if (!page.more) return entries;
  }
}

async function isHeadKnown(transport: ObservedTransport, threadId: string): Promise<boolean> {
  const reply = await transport.raw('heads', { chainIds: [threadId] });
  return headsReply.parse(reply.body).heads.length > 0;
}

/** A well-formed entry without a valid signature: whoever may not read the chain must not even learn that. */
async function codeOfAppend(
  transport: ObservedTransport,
  member: Member,
  threadId: string,
): Promise<string | undefined> {
  const { principal } = meReply.parse((await transport.raw('getMe', undefined)).body);
  const header = encodeHeader({
    kind: KIND.thread,
    type: THREAD.leave,
    chainId: fromHex(threadId),
    seq: 3,
    prevHash: new Uint8Array(LENGTH.hash).fill(1),
    authorUser: fromHex(member.userId),
    authorDevice: fromHex(principal.keyId),
    tsMs: Date.now(),
  });
  const signed = encodeSignedPart(header, encodeReason(LEAVE_REASON.unspecified));
  const entry = toBase64Url(concatBytes(signed, new Uint8Array(LENGTH.signature)));
  const reply = await transport.raw('appendEntry', { chainId: threadId, entry });
  return reply.status < 400 ? undefined : problem.parse(reply.body).code;
}
