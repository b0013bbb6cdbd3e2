import { Inject, Injectable } from '@nestjs/common';
import type { World } from '#chain';
import {
  IDENTITY,
  KIND,
  ORGANISATION,
  Problem,
  THREAD,
  WireError,
  equalBytes,
  parseClaim,
  parseThreadGenesis,
  toHex,
  type ChainId,
  type FoundReply,
  type Principal,
} from '#protocol';
import { ChainsService, EntryRepository, MembershipRepository, chainIdIn } from '../chains/index.js';
import { CONFIG, type Config } from '../config/index.js';
import { DatabaseClock } from '../platform/index.js';
import { EntryCommit, RaceLost } from './entry-commit.service.js';
import {
  parseIncoming,
  problemOf,
  refuse,
  requireAuthor,
  requireTimely,
  type Incoming,
} from './entry-intake.policy.js';
import { toText, fromText } from './wire.js';

type DevicePrincipal = Extract<Principal, { kind: 'device' }>;
type InvitePrincipal = Extract<Principal, { kind: 'invite' }>;

const TRIES = 5;
const NOBODY: World = { identity: () => undefined, organisation: () => undefined };

/** New chains: organisation, person (with the claim of his invitation) and thread. All of it is written or nothing. */
@Injectable()
export class FoundingService {
  constructor(
    private readonly chains: ChainsService,
    private readonly entries: EntryRepository,
    private readonly memberships: MembershipRepository,
    private readonly commits: EntryCommit,
    private readonly clock: DatabaseClock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws Problem organisation.founding_closed without this installation's founding token */
  async foundOrganisation(
    request: { readonly genesis: string; readonly admins: string },
    token: string | undefined,
  ): Promise<FoundReply> {
    if (!this.mayFound(token)) throw new Problem('organisation.founding_closed');
    const genesis = this.takeIn(request.genesis, KIND.organisation, ORGANISATION.genesis);
    const admins = this.takeIn(request.admins, KIND.organisation, ORGANISATION.admins);
    return this.found([genesis, admins], () => Promise.resolve(NOBODY));
  }

  /** @throws Problem chain.not_found for a case of others: a lane beside theirs could be mistaken for it */
  async foundThread(
    caller: DevicePrincipal,
    request: { readonly genesis: string; readonly rotate: string },
  ): Promise<FoundReply> {
    const genesis = this.takeIn(request.genesis, KIND.thread, THREAD.genesis);
    const rotate = this.takeIn(request.rotate, KIND.thread, THREAD.rotate);
    for (const { entry } of [genesis, rotate]) requireAuthor(entry, caller);
    const { caseId } = parseBody(() => parseThreadGenesis(genesis.entry.body));
    return this.found([genesis, rotate], async () => {
      if (!(await this.memberships.mayFoundIn(caseId, caller.userId))) throw new Problem('chain.not_found');
      if (!(await this.chains.hasLiveRows(rotate.entry))) throw refuse('row_not_live');
      return this.chains.worldFor(caller, rotate.entry);
    });
  }

  /**
   * A new identity and the claim of the invitation it answers, in one transaction.
   * @throws Problem invite.used, .expired; chain.stale_head when the organisation moved on: rebuild the claim
   */
  async enrol(
    caller: InvitePrincipal,
    request: { readonly genesis: string; readonly userKey: string; readonly claim: string },
  ): Promise<FoundReply> {
    const genesis = this.takeIn(request.genesis, KIND.identity, IDENTITY.genesis);
    const userKey = this.takeIn(request.userKey, KIND.identity, IDENTITY.userKey);
    const claim = this.takeIn(request.claim, KIND.organisation, ORGANISATION.claim);
    this.requireOwnClaim(caller, genesis, claim);
    const userId = chainIdIn(genesis.entry);
    if (!equalBytes(userKey.entry.header.authorUser, userKey.entry.header.chainId))
      throw refuse('wrong_author');
    for (let attempt = 1; ; attempt += 1) {
      const standing = await this.chains.findStanding(userId, [genesis.hash, userKey.hash]);
      if (standing === 'same' && (await this.isClaimed(caller, claim)))
        return reply(userId, [genesis, userKey]);
      if (standing !== 'absent') throw new Problem('chain.already_exists');
      this.requireTimely([genesis, userKey, claim]);
      try {
        await this.commitEnrolment(caller, [genesis, userKey, claim]);
        return reply(userId, [genesis, userKey]);
      } catch (error) {
        if (!(error instanceof RaceLost) || attempt === TRIES) throw error;
      }
    }
  }

  private async commitEnrolment(caller: InvitePrincipal, incoming: readonly Incoming[]): Promise<void> {
    const heads = await this.entries.findHeads([caller.organisationId]);
    const verification = await this.chains.begin(heads);
    for (const each of incoming) {
      const checked = verification.check(each.entry, NOBODY);
      if (!checked.ok) throw await this.enrolmentProblem(caller, each, problemOf(checked));
      verification.take(checked);
    }
    await this.commits.commit(verification.applied, { together: true });
  }

  /** A claim that lost its place can be rebuilt; one that is taken or late cannot. */
  private async enrolmentProblem(
    caller: InvitePrincipal,
    { entry }: Incoming,
    problem: Problem,
  ): Promise<Problem> {
    const rule = problem.repair?.rule;
    if (rule === 'claim_taken') return new Problem('invite.used');
    if (rule === 'claim_late') return new Problem('invite.expired');
    if (rule === 'attest_revoked' || rule === 'attest_suspended') return new Problem('invite.revoked');
    if (entry.header.type !== ORGANISATION.claim || entry.header.kind !== KIND.organisation) return problem;
    const [head] = await this.entries.findHeads([caller.organisationId]);
    if (head === undefined) return new Problem('chain.not_found');
    const { seq, prevHash } = entry.header;
    if (seq === head.seq + 1 && equalBytes(prevHash, head.hash)) return problem;
    const missed = await this.entries.findAfter([{ chainId: head.chainId, afterSeq: seq - 1 }], 200);
    return new Problem('chain.stale_head', {
      head: { seq: head.seq, hash: toText(head.hash) },
      missed: missed.map((stored) => toText(stored.bytes)),
    });
  }

  /** The claim is of the invitation this caller signed in with, and names the identity that comes with it. */
  private requireOwnClaim(caller: InvitePrincipal, genesis: Incoming, claim: Incoming): void {
    const { attestHash, genesisHash } = parseBody(() => parseClaim(claim.entry.body));
    const own =
      toHex(claim.entry.header.chainId) === caller.organisationId &&
      equalBytes(attestHash, fromText(caller.attestHash));
    if (!own) throw refuse('not_the_invite');
    if (!equalBytes(genesisHash, genesis.hash)) throw refuse('wrong_author');
  }

  private async isClaimed(caller: InvitePrincipal, claim: Incoming): Promise<boolean> {
    const standing = await this.entries.findHashAt(caller.organisationId, claim.entry.header.seq);
    return standing !== null && equalBytes(standing, claim.hash);
  }

  /** Two entries of one new chain. The same bytes again are answered like the first time. */
  private async found(pair: readonly Incoming[], worldOf: () => Promise<World>): Promise<FoundReply> {
    const [first] = pair;
    if (first === undefined) throw new Error('a chain begins with an entry');
    const chainId = chainIdIn(first.entry);
    const standing = await this.chains.findStanding(
      chainId,
      pair.map((each) => each.hash),
    );
    if (standing === 'same') return reply(chainId, pair);
    if (standing === 'other') throw new Problem('chain.already_exists');
    this.requireTimely(pair);
    const world = await worldOf();
    const verification = await this.chains.begin([]);
    for (const { entry } of pair) {
      const checked = verification.check(entry, world);
      if (!checked.ok) throw problemOf(checked);
      verification.take(checked);
    }
    try {
      await this.commits.commit(verification.applied, { together: true });
    } catch (error) {
      throw error instanceof RaceLost ? new Problem('service.unavailable') : error;
    }
    return reply(chainId, pair);
  }

  private takeIn(text: string, kind: number, type: number): Incoming {
    const incoming = parseIncoming(text);
    const { header } = incoming.entry;
    if (header.kind !== kind || header.type !== type) throw new Problem('entry.kind_not_accepted');
    return incoming;
  }

  /** Only of what is new here: whoever missed the answer may ask again a day later, with the same bytes. */
  private requireTimely(incoming: readonly Incoming[]): void {
    for (const { entry } of incoming) requireTimely(entry, this.clock.nowMs());
  }

  private mayFound(token: string | undefined): boolean {
    const { foundingToken } = this.config;
    if (foundingToken === undefined || token === undefined) return false;
    return foundingToken.matches(token);
  }
}

function reply(chainId: ChainId, pair: readonly Incoming[]): FoundReply {
  const last = pair.at(-1);
  if (last === undefined) throw new Error('a chain begins with an entry');
  return { chainId, head: { seq: last.entry.header.seq, hash: toText(last.hash) } };
}

/** Bodies are read before their entry is verified; what does not parse will be refused by name. */
function parseBody<Body>(parse: () => Body): Body {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new Problem('entry.malformed', { rule: error.code });
  }
}
