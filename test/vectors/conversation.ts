import {
  CLOSE_REASON,
  CONTENT,
  LANE,
  LEAVE_REASON,
  LENGTH,
  OP,
  ROLE,
  ROTATE_REASON,
  THREAD,
  URGENCY,
  obligationId,
  parseMessage,
  roleMask,
  type Entry,
  type ObligationOp,
  type Plaintext,
  type ThreadGenesis,
  type Urgency,
} from '#protocol';
import type { Company } from './cast.js';
import { Scribe, plain, type Plain } from './scribe.js';
import { Thread, type Person, type Seat } from './story.js';

const NOBODY = new Uint8Array(LENGTH.id);
const NOTHING = new Uint8Array(LENGTH.hash);
const HOUR_MS = 3_600_000;
const CLINICIANS = [ROLE.therapist, ROLE.prescriber, ROLE.coordinator] as const;

interface Event {
  readonly type: string;
  readonly ops?: readonly ObligationOp[];
  readonly urgency?: Urgency;
}

/** A thread whose every entry is written down as a vector. */
export class Recorded {
  readonly thread: Thread;
  readonly scribe: Scribe;
  /** Epoch secrets in order, and who got a wrap of each. */
  readonly epochs: Plain[] = [];

  constructor(
    private readonly company: Company,
    named: { readonly stream: string; readonly founder: Person; readonly genesis: Partial<ThreadGenesis> },
  ) {
    this.scribe = new Scribe(named.stream);
    const [random, caseId] = [this.scribe.draws.random(LENGTH.id), this.scribe.draws.random(LENGTH.id)];
    const genesis: ThreadGenesis = {
      random,
      caseId,
      lane: LANE.care_team,
      allowedRoles: roleMask([...CLINICIANS, ROLE.client]),
      adderRoles: roleMask([ROLE.therapist, ROLE.prescriber]),
      clientApproval: false,
      retentionDays: 3650,
      predecessorGenesis: NOTHING,
      predecessorHead: NOTHING,
      clientGenesis: NOTHING,
      ...named.genesis,
    };
    this.thread = new Thread(named.founder, genesis, company.cast.tick());
    const randomness = this.scribe.draws.named(['random', 'case id']);
    this.note(this.thread.chain.genesis, named.founder, { name: 'GENESIS', randomness });
  }

  private note(entry: Entry, author: Person, how: Omit<Parameters<Scribe['note']>[1], 'signer'>): void {
    const name = `${entry.header.seq} ${author.name}: ${how.name}`;
    this.scribe.note(entry, { ...how, name, signer: author.keys.device });
  }

  rotate(author: Person, reason: number, seats?: readonly Seat[]): void {
    const tsMs = this.company.cast.tick();
    const change = { reason, tsMs, ...(seats === undefined ? {} : { seats }) };
    const entry = this.thread.rotate(author, change, this.scribe.draws.random);
    const holders = this.thread.seats.map(({ person }) => person);
    const drawn = ['epoch secret', ...holders.map(({ name }) => `encapsulation to ${name}`)];
    const inputs = {
      threadGenesisHash: this.thread.chain.genesisHash,
      holders: holders.map(({ name, userKey }) => ({ name, generation: userKey.generation })),
    };
    const { epoch } = this.thread;
    this.note(entry, author, {
      name: `ROTATE ${epoch.epoch}`,
      inputs,
      randomness: this.scribe.draws.named(drawn),
    });
    this.epochs.push({
      epoch: epoch.epoch,
      secret: plain(epoch.secret.reveal()),
      holders: holders.map(({ name }) => name),
    });
  }

  private say(author: Person, plaintext: Plaintext, event: Event): Entry {
    const ops = event.ops ?? [];
    const said = {
      plaintext,
      ops,
      urgency: event.urgency ?? URGENCY.routine,
      tsMs: this.company.cast.tick(),
    };
    const entry = this.thread.say(author, said, this.scribe.draws.random);
    const { epoch } = this.thread;
    const inputs = {
      epochSecret: epoch.secret.reveal(),
      contentType: plaintext.contentType,
      json: JSON.stringify(plaintext.content),
      messageKey: epoch.messageKey(entry.headerBytes, parseMessage(entry.body).prefix).reveal(),
    };
    const names = ops.map((op) => ` ${Object.keys(OP)[op.op - 1] ?? ''}`).join('');
    this.note(entry, author, {
      name: `MESSAGE ${event.type}${names}`,
      inputs,
      randomness: this.scribe.draws.named(['nonce']),
    });
    return entry;
  }

  profile(author: Person): void {
    const nonce = plain(author.identity.displayNonce);
    this.say(
      author,
      { contentType: CONTENT.profile, content: { name: author.name, nonce } },
      { type: 'profile' },
    );
  }

  tell(author: Person, text: string): void {
    const content = { type: 'note', text };
    this.say(author, { contentType: CONTENT.note, content }, { type: 'note' });
  }

  /** Gives the id of the first obligation it opens, if it opens one. */
  event(author: Person, event: Event): number {
    const content = { type: event.type, text: `${event.type}: sealed words of a vector` };
    const entry = this.say(author, { contentType: CONTENT.event, content }, event);
    return obligationId(entry.header.seq, 0);
  }

  end(author: Person, type: typeof THREAD.leave | typeof THREAD.close, reason: number): void {
    const entry = this.thread.end(author, type, { reason, tsMs: this.company.cast.tick() });
    this.note(entry, author, { name: type === THREAD.leave ? 'LEAVE' : 'CLOSE' });
  }

  /** An op opened or handed to that seat, due some hours from the entry that carries it. */
  owe(op: typeof OP.open | typeof OP.hand_over, seat: Seat, obligation = 0): ObligationOp {
    const dueMs = op === OP.open ? this.company.cast.nowMs + 8 * HOUR_MS : 0;
    return { op, obligation, responder: seat.person.keys.userId, dueMs };
  }

  ack(seat: Seat, obligation: number): ObligationOp {
    return { op: OP.ack, obligation, responder: seat.person.keys.userId, dueMs: 0 };
  }

  move(op: typeof OP.answer | typeof OP.close | typeof OP.withdraw, obligation: number): ObligationOp {
    return { op, obligation, responder: NOBODY, dueMs: 0 };
  }

  until(op: typeof OP.wait | typeof OP.reopen, obligation: number): ObligationOp {
    return { op, obligation, responder: NOBODY, dueMs: this.company.cast.nowMs + 6 * HOUR_MS };
  }

  vector(): Plain {
    const { chain } = this.thread;
    return {
      threadId: plain(chain.id),
      genesisHash: plain(chain.genesisHash),
      headHash: plain(chain.head),
      epochs: this.epochs,
      entries: plain(this.scribe.vectors),
    };
  }
}

/** The clinicians lane, small: each of the five thread records once, and a departure healed. */
export function cliniciansLane(company: Company): Recorded {
  const { therapist, prescriber, coordinator, client } = company;
  const founder = therapist.person;
  const lane = new Recorded(company, {
    stream: 'thread',
    founder,
    genesis: {
      lane: LANE.clinicians,
      allowedRoles: roleMask([...CLINICIANS, ROLE.director]),
      clientGenesis: client.person.keys.genesisHash,
    },
  });
  lane.rotate(founder, ROTATE_REASON.founding, [therapist, prescriber, coordinator]);
  lane.tell(founder, 'Grüße — “quoted” text, a tab\t, an emoji 🜁 and a zero \u0000 inside');
  const asked = lane.event(founder, { type: 'information_request', ops: [lane.owe(OP.open, prescriber)] });
  lane.event(prescriber.person, {
    type: 'note',
    ops: [lane.ack(prescriber, asked), lane.move(OP.answer, asked)],
  });
  lane.event(founder, { type: 'note', ops: [lane.move(OP.close, asked)] });
  lane.end(coordinator.person, THREAD.leave, LEAVE_REASON.care_ended);
  lane.rotate(prescriber.person, ROTATE_REASON.departure, [therapist, prescriber]);
  lane.end(founder, THREAD.close, CLOSE_REASON.completed);
  return lane;
}

/** Fifty entries of the care-team lane: obligations of every op, rotations of every reason, a leave, the close. */
export function careTeamLane(company: Company): Recorded {
  const { therapist, client, prescriber } = company;
  const lane = new Recorded(company, { stream: 'conversation', founder: therapist.person, genesis: {} });
  lane.rotate(therapist.person, ROTATE_REASON.founding, [therapist, client, prescriber]);
  for (const seat of [therapist, client, prescriber]) lane.profile(seat.person);
  lane.tell(therapist.person, 'Welcome to the three of you.');
  referralAndDecision(lane, company);
  coverTakesOver(lane, company);
  clientRenews(lane, company);
  suspendedAndBack(lane, company);
  coordinatorComesAndGoes(lane, company);
  lane.end(therapist.person, THREAD.close, CLOSE_REASON.completed);
  return lane;
}

/** 7–15 */
function referralAndDecision(lane: Recorded, { therapist, client, prescriber }: Company): void {
  const referral = lane.event(therapist.person, { type: 'referral', ops: [lane.owe(OP.open, prescriber)] });
  lane.event(prescriber.person, { type: 'note', ops: [lane.ack(prescriber, referral)] });
  lane.event(prescriber.person, { type: 'note', ops: [lane.move(OP.answer, referral)] });
  lane.event(therapist.person, { type: 'note', ops: [lane.move(OP.close, referral)] });
  const ops = [lane.owe(OP.open, therapist), lane.owe(OP.open, client)];
  const first = lane.event(prescriber.person, { type: 'eligibility_decision', urgency: URGENCY.soon, ops });
  const second = first + 1;
  lane.event(therapist.person, {
    type: 'note',
    ops: [lane.ack(therapist, first), lane.move(OP.answer, first)],
  });
  lane.event(client.person, { type: 'note', ops: [lane.ack(client, second)] });
  lane.event(client.person, { type: 'note', ops: [lane.move(OP.answer, second)] });
  lane.event(prescriber.person, {
    type: 'note',
    ops: [lane.move(OP.close, first), lane.move(OP.close, second)],
  });
}

/** 16–27 */
function coverTakesOver(lane: Recorded, { therapist, client, prescriber, cover }: Company): void {
  lane.rotate(prescriber.person, ROTATE_REASON.members, [therapist, client, prescriber, cover]);
  lane.profile(cover.person);
  const asked = lane.event(therapist.person, {
    type: 'dose_adjustment_request',
    urgency: URGENCY.urgent,
    ops: [lane.owe(OP.open, prescriber)],
  });
  lane.event(prescriber.person, { type: 'note', ops: [lane.ack(prescriber, asked)] });
  lane.event(prescriber.person, { type: 'note', ops: [lane.owe(OP.hand_over, cover, asked)] });
  lane.event(cover.person, { type: 'note', ops: [lane.ack(cover, asked)] });
  lane.event(cover.person, { type: 'note', ops: [lane.until(OP.wait, asked)] });
  lane.event(cover.person, { type: 'dose_adjustment', ops: [lane.move(OP.answer, asked)] });
  lane.event(therapist.person, { type: 'note', ops: [lane.until(OP.reopen, asked)] });
  lane.event(cover.person, { type: 'note', ops: [lane.ack(cover, asked), lane.move(OP.answer, asked)] });
  lane.event(therapist.person, { type: 'note', ops: [lane.move(OP.close, asked)] });
  lane.tell(client.person, 'Thank you.');
}

/** 28–32 */
function clientRenews(lane: Recorded, { cast, therapist, client, prescriber }: Company): void {
  cast.renewKey(client.person);
  lane.rotate(client.person, ROTATE_REASON.refresh);
  lane.tell(client.person, 'A new key of mine, the old history stays readable to me.');
  const slip = lane.event(therapist.person, { type: 'note', ops: [lane.owe(OP.open, prescriber)] });
  lane.event(therapist.person, { type: 'note', ops: [lane.move(OP.withdraw, slip)] });
  lane.event(therapist.person, { type: 'session_outcome', urgency: URGENCY.emergent });
}

/** 33–39 */
function suspendedAndBack(
  lane: Recorded,
  { cast, team, therapist, client, prescriber, cover }: Company,
): void {
  const attest = team.chain.entries[4];
  if (attest === undefined) throw new Error('the second ATTEST of the team');
  team.suspend(attest, true, cast.tick());
  cast.judged(team, 'SUSPEND of Quinn');
  lane.rotate(client.person, ROTATE_REASON.departure, [therapist, client, prescriber]);
  lane.tell(prescriber.person, 'Quinn is away for now.');
  lane.tell(client.person, 'Understood.');
  team.suspend(attest, false, cast.tick());
  cast.judged(team, 'SUSPEND lifted');
  lane.rotate(therapist.person, ROTATE_REASON.members, [therapist, client, prescriber, cover]);
  lane.tell(cover.person, 'Back again.');
  lane.tell(therapist.person, 'Good.');
  lane.event(prescriber.person, { type: 'follow_up_summary' });
}

/** 40–49 */
function coordinatorComesAndGoes(lane: Recorded, company: Company): void {
  const { cast, practice, therapist, client, prescriber, cover, coordinator } = company;
  const others = [therapist, client, prescriber, cover];
  lane.rotate(therapist.person, ROTATE_REASON.members, [...others, coordinator]);
  lane.profile(coordinator.person);
  lane.tell(coordinator.person, 'The room is booked.');
  lane.end(coordinator.person, THREAD.leave, LEAVE_REASON.handed_over);
  lane.rotate(cover.person, ROTATE_REASON.departure, others);
  practice.revoke(coordinator.basis, cast.tick());
  cast.judged(practice, 'REVOKE of Kim');
  lane.rotate(client.person, ROTATE_REASON.refresh);
  lane.tell(client.person, 'x'.repeat(700));
  lane.tell(prescriber.person, '');
  const last = lane.event(prescriber.person, { type: 'discharge', ops: [lane.owe(OP.open, client)] });
  lane.event(client.person, { type: 'note', ops: [lane.ack(client, last), lane.move(OP.answer, last)] });
}
