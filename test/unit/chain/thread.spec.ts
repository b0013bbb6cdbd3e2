import { rowOf } from '#chain';
import { OP, ROLE } from '#protocol';
import { HOUR, T0, newCase, op } from '../../support/chain.factories.js';
import { newKey } from '../../support/chain.signer.js';

const refusedBy = (rule: string): object => ({ ok: false, verdict: { kind: 'invalid', rule } });

describe('CLOSE', () => {
  it('is written by an adder only, and once', () => {
    const { thread, therapist, client } = newCase();
    expect(thread.apply(thread.close(client))).toEqual(refusedBy('adder_needed'));
    expect(thread.accept(thread.close(therapist)).state.closed).toBe(true);
    expect(thread.apply(thread.close(therapist))).toEqual(refusedBy('thread_closed'));
  });

  it.each([
    ['open', []],
    ['acknowledged', [OP.ack]],
    ['waiting', [OP.ack, OP.wait]],
  ])('is refused while an answer is owed: %s', (_state, kinds) => {
    const { thread, therapist, prescriber, client } = newCase();
    const responder = prescriber.state.chainId;
    const asked = thread.message(client, { ops: [op(OP.open, { responder, dueMs: T0 + HOUR })] });
    const obligation = thread.accept(asked).changes[0]?.after.id ?? 0;
    const fields = { [OP.ack]: { obligation, responder }, [OP.wait]: { obligation, dueMs: T0 + HOUR } };
    for (const kind of kinds) {
      const { refusedOps } = thread.accept(thread.message(prescriber, { ops: [op(kind, fields[kind])] }));
      expect(refusedOps).toEqual([]);
    }
    expect(thread.apply(thread.close(therapist))).toEqual(refusedBy('obligations_open'));
    thread.accept(thread.message(prescriber, { ops: [op(OP.answer, { obligation })] }));
    expect(thread.apply(thread.close(therapist)).ok).toBe(true);
  });

  it('leaves room for LEAVE and ROTATE', () => {
    const { thread, therapist, client } = newCase();
    thread.accept(thread.close(therapist));
    thread.accept(thread.leave(client));
    const { state } = thread.accept(thread.rotate(therapist));
    expect(state).toMatchObject({ closed: true, epoch: 2 });
  });
});

describe('LEAVE', () => {
  it('keeps the row, marked, until the next ROTATE, and changes nobody else', () => {
    const { thread, client, therapist } = newCase();
    const { state, author } = thread.accept(thread.leave(client));
    expect(author?.userId).toBe(client.userId);
    expect(rowOf(state, client.userId)?.left).toBe(true);
    expect(rowOf(state, therapist.userId)?.left).toBe(false);
    expect(thread.apply(thread.leave(client))).toEqual(refusedBy('author_left'));
  });
});

describe('what is told of an accepted entry', () => {
  it('is its author’s row, by which his authority is judged when it is opened', () => {
    const { thread, prescriber } = newCase();
    const { author, entry, entryHash } = thread.accept(thread.message(prescriber));
    expect(author).toMatchObject({ userId: prescriber.userId, role: ROLE.prescriber });
    expect(entry.header.seq).toBe(3);
    expect(entryHash).toEqual(thread.state.head);
  });
});

describe('a device that is not active at the stated head', () => {
  it('writes neither a MESSAGE nor a ROTATE', () => {
    const { thread, therapist } = newCase();
    const posing = { authorDevice: newKey().keyId };
    expect(thread.apply(thread.message(therapist, {}, posing))).toEqual(refusedBy('device_not_active'));
    expect(thread.apply(thread.rotate(therapist, undefined, posing))).toEqual(refusedBy('device_not_active'));
  });
});
