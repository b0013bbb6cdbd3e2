/**
 * A sorted map that is never changed: putting gives a new map that shares all but a few nodes with the old one, so
 * that one more entry costs the logarithm of how many there are. The shape of the tree depends on the keys alone and
 * not on the order they came in (a treap whose ranks are hashes of the keys): two maps with the same content are equal
 * node by node, whatever their history.
 */
export interface SortedMap<Value> {
  readonly root: Node<Value> | null;
}

interface Node<Value> {
  readonly key: string;
  readonly value: Value;
  readonly rank: number;
  readonly left: Node<Value> | null;
  readonly right: Node<Value> | null;
}

type Tree<Value> = Node<Value> | null;

/** The map that holds nothing. */
export const EMPTY_MAP: SortedMap<never> = { root: null };

export function valueOf<Value>(map: SortedMap<Value>, key: string): Value | undefined {
  let node = map.root;
  while (node !== null && node.key !== key) node = key < node.key ? node.left : node.right;
  return node?.value;
}

/** The map with `value` under `key`, in place of what was there. */
export function put<Value>(map: SortedMap<Value>, key: string, value: Value): SortedMap<Value> {
  return { root: insert(map.root, { key, value, rank: rankOf(key), left: null, right: null }) };
}

/** The map without `key`; the very same map when it was not there. */
export function without<Value>(map: SortedMap<Value>, key: string): SortedMap<Value> {
  return valueOf(map, key) === undefined ? map : { root: remove(map.root, key) };
}

/** Values in ascending order of their keys; only of keys that begin with `prefix` when one is given. */
export function* valuesIn<Value>(map: SortedMap<Value>, prefix = ''): Generator<Value, void> {
  yield* walk(map.root, prefix);
}

/** The value with the highest key; only among keys that begin with `prefix` when one is given. */
export function lastIn<Value>(map: SortedMap<Value>, prefix = ''): Value | undefined {
  let node = map.root;
  let found: Tree<Value> = null;
  while (node !== null) {
    if (node.key > prefix && !node.key.startsWith(prefix)) {
      node = node.left;
    } else {
      if (node.key.startsWith(prefix)) found = node;
      node = node.right;
    }
  }
  return found?.value;
}

function* walk<Value>(node: Tree<Value>, prefix: string): Generator<Value, void> {
  if (node === null) return;
  const within = node.key.startsWith(prefix);
  if (within || node.key > prefix) yield* walk(node.left, prefix);
  if (within) yield node.value;
  if (within || node.key < prefix) yield* walk(node.right, prefix);
}

function insert<Value>(tree: Tree<Value>, added: Node<Value>): Node<Value> {
  if (tree === null) return added;
  if (added.key < tree.key) {
    const left = insert(tree.left, added);
    if (!isAbove(left, tree)) return branch(tree, left, tree.right);
    return branch(left, left.left, branch(tree, left.right, tree.right));
  }
  if (added.key === tree.key) return branch(added, tree.left, tree.right);
  const right = insert(tree.right, added);
  if (!isAbove(right, tree)) return branch(tree, tree.left, right);
  return branch(right, branch(tree, tree.left, right.left), right.right);
}

/** The entry of `of` over other branches. Written out: copying by spread costs several times as much here. */
function branch<Value>(of: Node<Value>, left: Tree<Value>, right: Tree<Value>): Node<Value> {
  return { key: of.key, value: of.value, rank: of.rank, left, right };
}

function remove<Value>(tree: Tree<Value>, key: string): Tree<Value> {
  if (tree === null) return null;
  if (tree.key === key) return join(tree.left, tree.right);
  return key < tree.key
    ? branch(tree, remove(tree.left, key), tree.right)
    : branch(tree, tree.left, remove(tree.right, key));
}

/** Every key of `left` is lower than every key of `right`. */
function join<Value>(left: Tree<Value>, right: Tree<Value>): Tree<Value> {
  if (left === null) return right;
  if (right === null) return left;
  return isAbove(left, right)
    ? branch(left, left.left, join(left.right, right))
    : branch(right, join(left, right.left), right.right);
}

function isAbove(a: Node<unknown>, b: Node<unknown>): boolean {
  return a.rank === b.rank ? a.key < b.key : a.rank > b.rank;
}

/** FNV-1a over the characters, then the finaliser of MurmurHash3: near keys must not get near ranks. */
function rankOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
