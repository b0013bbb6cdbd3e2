/** The frozen tables of trialogue/1. A number once given is never given again; reserved ones are refused. */

/** Chain kinds; the word stands in every label of that chain. */
export const KIND = { identity: 1, organisation: 2, thread: 3 } as const;
export type Kind = (typeof KIND)[keyof typeof KIND];
export const KIND_WORD: Readonly<Record<Kind, 'identity' | 'org' | 'thread'>> = {
  1: 'identity',
  2: 'org',
  3: 'thread',
};

/** Identity records. 3–8 are reserved: DEVICE_ADD, DEVICE_REVOKE, RECOVERY_SET, RECOVER, RECOVER_DONE, STRIKE. */
export const IDENTITY = { genesis: 1, userKey: 2 } as const;
/** Organisation records. 7–9 are reserved: ROOT, RETAIN, POOL. */
export const ORGANISATION = { genesis: 1, admins: 2, attest: 3, claim: 4, revoke: 5, suspend: 6 } as const;
/** Thread records. 6–10 are reserved: GRANT, APPROVE, SEEN, FAULT, BREAK_GLASS. */
export const THREAD = { genesis: 1, rotate: 2, message: 3, leave: 4, close: 5 } as const;

export const ROLE = {
  therapist: 1,
  prescriber: 2,
  client: 3,
  coordinator: 4,
  director: 5,
  records_officer: 6,
} as const;
export type RoleName = keyof typeof ROLE;
export type Role = (typeof ROLE)[RoleName];

export const LANE = { care_team: 1, clinicians: 2 } as const;
export type LaneName = keyof typeof LANE;
export type Lane = (typeof LANE)[LaneName];

/** 2 (pool) and 3 (custodian) are reserved. */
export const HOLDER = { person: 1 } as const;

export const OP = {
  open: 1,
  ack: 2,
  wait: 3,
  answer: 4,
  hand_over: 5,
  close: 6,
  withdraw: 7,
  reopen: 8,
} as const;
export type OpName = keyof typeof OP;
export type Op = (typeof OP)[OpName];

export const URGENCY = { routine: 1, soon: 2, urgent: 3, emergent: 4 } as const;
export type UrgencyName = keyof typeof URGENCY;
export type Urgency = (typeof URGENCY)[UrgencyName];

export const ROTATE_REASON = { founding: 1, refresh: 2, members: 3, departure: 4 } as const;
export type RotateReasonName = keyof typeof ROTATE_REASON;
export const LEAVE_REASON = { unspecified: 1, care_ended: 2, handed_over: 3 } as const;
export const CLOSE_REASON = { unspecified: 1, completed: 2, transferred: 3, opened_in_error: 4 } as const;
export const REVOKE_REASON = { unspecified: 1, left_organisation: 2, licence: 3, security: 4 } as const;

/** ATTEST subjects: a person known by genesis hash, or an invite key whose CLAIM names the person later. */
export const SUBJECT = { user: 1, invite: 2 } as const;

/** Inner content types of a MESSAGE. */
export const CONTENT = { note: 1, event: 2, profile: 3 } as const;
export type ContentType = (typeof CONTENT)[keyof typeof CONTENT];

/** The name that belongs to a number of one of these tables, or undefined for a number not given. */
export function nameOf<Table extends Readonly<Record<string, number>>>(
  table: Table,
  value: number,
): keyof Table | undefined {
  return Object.keys(table).find((name) => table[name] === value);
}

/** Roles as a bit mask (bit = role number), the form of allow lists inside records. */
export function roleMask(roles: readonly Role[]): number {
  return roles.reduce((mask, role) => mask | (1 << role), 0);
}

export function inRoleMask(mask: number, role: number): boolean {
  return (mask & (1 << role)) !== 0;
}

/** Every bit that names a given role; any other bit in a record makes it malformed. */
export const ALL_ROLES_MASK = roleMask(Object.values(ROLE));
