import { accountableOf, type Obligation, type OpRule, type RefusedOp } from '#chain';
import { OP, ROLE, URGENCY, obligationId, type ObligationOp } from '#protocol';
import {
  HOUR,
  T0,
  TestPerson,
  YEAR,
  newCase,
  newPerson,
  op,
  wishFor,
  type TestCase,
} from '../../support/chain.factories.js';

const DUE = T0 + 24 * HOUR;

interface Owed extends TestCase {
  /** A second prescriber, who may cover. */
  readonly colleague: TestPerson;
  readonly id: number;
}

/** The client asks, the prescriber owes; the therapist is the adder; a colleague has the prescriber's role. */
function newOwed(): Owed {
  const made = newCase();
  const { thread, therapist, prescriber, client, organisation, world } = made;
  const colleague = newPerson('colleague');
  world.add(colleague);
  const basis = organisation.attested(colleague, ROLE.prescriber);
  const wish = wishFor(organisation, colleague, ROLE.prescriber, basis);
  thread.accept(thread.rotate(therapist, thread.roster({ put: [wish] })));
  const ops = [op(OP.open, { responder: prescriber.state.chainId, dueMs: DUE })];
  const opened = thread.accept(thread.message(client, { ops, urgency: URGENCY.urgent }));
  return { ...made, colleague, id: opened.changes[0]?.after.id ?? 0 };
}

/** Writes one op and gives the rule that refused it, or undefined. */
function act({ thread }: TestCase, author: TestPerson, one: ObligationOp): OpRule | undefined {
  const { refusedOps } = thread.accept(thread.message(author, { ops: [one] }));
  return refusedOps[0]?.rule;
}

function now({ thread, id }: Owed): Obligation {
  const obligation = thread.state.obligations.get(id as Obligation['id']);
  if (obligation === undefined) throw new Error('no such obligation');
  return obligation;
}

const ack = ({ id }: Owed, owner: TestPerson): ObligationOp =>
  op(OP.ack, { obligation: id, responder: owner.state.chainId });
const answer = ({ id }: Owed): ObligationOp => op(OP.answer, { obligation: id });
const close = ({ id }: Owed): ObligationOp => op(OP.close, { obligation: id });
const withdraw = ({ id }: Owed): ObligationOp => op(OP.withdraw, { obligation: id });
const reopen = ({ id }: Owed, dueMs = DUE + HOUR): ObligationOp => op(OP.reopen, { obligation: id, dueMs });
const wait = ({ id }: Owed, dueMs = DUE + HOUR): ObligationOp => op(OP.wait, { obligation: id, dueMs });
const handOver = ({ id }: Owed, to: TestPerson): ObligationOp =>
  op(OP.hand_over, { obligation: id, responder: to.state.chainId });

describe('opening', () => {
  it('may be done by anybody, has the seq and place of its op as id, and the urgency of its message', () => {
    const owed = newOwed();
    const { thread, client, prescriber } = owed;
    expect(now(owed)).toMatchObject({
      id: obligationId(thread.state.seq, 0),
      opener: client.userId,
      responder: prescriber.userId,
      responderRole: ROLE.prescriber,
      owner: undefined,
      urgency: URGENCY.urgent,
      state: 'open',
      dueMs: DUE,
    });
  });

  it('several in one message have ids of their own, and later ops of the same message see them', () => {
    const owed = newOwed();
    const { thread, client, prescriber } = owed;
    const responder = prescriber.state.chainId;
    const next = thread.state.seq + 1;
    const ops = [
      withdraw(owed),
      op(OP.open, { responder, dueMs: DUE }),
      op(OP.withdraw, { obligation: next * 256 + 1 }),
    ];
    const { changes } = thread.accept(thread.message(client, { ops }));
    expect(changes.map(({ after }) => [after.id, after.state])).toEqual([
      [owed.id, 'withdrawn'],
      [obligationId(next, 1), 'open'],
      [obligationId(next, 1), 'withdrawn'],
    ]);
  });

  it('needs a responder with a row', () => {
    const owed = newOwed();
    const stranger = newPerson().state.chainId;
    expect(act(owed, owed.client, op(OP.open, { responder: stranger, dueMs: DUE }))).toBe('op_responder');
    owed.thread.accept(owed.thread.leave(owed.prescriber));
    const leaver = owed.prescriber.state.chainId;
    expect(act(owed, owed.client, op(OP.open, { responder: leaver, dueMs: DUE }))).toBe('op_responder');
  });

  it('needs a due time after the sealing time', () => {
    const { thread, client, prescriber } = newOwed();
    const responder = prescriber.state.chainId;
    const at = (dueMs: number): readonly RefusedOp[] =>
      thread.accept(thread.message(client, { ops: [op(OP.open, { responder, dueMs })] }, { tsMs: T0 + HOUR }))
        .refusedOps;
    expect(at(T0 + HOUR)).toEqual([{ index: 0, rule: 'op_not_later' }]);
    expect(at(T0 + HOUR + 1)).toEqual([]);
  });
});

describe('acknowledging', () => {
  it('names the owner and leaves the due time alone', () => {
    const owed = newOwed();
    expect(act(owed, owed.prescriber, ack(owed, owed.prescriber))).toBeUndefined();
    expect(now(owed)).toMatchObject({ state: 'acknowledged', owner: owed.prescriber.userId, dueMs: DUE });
  });

  it('may be done by a colleague of the same role, for himself or for another of the role', () => {
    const owed = newOwed();
    expect(act(owed, owed.colleague, ack(owed, owed.colleague))).toBeUndefined();
    expect(now(owed).owner).toBe(owed.colleague.userId);
    expect(act(owed, owed.colleague, ack(owed, owed.prescriber))).toBeUndefined();
    expect(now(owed).owner).toBe(owed.prescriber.userId);
  });

  it('is refused from any other role, and for an owner of another role', () => {
    const owed = newOwed();
    expect(act(owed, owed.therapist, ack(owed, owed.prescriber))).toBe('op_not_permitted');
    expect(act(owed, owed.client, ack(owed, owed.prescriber))).toBe('op_not_permitted');
    expect(act(owed, owed.prescriber, ack(owed, owed.therapist))).toBe('op_owner');
    expect(act(owed, owed.prescriber, ack(owed, newPerson()))).toBe('op_owner');
    expect(now(owed).state).toBe('open');
  });

  it('is not what reading, writing a note or answering something else does', () => {
    const owed = newOwed();
    owed.thread.accept(owed.thread.message(owed.prescriber));
    expect(now(owed)).toMatchObject({ state: 'open', owner: undefined });
  });
});

describe('waiting', () => {
  it('says until when, and does not stop the clock', () => {
    const owed = newOwed();
    expect(act(owed, owed.prescriber, wait(owed))).toBeUndefined();
    expect(now(owed)).toMatchObject({ state: 'waiting', waitUntilMs: DUE + HOUR, dueMs: DUE });
    expect(act(owed, owed.prescriber, ack(owed, owed.prescriber))).toBeUndefined();
    expect(now(owed)).toMatchObject({ state: 'acknowledged', waitUntilMs: undefined, dueMs: DUE });
  });

  it('is for the responder, until an instant that is still to come', () => {
    const owed = newOwed();
    expect(act(owed, owed.client, wait(owed))).toBe('op_not_permitted');
    expect(act(owed, owed.prescriber, wait(owed, T0))).toBe('op_not_later');
  });
});

describe('an instant that is not later than the sealing time', () => {
  it.each([
    [OP.wait, 'waiting'],
    [OP.reopen, 'open'],
  ] as const)('is refused to the millisecond: op %i', (kind, state) => {
    const owed = newOwed();
    const { thread, prescriber, client, id } = owed;
    if (kind === OP.reopen) act(owed, prescriber, answer(owed));
    const author = kind === OP.wait ? prescriber : client;
    const at = (dueMs: number): readonly RefusedOp[] =>
      thread.accept(
        thread.message(author, { ops: [op(kind, { obligation: id, dueMs })] }, { tsMs: T0 + HOUR }),
      ).refusedOps;
    expect(at(T0 + HOUR)).toEqual([{ index: 0, rule: 'op_not_later' }]);
    expect(at(T0 + HOUR + 1)).toEqual([]);
    expect(now(owed).state).toBe(state);
  });
});

describe('answering', () => {
  it.each(['prescriber', 'colleague'] as const)('is for the responder’s role: the %s may', (who) => {
    const owed = newOwed();
    expect(act(owed, owed[who], answer(owed))).toBeUndefined();
    expect(now(owed).state).toBe('answered');
  });

  it.each(['therapist', 'client'] as const)('is for the responder’s role: the %s may not', (who) => {
    const owed = newOwed();
    expect(act(owed, owed[who], answer(owed))).toBe('op_not_permitted');
    expect(now(owed).state).toBe('open');
  });

  it('happens once, and nothing acknowledges or waits afterwards', () => {
    const owed = newOwed();
    act(owed, owed.prescriber, answer(owed));
    expect(act(owed, owed.prescriber, answer(owed))).toBe('op_wrong_state');
    expect(act(owed, owed.prescriber, ack(owed, owed.prescriber))).toBe('op_wrong_state');
    expect(act(owed, owed.prescriber, wait(owed))).toBe('op_wrong_state');
    expect(act(owed, owed.client, withdraw(owed))).toBe('op_wrong_state');
    expect(act(owed, owed.client, handOver(owed, owed.colleague))).toBe('op_wrong_state');
  });

  it('names an obligation there is', () => {
    const owed = newOwed();
    expect(act(owed, owed.prescriber, op(OP.answer, { obligation: 7 }))).toBe('op_unknown_obligation');
  });
});

describe('handing over', () => {
  it('changes nothing until the new row acknowledges', () => {
    const owed = newOwed();
    const { thread, prescriber, therapist, client } = owed;
    expect(act(owed, client, handOver(owed, therapist))).toBeUndefined();
    expect(now(owed)).toMatchObject({ responder: prescriber.userId, pendingHandOver: therapist.userId });
    expect(accountableOf(thread.state, now(owed))).toBe(prescriber.userId);
    expect(act(owed, therapist, ack(owed, therapist))).toBeUndefined();
    expect(now(owed)).toMatchObject({
      responder: therapist.userId,
      responderRole: ROLE.therapist,
      owner: therapist.userId,
      pendingHandOver: undefined,
      state: 'acknowledged',
      dueMs: DUE,
    });
    expect(act(owed, prescriber, answer(owed))).toBe('op_not_permitted');
    expect(act(owed, therapist, answer(owed))).toBeUndefined();
  });

  it('is for the owner, the opener or an adder', () => {
    const owed = newOwed();
    const { prescriber, colleague, therapist, client } = owed;
    expect(act(owed, prescriber, handOver(owed, colleague))).toBe('op_not_permitted');
    act(owed, prescriber, ack(owed, prescriber));
    for (const author of [prescriber, client, therapist]) {
      expect(act(owed, author, handOver(owed, colleague))).toBeUndefined();
    }
    expect(act(owed, colleague, handOver(owed, colleague))).toBe('op_not_permitted');
  });

  it('goes to somebody with a row', () => {
    const owed = newOwed();
    expect(act(owed, owed.client, handOver(owed, newPerson()))).toBe('op_responder');
  });

  it('is not accepted by naming somebody else', () => {
    const owed = newOwed();
    act(owed, owed.client, handOver(owed, owed.therapist));
    expect(act(owed, owed.therapist, ack(owed, owed.prescriber))).toBe('op_not_permitted');
    expect(now(owed).responder).toBe(owed.prescriber.userId);
  });
});

describe('closing, withdrawing and reopening', () => {
  it('are for the opener', () => {
    const owed = newOwed();
    const { therapist, prescriber, client } = owed;
    for (const author of [therapist, prescriber])
      expect(act(owed, author, withdraw(owed))).toBe('op_not_permitted');
    act(owed, prescriber, answer(owed));
    for (const author of [therapist, prescriber])
      expect(act(owed, author, close(owed))).toBe('op_not_permitted');
    for (const author of [therapist, prescriber])
      expect(act(owed, author, reopen(owed))).toBe('op_not_permitted');
    expect(act(owed, client, close(owed))).toBeUndefined();
    expect(now(owed).state).toBe('closed');
  });

  it('are for an adder once the opener’s row is gone', () => {
    const owed = newOwed();
    const { thread, therapist, prescriber, client } = owed;
    thread.accept(thread.leave(client));
    act(owed, prescriber, answer(owed));
    expect(act(owed, prescriber, close(owed))).toBe('op_not_permitted');
    expect(act(owed, therapist, close(owed))).toBeUndefined();
  });

  it('closing comes after an answer only', () => {
    const owed = newOwed();
    expect(act(owed, owed.client, close(owed))).toBe('op_wrong_state');
    act(owed, owed.prescriber, ack(owed, owed.prescriber));
    expect(act(owed, owed.client, close(owed))).toBe('op_wrong_state');
  });

  it('reopening gives a new due time, and the question stands for the responder again', () => {
    const owed = newOwed();
    const { prescriber, client, thread } = owed;
    act(owed, prescriber, ack(owed, prescriber));
    act(owed, prescriber, answer(owed));
    expect(act(owed, client, reopen(owed, T0))).toBe('op_not_later');
    expect(act(owed, client, reopen(owed))).toBeUndefined();
    expect(now(owed)).toMatchObject({ state: 'open', owner: undefined, dueMs: DUE + HOUR });
    expect(accountableOf(thread.state, now(owed))).toBe(prescriber.userId);
    act(owed, prescriber, answer(owed));
    act(owed, client, close(owed));
    expect(act(owed, client, reopen(owed))).toBeUndefined();
  });

  it('a withdrawn obligation stays withdrawn', () => {
    const owed = newOwed();
    expect(act(owed, owed.client, withdraw(owed))).toBeUndefined();
    expect(act(owed, owed.client, reopen(owed))).toBe('op_wrong_state');
    expect(act(owed, owed.prescriber, answer(owed))).toBe('op_wrong_state');
  });
});

describe('who is accountable', () => {
  it('is the responder, then the owner, and nobody once both are gone: the answer is still owed', () => {
    const owed = newOwed();
    const { thread, prescriber, colleague, therapist, client } = owed;
    expect(accountableOf(thread.state, now(owed))).toBe(prescriber.userId);
    act(owed, colleague, ack(owed, colleague));
    expect(accountableOf(thread.state, now(owed))).toBe(colleague.userId);
    thread.accept(thread.leave(colleague));
    expect(accountableOf(thread.state, now(owed))).toBe(prescriber.userId);
    thread.accept(thread.leave(prescriber));
    thread.accept(thread.rotate(therapist));
    expect(now(owed).state).toBe('acknowledged');
    expect(accountableOf(thread.state, now(owed))).toBeUndefined();
    expect(act(owed, client, handOver(owed, therapist))).toBeUndefined();
  });
});

describe('time', () => {
  it('closes nothing: an entry sealed long after the due time changes no obligation', () => {
    const owed = newOwed();
    const before = now(owed);
    owed.thread.accept(owed.thread.message(owed.client, {}, { tsMs: T0 + YEAR - 1 }));
    expect(now(owed)).toBe(before);
  });
});
