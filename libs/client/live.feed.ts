import {
  Problem,
  SOCKET_EVENT,
  WireError,
  entryAppendedEvent,
  equalBytes,
  fromBase64Url,
  headsReply,
  noticePostedEvent,
  type HeadsReply,
} from '#protocol';
import type { Connection } from './connection.js';
import { ClientProblem } from './problem.js';
import type { Workspace } from './workspace.js';

/** Heads are asked for by the client too: a service that advertises nothing must not be able to keep it asleep. */
const POLL_MS = 60_000;

/** What a member hears while connected. Pushes are hints: each is verified like everything pulled, a gap is synced. */
export class LiveFeed {
  private poll: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly workspace: Workspace,
    private readonly connection: Connection,
    private readonly sync: () => Promise<void>,
  ) {}

  begin(): void {
    this.connection.live({
      event: (name, body) => {
        this.inBackground(this.hear(name, body));
      },
      state: (state) => {
        this.workspace.hub.tell({ kind: 'connection', state });
        if (state === 'online') this.inBackground(this.sync());
      },
    });
    this.poll ??= setInterval(() => {
      this.inBackground(this.sync());
    }, POLL_MS);
  }

  end(): void {
    clearInterval(this.poll);
  }

  /**
   * What fails here comes again with the next push, poll or reconnection; bytes that mean nothing were a bad hint.
   * Only what no service can cause, a store that fails, is heard where unhandled errors are heard.
   */
  private inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => {
      const fromOutside =
        error instanceof ClientProblem || error instanceof Problem || error instanceof WireError;
      if (!fromOutside) throw error;
    });
  }

  private async hear(name: string, body: unknown): Promise<void> {
    const { ledger, catchUp } = this.workspace;
    if (name === SOCKET_EVENT.entryAppended) {
      const event = entryAppendedEvent.safeParse(body);
      if (!event.success) return;
      const held = ledger.find(event.data.chainId);
      if (held === undefined) await this.sync();
      else await catchUp.offer(held, fromBase64Url(event.data.entry));
    }
    if (name === SOCKET_EVENT.noticePosted) this.hearNotice(body);
    if (name === SOCKET_EVENT.headsAdvertised) {
      const event = headsReply.safeParse(body);
      if (event.success && this.isBehind(event.data.heads)) await this.sync();
    }
  }

  private hearNotice(body: unknown): void {
    const event = noticePostedEvent.safeParse(body);
    if (!event.success) return;
    const { deliveryId, text, urgency } = event.data;
    this.workspace.hub.tell({ kind: 'notice', notice: { deliveryId, text, urgency } });
  }

  private isBehind(heads: HeadsReply['heads']): boolean {
    return heads.some(({ chainId, head }) => {
      const mine = this.workspace.ledger.find(chainId)?.state?.hashes.at(head.seq);
      return mine === undefined || !equalBytes(mine, fromBase64Url(head.hash));
    });
  }
}
