import { ROLE, nameOf, toHex, type Role, type RoleName } from '#protocol';

/** The attested people of one role in one organisation who share a rota. */
export interface Pool {
  readonly organisationId: Uint8Array;
  readonly role: Role;
}

export function poolKey({ organisationId, role }: Pool): string {
  return `${toHex(organisationId)}/${String(role)}`;
}

/** How the outside names the role of a pool. */
export function poolRoleName(role: Role): Exclude<RoleName, 'client'> {
  const name = nameOf(ROLE, role);
  if (name === undefined || name === 'client') throw new Error('no role whose people share a rota');
  return name;
}

/** Each pool once, as the two columns of one SQL parameter list. */
export function poolColumns(pools: readonly Pool[]): [Uint8Array[], Role[]] {
  const once = [...new Map(pools.map((pool) => [poolKey(pool), pool])).values()];
  return [once.map(({ organisationId }) => organisationId), once.map(({ role }) => role)];
}

/** Values of rows under the keys of the rows, in the order of the rows. */
export function grouped<Row, Value>(
  found: readonly Row[],
  keyOf: (row: Row) => string,
  valueOf: (row: Row) => Value,
): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const row of found) {
    const group = groups.get(keyOf(row)) ?? [];
    group.push(valueOf(row));
    groups.set(keyOf(row), group);
  }
  return groups;
}
