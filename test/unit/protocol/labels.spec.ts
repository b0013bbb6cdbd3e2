import { allLabels, kindLabel } from '#protocol';

describe('labels', () => {
  it('are unique, so that no hash, key or signature can be taken for another', () => {
    const labels = allLabels();
    expect(new Set(labels).size).toBe(labels.length);
  });

  it('all carry the suite', () => {
    for (const label of allLabels()) expect(label.startsWith('trialogue/1/')).toBe(true);
  });

  it('of one purpose differ between the kinds of chain', () => {
    expect(kindLabel('sig', 1)).toBe('trialogue/1/sig/identity');
    expect(kindLabel('sig', 2)).toBe('trialogue/1/sig/org');
    expect(kindLabel('sig', 3)).toBe('trialogue/1/sig/thread');
  });
});
