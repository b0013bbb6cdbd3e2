import { z } from 'zod';
import { LENGTH, LIMITS } from './limits.js';
import { base64Url, hexId, instantMs, isCanonical } from './scalar.schemas.js';

const hash = base64Url(LENGTH.hash);
const seq = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const entryMaxText = Math.ceil(((LIMITS.body + LENGTH.header + LENGTH.signature + 4) * 4) / 3);
const entry = z
  .string()
  .min(1)
  .max(entryMaxText)
  .regex(/^[A-Za-z0-9_-]+$/u)
  .refine(isCanonical);
const head = z.strictObject({ seq, hash });

/** Most chains one sync or heads call may name, and most entries and bytes one page may carry. */
export const PAGE = { chains: 64, entries: 200, bytes: 1_048_576 } as const;

/** What a problem may carry for its mending; a client believes no other shape. */
export const problemRepair = z.object({
  rule: z.string().optional(),
  fields: z.array(z.string()).optional(),
  head: head.optional(),
  missed: z.array(entry).max(PAGE.entries).optional(),
  reservedForMs: instantMs.optional(),
  serverTimeMs: instantMs.optional(),
  retryAfterMs: instantMs.optional(),
});

export const challengeRequest = z.strictObject({ keyId: hexId });
export const challengeReply = z.strictObject({ challenge: hash, expiresAtMs: instantMs });

export const sessionRequest = z.strictObject({
  keyId: hexId,
  challenge: hash,
  expiresAtMs: instantMs,
  signature: base64Url(LENGTH.signature),
});
export const refreshRequest = z.strictObject({ refreshToken: z.string().min(20).max(200) });

/** Who a token speaks for: a person's device, an organisation's administrator key, or an unclaimed invite key. */
export const principal = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('device'), keyId: hexId, userId: hexId }),
  z.strictObject({ kind: z.literal('admin'), keyId: hexId, organisationId: hexId }),
  z.strictObject({ kind: z.literal('invite'), keyId: hexId, organisationId: hexId, attestHash: hash }),
]);
export const sessionReply = z.strictObject({
  accessToken: z.string(),
  accessExpiresAtMs: instantMs,
  refreshToken: z.string(),
  principal,
});

export const foundOrganisationRequest = z.strictObject({ genesis: entry, admins: entry });
export const foundThreadRequest = z.strictObject({ genesis: entry, rotate: entry });
export const enrolRequest = z.strictObject({ genesis: entry, userKey: entry, claim: entry });
export const foundReply = z.strictObject({ chainId: hexId, head });
export const genesisReply = z.strictObject({ entry });

export const appendRequest = z.strictObject({ chainId: hexId, entry });
export const appendReply = z.strictObject({ seq, entryHash: hash });

const cursor = z.strictObject({ chainId: hexId, afterSeq: seq });
export const syncRequest = z.strictObject({ cursors: z.array(cursor).min(1).max(PAGE.chains) });
const chainPage = z.strictObject({ chainId: hexId, entries: z.array(entry), head, more: z.boolean() });
/** Chains that do not exist for the caller are left out. */
export const syncReply = z.strictObject({ chains: z.array(chainPage) });

export const headsRequest = z.strictObject({ chainIds: z.array(hexId).min(1).max(PAGE.chains) });
export const headsReply = z.strictObject({ heads: z.array(z.strictObject({ chainId: hexId, head })) });

/**
 * What concerns the caller: his threads, the organisations he may read, and the ids under which the people attested
 * there have their chains (organisation chains name people by genesis hash only). Hints: a client verifies them all.
 */
export const meReply = z.strictObject({
  principal,
  serverTimeMs: instantMs,
  threads: z.array(
    z.strictObject({ threadId: hexId, caseId: hexId, lane: z.enum(['care_team', 'clinicians']), head }),
  ),
  organisations: z.array(z.strictObject({ organisationId: hexId, head })),
  people: z.array(z.strictObject({ userId: hexId, genesisHash: hash })),
});

/** Pushed to devices of the current roster, best effort; seq and cursor are the truth. */
export const entryAppendedEvent = z.strictObject({ chainId: hexId, seq, entryHash: hash, entry });

/** Shapes of REST bodies and socket events: one schema for both doors. Socket events: imperative in, past tense out;
 * every incoming one is acked {ok:true, …} or {ok:false, problem}, and `notice.posted` by whoever gets it. */
export const SOCKET_EVENT = {
  entryAppend: 'entry.append',
  chainSync: 'chain.sync',
  chainHeads: 'chain.heads',
  entryAppended: 'entry.appended',
  headsAdvertised: 'heads.advertised',
  noticePosted: 'notice.posted',
} as const;

export type Principal = z.infer<typeof principal>;
export type SessionReply = z.infer<typeof sessionReply>;
export type SyncRequest = z.infer<typeof syncRequest>;
export type SyncReply = z.infer<typeof syncReply>;
export type HeadsReply = z.infer<typeof headsReply>;
export type AppendReply = z.infer<typeof appendReply>;
export type FoundReply = z.infer<typeof foundReply>;
export type MeReply = z.infer<typeof meReply>;
export type EntryAppendedEvent = z.infer<typeof entryAppendedEvent>;
