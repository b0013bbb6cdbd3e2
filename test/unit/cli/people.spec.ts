import { findPerson, type Candidate } from '../../../libs/cli/people.js';

const person = (userId: string, role: Candidate['role'], displayName?: string, me = false): Candidate => ({
  userId: userId.padEnd(32, '0'),
  role,
  displayName,
  me,
});
const ann = person('aaaa1111', 'therapist', 'Ann', true);
const ben = person('bbbb2222', 'prescriber', 'Ben');
const cora = person('bbbb3333', 'prescriber', 'Cora');
const dan = person('cccc4444', 'client');

describe('a person on the command line', () => {
  it.each([
    ['bbbb2222', ben],
    ['BBBB22', ben],
    ['ben', ben],
    ['client', dan],
    ['me', ann],
  ])('can be %p', (query, found) => {
    expect(findPerson(query, [ann, ben, cora, dan])).toBe(found);
  });

  it('is never guessed among several, and the message lists them', () => {
    expect(() => findPerson('prescriber', [ann, ben, cora])).toThrow(/several.*bbbb2222 Ben.*bbbb3333 Cora/u);
    expect(() => findPerson('bbbb', [ben, cora])).toThrow(/several/u);
  });

  it('is never me by my role: nobody asks themselves by accident', () => {
    expect(() => findPerson('therapist', [ann, ben])).toThrow(/nobody here/u);
  });

  it('with several attestations is still one person', () => {
    const alsoDirector = { ...ben, role: 'director' } as const;
    expect(findPerson('bbbb2222', [ben, alsoDirector]).userId).toBe(ben.userId);
  });
});
