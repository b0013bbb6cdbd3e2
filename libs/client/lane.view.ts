import { headCodeOf, presentRowOf } from '#chain';
import { ruleSetSigningText, type RuleSet } from '#clinical';
import {
  CLOSE_REASON,
  LEAVE_REASON,
  type CaseId,
  type LaneName,
  type RoleName,
  type ThreadId,
} from '#protocol';
import { recordForm } from './filled.form.js';
import type { HeldThread } from './held.chain.js';
import type { ApprovedRules, FilledForm, RecordedForm } from './judged.contract.js';
import type { ChainHealth, Lane } from './member.contract.js';
import { requireUserId, rowWish, type PersonWish } from './people.js';
import { postEvent } from './posting.js';
import { placeOf } from './presenter.js';
import { ClientProblem } from './problem.js';
import { roleName } from './reader.js';
import type { SendOptions, Sent } from './sending.contract.js';
import type { EventInput, Obligation, RosterEntry, TimelineEntry } from './timeline.contract.js';
import type { Workspace } from './workspace.js';

/** One lane of a case as its members see it: a thin face over the verified thread. */
export class LaneView implements Lane {
  readonly caseId: CaseId;
  readonly threadId: ThreadId;
  readonly lane: LaneName;

  constructor(
    private readonly workspace: Workspace,
    private readonly held: HeldThread,
  ) {
    const { caseId, threadId, lane } = placeOf(held);
    this.caseId = caseId;
    this.threadId = threadId;
    this.lane = lane;
  }

  get closed(): boolean {
    return this.held.state?.closed === true;
  }

  get myRole(): RoleName | undefined {
    const row = this.held.state && presentRowOf(this.held.state, this.workspace.me);
    return row && roleName(row);
  }

  health(): ChainHealth {
    return this.held.health;
  }

  roster(): readonly RosterEntry[] {
    return this.workspace.presenter.roster(this.held);
  }

  timeline(): readonly TimelineEntry[] {
    return this.workspace.presenter.timeline(this.held);
  }

  obligations(nowMs: number = Date.now()): readonly Obligation[] {
    return this.workspace.presenter.obligations(this.held, nowMs);
  }

  note(text: string, options: SendOptions = {}): Promise<Sent> {
    return this.post({ event: 'note', schema: 1, about: null, text }, options);
  }

  async post(event: EventInput, options: SendOptions = {}): Promise<Sent> {
    return postEvent(this.workspace, this.held, { event, options });
  }

  async recordForm(form: FilledForm, options: Pick<SendOptions, 'onQuestion'> = {}): Promise<RecordedForm> {
    return recordForm(this.workspace, this.held, { form, options });
  }

  async approveRules(draft: RuleSet, options: { readonly expiresOn?: string } = {}): Promise<ApprovedRules> {
    const approval = {
      approved_by: this.workspace.me,
      role: 'director',
      approved_at: new Date(this.workspace.sender.nowMs()).toISOString(),
      expires_on: options.expiresOn ?? null,
    } as const;
    return this.signRules({ ...draft, enabled: true, approval });
  }

  async withdrawRules(ruleSet: RuleSet): Promise<ApprovedRules> {
    return this.signRules({ ...ruleSet, enabled: false, approval: 'none' });
  }

  private async signRules(ruleSet: RuleSet): Promise<ApprovedRules> {
    if (this.myRole !== 'director') throw new ClientProblem('lane.not_permitted');
    return { ruleSet, sent: await this.note(ruleSetSigningText(ruleSet)) };
  }

  async addMember(person: PersonWish): Promise<Sent> {
    return this.putRow(person);
  }

  async changeRole(userId: string, role: RoleName): Promise<Sent> {
    return this.putRow({ userId, role });
  }

  /** The newest attestations and the person's newest identity first: the row rests on both. */
  private async putRow(person: PersonWish): Promise<Sent> {
    const { workspace, held } = this;
    await workspace.refreshPeople([requireUserId(person.userId)]);
    const put = [rowWish(workspace.ledger, person, { nowMs: workspace.sender.nowMs() })];
    return workspace.submit(held, { kind: 'roster', put, drop: [] });
  }

  async removeMember(userId: string): Promise<Sent> {
    return this.workspace.submit(this.held, { kind: 'roster', put: [], drop: [userId] });
  }

  async rotate(): Promise<Sent> {
    return this.workspace.submit(this.held, { kind: 'roster', put: [], drop: [] });
  }

  async leave(reason: keyof typeof LEAVE_REASON = 'unspecified'): Promise<Sent> {
    return this.workspace.submit(this.held, { kind: 'leave', reason: LEAVE_REASON[reason] });
  }

  async close(reason: keyof typeof CLOSE_REASON = 'unspecified'): Promise<Sent> {
    return this.workspace.submit(this.held, { kind: 'close', reason: CLOSE_REASON[reason] });
  }

  headCode(): string {
    return headCodeOf(this.held.state?.head ?? new Uint8Array(32));
  }
}
