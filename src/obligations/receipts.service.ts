import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Problem, fromHex, type Principal } from '#protocol';
import { ReceiptRepository } from './receipt.repository.js';

/** Places this process remembers, so that a cursor that did not move costs no statement. */
const REMEMBERED = 20_000;

/**
 * What of a thread has reached somebody: his device asks for what comes after it, or he says what he was shown. A hint
 * beside the obligations; neither is an acknowledgement.
 */
@Injectable()
export class Receipts {
  private readonly reached = new LRUCache<string, number>({ max: REMEMBERED });

  constructor(private readonly receipts: ReceiptRepository) {}

  /** What a device asks to continue after, it has stored before. */
  async noteDelivered(
    principal: Principal,
    cursors: readonly { readonly chainId: string; readonly afterSeq: number }[],
  ): Promise<void> {
    if (principal.kind !== 'device') return;
    const { userId } = principal;
    const moved = cursors.filter(
      ({ chainId, afterSeq }) => afterSeq > (this.reached.get(`${userId}/${chainId}`) ?? 0),
    );
    if (moved.length === 0) return;
    const reached = moved.map(({ chainId, afterSeq }) => ({ threadId: fromHex(chainId), seq: afterSeq }));
    await this.receipts.noteDelivered(fromHex(userId), reached);
    for (const { chainId, afterSeq } of moved) this.reached.set(`${userId}/${chainId}`, afterSeq);
  }

  async noteSeen(principal: Principal, threadId: string, seq: number): Promise<void> {
    if (principal.kind !== 'device') throw new Problem('auth.forbidden');
    const noted = await this.receipts.noteSeen(fromHex(principal.userId), {
      threadId: fromHex(threadId),
      seq,
    });
    if (!noted) throw new Problem('chain.not_found');
  }
}
