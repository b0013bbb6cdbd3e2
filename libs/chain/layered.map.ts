/**
 * An immutable map whose `with` does not copy everything: a large layer that is shared and a small one that is
 * copied, merged when the small one has grown. For facts that only gather, like attestations and obligations.
 */
export class LayeredMap<Key, Value extends object> implements ReadonlyMap<Key, Value> {
  private constructor(
    private readonly base: ReadonlyMap<Key, Value>,
    private readonly top: ReadonlyMap<Key, Value>,
    readonly size: number,
  ) {}

  static empty<Key, Value extends object>(): LayeredMap<Key, Value> {
    return new LayeredMap<Key, Value>(new Map(), new Map(), 0);
  }

  get(key: Key): Value | undefined {
    return this.top.get(key) ?? this.base.get(key);
  }

  has(key: Key): boolean {
    return this.top.has(key) || this.base.has(key);
  }

  /** A map like this one in which `key` has `value`. */
  with(key: Key, value: Value): LayeredMap<Key, Value> {
    const size = this.has(key) ? this.size : this.size + 1;
    const top = new Map(this.top).set(key, value);
    if (top.size <= 16 + Math.sqrt(this.base.size)) return new LayeredMap(this.base, top, size);
    return new LayeredMap<Key, Value>(new Map([...this.base, ...top]), new Map(), size);
  }

  *entries(): MapIterator<[Key, Value]> {
    for (const [key, value] of this.base) yield [key, this.top.get(key) ?? value];
    for (const [key, value] of this.top) if (!this.base.has(key)) yield [key, value];
  }

  *keys(): MapIterator<Key> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<Value> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[Key, Value]> {
    return this.entries();
  }

  forEach(visit: (value: Value, key: Key, map: ReadonlyMap<Key, Value>) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this);
  }
}
