import { jest } from '@jest/globals';
import { APPEND } from '#protocol';
import { SlotReservations } from '../../../src/delivery/slot-reservations.js';

describe('the line for the next place of a chain', () => {
  let slots: SlotReservations;

  beforeEach(() => {
    jest.useFakeTimers();
    slots = new SlotReservations();
  });

  afterEach(() => {
    slots.clear();
    jest.useRealTimers();
  });

  /** Notes when somebody's turn comes. */
  function watch(keyId: string, order: string[]): void {
    void slots.turn('chain', keyId).then(() => order.push(keyId));
  }

  it('nobody waits for a chain without a line, nor for another chain', async () => {
    slots.reserve('chain', 'a');
    await slots.turn('other', 'b');
    await slots.turn('chain', 'a');
  });

  it('who comes after a reservation waits until it is used', async () => {
    const order: string[] = [];
    expect(slots.reserve('chain', 'a')).toBe(APPEND.reservationMs);
    watch('b', order);
    await jest.advanceTimersByTimeAsync(APPEND.reservationMs - 1);
    expect(order).toEqual([]);
    slots.used('chain', 'a');
    await jest.advanceTimersByTimeAsync(0);
    expect(order).toEqual(['b']);
  });

  it('a place nobody takes is free after its time', async () => {
    const order: string[] = [];
    slots.reserve('chain', 'a');
    watch('b', order);
    await jest.advanceTimersByTimeAsync(APPEND.reservationMs);
    expect(order).toEqual(['b']);
  });

  it('several who lost stand in line, each with his own time', async () => {
    const order: string[] = [];
    expect(slots.reserve('chain', 'a')).toBe(APPEND.reservationMs);
    expect(slots.reserve('chain', 'b')).toBe(2 * APPEND.reservationMs);
    expect(slots.reserve('chain', 'a')).toBe(APPEND.reservationMs);
    watch('c', order);
    watch('b', order);
    await jest.advanceTimersByTimeAsync(APPEND.reservationMs);
    expect(order).toEqual(['b']);
    await jest.advanceTimersByTimeAsync(APPEND.reservationMs);
    expect(order).toEqual(['b', 'c']);
  });

  it('the line is short: whoever finds it full gets no place', () => {
    for (const keyId of ['a', 'b', 'c', 'd']) expect(slots.reserve('chain', keyId)).toBeGreaterThan(0);
    expect(slots.reserve('chain', 'e')).toBe(0);
  });

  it('only the first in line can use the place', async () => {
    const order: string[] = [];
    slots.reserve('chain', 'a');
    slots.reserve('chain', 'b');
    watch('b', order);
    slots.used('chain', 'b');
    await jest.advanceTimersByTimeAsync(APPEND.reservationMs - 1);
    expect(order).toEqual([]);
  });
});
