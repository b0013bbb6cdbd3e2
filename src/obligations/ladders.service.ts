import { Injectable } from '@nestjs/common';
import {
  Problem,
  URGENCY,
  fromHex,
  toHex,
  type Ladder,
  type LaddersReply,
  type Principal,
  type PutLadderReply,
  type UrgencyName,
} from '#protocol';
import { Transactions } from '../platform/index.js';
import { DEFAULT_LADDERS } from './default-ladders.js';
import { isHeard } from './ladder.policy.js';
import { LadderRepository, type LadderVersion } from './ladder.repository.js';
import { Oversight } from './oversight.service.js';

type LadderShown = LaddersReply['ladders'][number];

/**
 * The ladders of an organisation. Its administrators write versions, its directors approve them; the newest approved
 * version is in force for what is opened from then on, and the built-in ladder until there is one.
 */
@Injectable()
export class LaddersService {
  constructor(
    private readonly oversight: Oversight,
    private readonly ladders: LadderRepository,
    private readonly transactions: Transactions,
  ) {}

  async list(principal: Principal, organisationId: string): Promise<LaddersReply> {
    await this.oversight.requireStaff(principal, organisationId);
    const versions = await this.ladders.listVersions(fromHex(organisationId));
    return { ladders: (Object.keys(URGENCY) as UrgencyName[]).map((urgency) => shown(urgency, versions)) };
  }

  async put(
    principal: Principal,
    organisationId: string,
    { urgency, ladder }: { urgency: UrgencyName; ladder: Ladder },
  ): Promise<PutLadderReply> {
    const writtenBy = this.oversight.requireAdministrator(principal, organisationId);
    if (!isHeard(ladder)) throw new Problem('ladder.unheard');
    const version = await this.transactions.run((tx) =>
      this.ladders.add(tx, {
        organisationId: fromHex(organisationId),
        urgency: URGENCY[urgency],
        content: ladder,
        writtenBy,
      }),
    );
    return { urgency, version };
  }

  async approve(
    principal: Principal,
    organisationId: string,
    { urgency, version }: { urgency: UrgencyName; version: number },
  ): Promise<void> {
    const approvedBy = await this.oversight.requireDirector(principal, organisationId);
    const known = await this.transactions.run((tx) =>
      this.ladders.approve(tx, {
        organisationId: fromHex(organisationId),
        urgency: URGENCY[urgency],
        version,
        approvedBy,
      }),
    );
    if (!known) throw new Problem('ladder.unknown');
  }
}

/** @param versions of the organisation, newest first */
function shown(urgency: UrgencyName, versions: readonly LadderVersion[]): LadderShown {
  const own = versions.filter((each) => each.urgency === URGENCY[urgency]);
  const inForce = own.find(({ approvedBy }) => approvedBy !== null);
  const newest = own.at(0);
  return {
    urgency,
    inForce: stateOf(urgency, inForce),
    proposed: newest === undefined || newest.approvedBy !== null ? null : stateOf(urgency, newest),
  };
}

function stateOf(urgency: UrgencyName, version: LadderVersion | undefined): LadderShown['inForce'] {
  return {
    version: version?.version ?? 0,
    ladder: version?.content ?? DEFAULT_LADDERS[URGENCY[urgency]],
    approvedBy: version?.approvedBy == null ? null : toHex(version.approvedBy),
    approvedAtMs: version?.approvedAtMs == null ? null : Math.round(version.approvedAtMs),
  };
}
