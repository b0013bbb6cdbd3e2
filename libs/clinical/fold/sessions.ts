import type { IntegrationDone, SessionOutcome, SessionStartCheck } from '../event.registry.js';
import { currentOf, isContested, rootOf, type Accounts } from './accounts.js';
import type { CaseState } from './case.state.js';
import { isOf, placeKey, type Filed } from './opened.entry.js';
import { valueOf } from './sorted.map.js';

/** One session as its last account tells it. */
export interface Session {
  readonly outcome: Filed<SessionOutcome>;
  /** Two accounts replace the same one: their authors have not seen each other's. */
  readonly contested: boolean;
  /** Something was taken; otherwise it was called off or broken off before the first dose. */
  readonly dosed: boolean;
  /** Contacts that were held after it, earliest first. */
  readonly contacts: readonly Filed<IntegrationDone>[];
  /** The dose decision it was held under had been displaced before it began. */
  readonly underDisplacedDecision: boolean;
}

/** Every session, by its start. */
export function sessionsOf(state: CaseState): readonly Session[] {
  const { accounts } = state;
  const lastByRoot = new Map<string, Filed<SessionOutcome>>();
  for (const outcome of currentOf(accounts, 'session_outcome')) {
    lastByRoot.set(rootOf(accounts, outcome), outcome);
  }
  const contacts = contactsByRoot(accounts);
  return [...lastByRoot]
    .map(([root, outcome]) => ({
      outcome,
      contested: isContested(accounts, outcome),
      dosed: outcome.event.dosing.taken.length > 0,
      contacts: contacts.get(root) ?? [],
      underDisplacedDecision: isUnderDisplaced(state, outcome),
    }))
    .sort((a, b) => byStart(a.outcome, b.outcome));
}

/** Go was given for these, and no account says how they went. */
export function unfiledStarts({ accounts }: CaseState): readonly Filed<SessionStartCheck>[] {
  const starts = currentOf(accounts, 'session_start_check').filter(({ event }) => event.result === 'go');
  const outcomes = currentOf(accounts, 'session_outcome');
  return starts.filter(
    ({ event: start }) =>
      !outcomes.some(
        ({ event: outcome }) =>
          outcome.session_number === start.session_number &&
          Date.parse(outcome.ended_at) >= Date.parse(start.checked_at),
      ),
  );
}

function byStart(a: Filed<SessionOutcome>, b: Filed<SessionOutcome>): number {
  const earlier = Date.parse(a.event.started_at) - Date.parse(b.event.started_at);
  return earlier !== 0 ? earlier : placeKey(a.place) < placeKey(b.place) ? -1 : 1;
}

function contactsByRoot(accounts: Accounts): ReadonlyMap<string, readonly Filed<IntegrationDone>[]> {
  const contacts = new Map<string, Filed<IntegrationDone>[]>();
  for (const contact of currentOf(accounts, 'integration_done')) {
    if (contact.event.result !== 'held') continue;
    const outcome = valueOf(accounts.byRef, contact.event.session_outcome);
    const root = outcome === undefined ? contact.event.session_outcome : rootOf(accounts, outcome);
    const known = contacts.get(root);
    if (known === undefined) contacts.set(root, [contact]);
    else known.push(contact);
  }
  return contacts;
}

function isUnderDisplaced({ dose }: CaseState, { event }: Filed<SessionOutcome>): boolean {
  const fate = valueOf(dose.fates, event.decision);
  const later = fate === undefined ? undefined : valueOf(dose.byRef, fate.by);
  return later !== undefined && later.place.atMs <= Date.parse(event.started_at);
}

/** Harm, as an event of its own or as part of a session's account. */
export interface Harm {
  readonly ref: string;
  readonly serious: boolean;
  readonly occurredAt: string;
  readonly what: string;
  readonly over: boolean;
  readonly fatal: boolean;
}

/** All harm that was reported and not replaced, earliest first. */
export function harmOf(state: CaseState): readonly Harm[] {
  const reports = currentOf(state.accounts, 'adverse_event').map(({ ref, event }) => ({
    ref,
    serious: event.serious_because.length > 0,
    occurredAt: event.occurred_at,
    what: event.what,
    over: event.ended_at !== null || event.outcome === 'recovered',
    fatal: event.outcome === 'death',
  }));
  const inSessions = sessionsOf(state).flatMap(({ outcome }) => harmIn(outcome));
  return [...reports, ...inSessions].sort((a, b) => Date.parse(a.occurredAt) - Date.parse(b.occurredAt));
}

function harmIn(filed: Filed): Harm[] {
  if (!isOf(filed, 'session_outcome') || filed.event.adverse_event === null) return [];
  const { serious, occurred_at: occurredAt, what, resolved } = filed.event.adverse_event;
  return [{ ref: filed.ref, serious, occurredAt, what, over: resolved, fatal: false }];
}
