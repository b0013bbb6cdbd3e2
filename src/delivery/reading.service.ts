import { Injectable } from '@nestjs/common';
import {
  Problem,
  type HeadsReply,
  type MeReply,
  type Principal,
  type SyncReply,
  type SyncRequest,
} from '#protocol';
import { AccessRepository, EntryRepository, MembershipRepository } from '../chains/index.js';
import { Receipts } from '../obligations/index.js';
import { DatabaseClock, Transactions } from '../platform/index.js';
import { headRowToWire, headToWire, pageToWire, toText } from './wire.js';

/** Reads by cursor. Whether the caller may read is part of every statement, so it is asked each time. */
@Injectable()
export class ReadingService {
  constructor(
    private readonly access: AccessRepository,
    private readonly entries: EntryRepository,
    private readonly memberships: MembershipRepository,
    private readonly receipts: Receipts,
    private readonly transactions: Transactions,
    private readonly clock: DatabaseClock,
  ) {}

  /** Chains that are not for the caller are left out, like chains that do not exist. */
  async sync(caller: Principal, { cursors }: SyncRequest): Promise<SyncReply> {
    const once = new Map(cursors.map((cursor) => [cursor.chainId, cursor]));
    const pages = await this.access.readPage(caller, [...once.values()]);
    const readable = pages.flatMap(({ chainId }) => once.get(chainId) ?? []);
    await this.receipts.noteDelivered(caller, readable);
    return { chains: pages.map(pageToWire) };
  }

  async heads(caller: Principal, chainIds: readonly string[]): Promise<HeadsReply> {
    const found = await this.access.findReadableHeads(caller, [...new Set(chainIds)]);
    return { heads: found.map(headRowToWire) };
  }

  async me(caller: Principal): Promise<MeReply> {
    const threads = await this.memberships.listThreads(caller);
    const organisations = await this.memberships.listOrganisations(caller);
    const people = await this.memberships.listPeople(caller);
    return {
      principal: caller,
      serverTimeMs: this.clock.nowMs(),
      threads: threads.map((thread) => ({ ...thread, head: headToWire(thread.head) })),
      organisations: organisations.map(({ organisationId, head }) => ({
        organisationId,
        head: headToWire(head),
      })),
      people: people.map(({ userId, genesisHash }) => ({ userId, genesisHash: toText(genesisHash) })),
    };
  }

  /** For whoever holds an invitation: its fragment says whether this is the organisation that was meant. */
  async organisationGenesis(organisationId: string): Promise<{ entry: string }> {
    const bytes = await this.entries.findOrganisationGenesis(organisationId);
    if (bytes === null) throw new Problem('invite.unknown');
    return { entry: toText(bytes) };
  }

  /** Lets the members of a guest organisation read this one's chain. */
  async introduce(caller: Principal, organisationId: string, guestId: string): Promise<void> {
    const own = caller.kind === 'admin' && caller.organisationId === organisationId;
    if (!own) throw new Problem('chain.not_found');
    const introduced = await this.transactions.run((tx) =>
      this.access.introduce(tx, organisationId, guestId),
    );
    if (!introduced) throw new Problem('chain.not_found');
  }
}
