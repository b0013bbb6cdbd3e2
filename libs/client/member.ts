import { cryptoReady, presentRowOf, safetyNumberOf } from '#chain';
import { toHex, type UserId } from '#protocol';
import { listCases } from './case.view.js';
import { foundCase, resumeFoundings } from './case.founding.js';
import { Connection } from './connection.js';
import type { ContactBook, DeliveryView, DrillView } from './contact.contract.js';
import { confirmDelivery, contactBook, findDrill, listDeliveries, startDrill } from './contacts.js';
import type { HandoverNotes, MemberCoverage, ThreadAvailability } from './coverage.contract.js';
import { availabilityOf, listHandovers, memberCoverage } from './coverage.js';
import type { MemberLadders, ObligationStanding } from './ladder.contract.js';
import { listStandings, memberLadders, noteSeen } from './ladders.js';
import { requireShortWait } from './obligation.waits.js';
import { DEFAULT_PATIENCE_MS, enrol, forgetJoining } from './enrolment.js';
import type { HeldThread } from './held.chain.js';
import { LaneView } from './lane.view.js';
import { LiveFeed } from './live.feed.js';
import type {
  ActOptions,
  CaseView,
  Draft,
  KnownPerson,
  MemberDoor,
  MemberEvent,
  MemberSession,
  OpenCaseOptions,
  OpenOptions,
  OrganisationView,
  VerifyReport,
} from './member.contract.js';
import { networkTransport } from './network.transport.js';
import { profileOf, readKeys, readOwner } from './owner.js';
import { listPeople } from './people.js';
import { ClientProblem } from './problem.js';
import type { Act, SendOptions, Sent } from './sending.contract.js';
import { draftOf } from './drafts.js';
import type { Obligation } from './timeline.contract.js';
import { verifyEverything } from './verification.js';
import { Workspace } from './workspace.js';

export const Member: MemberDoor = {
  async join(options) {
    const recoveryWords = await enrol(options);
    return { member: await openMember(options), recoveryWords };
  },
  open: openMember,
};

async function openMember(options: OpenOptions): Promise<MemberSession> {
  await cryptoReady();
  const { store, transport = networkTransport, patienceMs = DEFAULT_PATIENCE_MS } = options;
  const { owner, keys } = readOwner(await store.load(), 'member');
  const person = readKeys('person', keys);
  const url = options.url ?? owner.url;
  const connection = new Connection({ url, transport, patienceMs, signer: person.device });
  const profile = profileOf(owner);
  const workspace = await Workspace.open({ store, connection, person, profile });
  return new OpenMember(workspace, connection);
}

class OpenMember implements MemberSession {
  readonly userId: UserId;
  readonly displayName: string;
  readonly genesisHash: string;
  readonly contacts: ContactBook;
  private readonly live: LiveFeed;
  private running: Promise<void> = Promise.resolve();
  private nextSync: Promise<void> | undefined;

  constructor(
    private readonly workspace: Workspace,
    private readonly connection: Connection,
  ) {
    this.userId = workspace.me;
    this.displayName = workspace.parts.profile.displayName;
    this.genesisHash = toHex(workspace.parts.person.genesisHash);
    this.contacts = contactBook(connection);
    this.live = new LiveFeed(workspace, connection, () => this.sync());
  }

  get url(): string {
    return this.connection.url;
  }

  /** One at a time; whoever asks while one runs shares the next one: it sees everything that was there by then. */
  sync(): Promise<void> {
    this.nextSync ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.nextSync = undefined;
        this.running = this.syncOnce();
        return this.running;
      });
    return this.nextSync;
  }

  private async syncOnce(): Promise<void> {
    const { workspace } = this;
    const me = await workspace.catchUp.everything();
    workspace.sender.noticeClock(me.serverTimeMs);
    await resumeFoundings(workspace);
    await workspace.write(forgetJoining(await workspace.parts.store.load()));
    await workspace.settled();
    await workspace.chores();
    await workspace.settled();
  }

  async connect(): Promise<void> {
    await this.sync();
    this.live.begin();
  }

  follow(options: { readonly signal?: AbortSignal } = {}): AsyncIterable<MemberEvent> {
    return this.workspace.hub.follow(options.signal);
  }

  on(listener: (event: MemberEvent) => void): () => void {
    return this.workspace.hub.on(listener);
  }

  organisations(): readonly OrganisationView[] {
    return this.workspace.ledger.organisations().map(({ organisationId, genesisHash, name }) => ({
      organisationId,
      genesisHash: toHex(genesisHash),
      name,
    }));
  }

  people(): readonly KnownPerson[] {
    const { ledger, names, me } = this.workspace;
    return listPeople(ledger, names, { me, nowMs: Date.now() });
  }

  cases(): readonly CaseView[] {
    return listCases(this.workspace);
  }

  case(caseId: string): CaseView {
    const found = this.cases().find((candidate) => candidate.caseId === caseId);
    if (found === undefined) throw new ClientProblem('case.unknown');
    return found;
  }

  async openCase(options: OpenCaseOptions): Promise<CaseView> {
    const caseId = await foundCase(this.workspace, options);
    await this.workspace.settled();
    await this.workspace.chores();
    await this.workspace.settled();
    return this.case(caseId);
  }

  owes(nowMs: number = Date.now()): readonly Obligation[] {
    const { ledger, presenter, me } = this.workspace;
    return ledger
      .threads()
      .flatMap((held) =>
        [...(held.state?.obligations.values() ?? [])]
          .filter((folded) => isOwedBy(held, folded, me))
          .map((folded) => presenter.obligation(held, folded, nowMs)),
      )
      .sort(byDueTime);
  }

  owed(nowMs: number = Date.now()): readonly Obligation[] {
    const { ledger, presenter, me } = this.workspace;
    return ledger
      .threads()
      .flatMap((held) => presenter.obligations(held, nowMs))
      .filter(({ opener, state }) => opener === me && state !== 'closed' && state !== 'withdrawn')
      .sort(byDueTime);
  }

  obligation(ref: string, nowMs: number = Date.now()): Obligation {
    const found = this.workspace.presenter
      .obligations(this.threadOf(ref), nowMs)
      .find((obligation) => obligation.ref === ref);
    if (found === undefined) throw new ClientProblem('obligation.unknown');
    return found;
  }

  private threadOf(ref: string): HeldThread {
    const held = this.workspace.ledger.thread(ref.split('/')[0] ?? '');
    if (held === undefined) throw new ClientProblem('obligation.unknown');
    return held;
  }

  acknowledge(ref: string, options: ActOptions & { readonly owner?: string } = {}): Promise<Sent> {
    const { owner } = options;
    const act: Act = { act: 'ack', obligation: ref, ...(owner === undefined ? {} : { owner }) };
    return this.act(act, options, 'Acknowledged.');
  }

  answer(ref: string, options: ActOptions): Promise<Sent> {
    return this.act({ act: 'answer', obligation: ref }, options, 'Answered.');
  }

  async wait(ref: string, options: ActOptions & { readonly until: Date }): Promise<Sent> {
    const mine = this.workspace.presenter.roster(this.threadOf(ref)).find(({ me }) => me);
    await requireShortWait(options.until, Date.now(), async () =>
      mine === undefined ? null : (await this.coverage(mine.organisationId).calendar()).calendar,
    );
    return this.act({ act: 'wait', obligation: ref, until: options.until }, options, 'Waiting for others.');
  }

  handOver(ref: string, options: ActOptions & { readonly to: string }): Promise<Sent> {
    return this.act({ act: 'hand_over', obligation: ref, to: options.to }, options, 'Handed over.');
  }

  closeObligation(ref: string, options: ActOptions = {}): Promise<Sent> {
    return this.act({ act: 'close', obligation: ref }, options, 'Closed.');
  }

  withdraw(ref: string, options: ActOptions = {}): Promise<Sent> {
    return this.act({ act: 'withdraw', obligation: ref }, options, 'Withdrawn.');
  }

  reopen(ref: string, options: ActOptions & { readonly dueAt: Date }): Promise<Sent> {
    return this.act({ act: 'reopen', obligation: ref, dueAt: options.dueAt }, options, 'Asked again.');
  }

  /** An act always travels with something to read: the event, the note, or one constant word. */
  private async act(act: Act, options: ActOptions, word: string): Promise<Sent> {
    const lane = new LaneView(this.workspace, this.threadOf(act.obligation));
    const { note = word, event, urgency, ask, onQuestion } = options;
    const send: SendOptions = {
      acts: [act],
      ...(urgency === undefined ? {} : { urgency }),
      ...(ask === undefined ? {} : { ask }),
      ...(onQuestion === undefined ? {} : { onQuestion }),
    };
    return event === undefined ? lane.note(note, send) : lane.post(event, send);
  }

  drafts(): readonly Draft[] {
    return this.workspace.queue.all().flatMap((item) => draftOf(item) ?? []);
  }

  async resend(draftId: string, options: Pick<SendOptions, 'onQuestion'> = {}): Promise<Sent> {
    const { queue, ledger, sender } = this.workspace;
    const item = queue.find(draftId);
    const held = item && ledger.thread(item.threadId);
    if (item === undefined || held === undefined) throw new ClientProblem('draft.unknown');
    const seenSeq = held.state?.seq ?? item.seenSeq;
    await this.workspace.write([queue.put({ ...item, seenSeq, state: 'queued', problem: undefined })]);
    return sender.deliver(held, draftId, options.onQuestion);
  }

  async discard(draftId: string): Promise<void> {
    const { queue } = this.workspace;
    if (queue.find(draftId) === undefined) throw new ClientProblem('draft.unknown');
    await this.workspace.write([queue.remove(draftId)]);
  }

  async verify(): Promise<VerifyReport> {
    const { ledger, catchUp } = this.workspace;
    return verifyEverything({ ledger, catchUp, connection: this.connection });
  }

  safetyNumber(userIds: readonly string[]): string {
    const everybody = [...new Set([...userIds, this.userId])];
    return safetyNumberOf(
      everybody.map((userId) => {
        const identity = this.workspace.ledger.identity(userId);
        if (identity === undefined) throw new ClientProblem('person.unknown');
        return identity.genesisHash;
      }),
    );
  }

  ladders(organisationId: string): MemberLadders {
    return memberLadders(this.connection, organisationId);
  }

  standings(threadId: string): Promise<readonly ObligationStanding[]> {
    return listStandings(this.connection, threadId);
  }

  noteSeen(threadId: string, seq: number): Promise<void> {
    return noteSeen(this.connection, threadId, seq);
  }

  coverage(organisationId: string): MemberCoverage {
    return memberCoverage(this.connection, organisationId);
  }

  handovers(): Promise<HandoverNotes> {
    return listHandovers(this.connection);
  }

  availability(threadId: string): Promise<ThreadAvailability> {
    return availabilityOf(this.connection, threadId);
  }

  deliveries(): Promise<readonly DeliveryView[]> {
    return listDeliveries(this.connection);
  }

  confirmDelivery(deliveryId: string): Promise<void> {
    return confirmDelivery(this.connection, deliveryId);
  }

  startDrill(): Promise<string> {
    return startDrill(this.connection);
  }

  drill(drillId: string): Promise<DrillView> {
    return findDrill(this.connection, drillId);
  }

  async close(): Promise<void> {
    this.live.end();
    await (this.nextSync ?? this.running).catch(() => undefined);
    await this.connection.close();
    await this.workspace.settled();
    this.workspace.hub.close();
    await this.workspace.parts.store.close();
  }
}

type Folded = Parameters<Workspace['presenter']['obligation']>[1];

/** Mine: I am accountable, or it has been handed to me and waits for my word. */
function isOwedBy(held: HeldThread, folded: Folded, me: UserId): boolean {
  const owed = folded.state === 'open' || folded.state === 'acknowledged' || folded.state === 'waiting';
  if (!owed || held.state === undefined || presentRowOf(held.state, me) === undefined) return false;
  return folded.pendingHandOver === me || (folded.owner ?? folded.responder) === me;
}

function byDueTime(left: Obligation, right: Obligation): number {
  return left.dueAt.getTime() - right.dueAt.getTime();
}
