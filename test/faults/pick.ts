/** One of these, by lot. */
export function pick<Item>(items: readonly Item[], lot: () => number): Item | undefined {
  return items[Math.floor(lot() * items.length)];
}
