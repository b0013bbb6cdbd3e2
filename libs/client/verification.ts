import { equalBytes, fromBase64Url, toHex } from '#protocol';
import type { CatchUp } from './catch-up.js';
import type { Connection } from './connection.js';
import type { HeldChain } from './held.chain.js';
import { Ledger } from './ledger.js';
import type { VerifyReport } from './member.contract.js';

interface VerificationParts {
  readonly ledger: Ledger;
  readonly connection: Connection;
  readonly catchUp: CatchUp;
}

/**
 * Every chain I hold again from its first byte by a ledger that knows nothing yet, every signature included, and the
 * heads compared with what the service states now.
 */
export async function verifyEverything(parts: VerificationParts): Promise<VerifyReport> {
  const { ledger, connection, catchUp } = parts;
  await catchUp.everything();
  for (const held of ledger.threads()) {
    const bad = ledger.checkSignatures(held);
    if (bad !== undefined) await catchUp.freezeAtSignature(held, bad);
  }
  const rank = { identity: 0, organisation: 1, thread: 2 } as const;
  const chains = [...ledger.all()].sort((left, right) => rank[left.kind] - rank[right.kind]);
  const stated = await connection.heads(chains.map(({ chainId }) => chainId));
  const afresh = new Ledger();
  const checked = chains.map((held) => {
    const head = stated.find(({ chainId }) => chainId === held.chainId)?.head;
    return checkChain(afresh, held, head);
  });
  const ok = checked.every(({ health, serverAgrees, whole }) => {
    return whole && health.state !== 'frozen' && serverAgrees !== false;
  });
  return { ok, chains: checked.map(({ whole: _, ...report }) => report) };
}

function checkChain(
  afresh: Ledger,
  held: HeldChain,
  stated: { readonly seq: number; readonly hash: string } | undefined,
): VerifyReport['chains'][number] & { readonly whole: boolean } {
  const copy = afresh.ensure(held.kind, held.chainId);
  // One by one: this is the full check, nothing is left for later.
  const refused = held.entries.find((bytes) => afresh.accept(copy, bytes).result === 'refused');
  const head = copy.state?.head ?? new Uint8Array();
  const mine = stated && held.state?.hashes.at(stated.seq);
  const agrees =
    stated && mine !== undefined && stated.seq >= held.entries.length
      ? equalBytes(mine, fromBase64Url(stated.hash))
      : stated && (stated.seq > held.entries.length ? undefined : false);
  return {
    chainId: held.chainId,
    kind: held.kind,
    entries: copy.entries.length,
    head: toHex(head),
    health: held.health,
    badSignatures: refused === undefined ? [] : [copy.entries.length + 1],
    serverAgrees: agrees,
    whole: refused === undefined,
  };
}
