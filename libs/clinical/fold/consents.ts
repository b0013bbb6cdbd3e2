import type { ConsentRecorded } from '../event.registry.js';
import type { Filed } from './opened.entry.js';
import { EMPTY_MAP, put, valueOf, type SortedMap } from './sorted.map.js';

type ConsentScope = ConsentRecorded['scopes'][number];

/**
 * Consent scope by scope, in chain order (consent stands in the care-team lane alone). A record speaks for the scopes it
 * names and takes away those the record it replaces had and it has not.
 */
export interface Consents {
  readonly byRef: SortedMap<Filed<ConsentRecorded>>;
  readonly scopes: SortedMap<ConsentStand>;
}

/**
 * What was said last about one scope. `dropped`: the record was replaced by one that no longer names the scope.
 * `contradicted`: consent was given by a record that does not name the refusal or withdrawal before it, so that its
 * author may not have known of it; a "no" is never undone in passing.
 */
export interface ConsentStand {
  readonly record: Filed<ConsentRecorded>;
  readonly dropped: boolean;
  readonly contradicted: boolean;
}

export const NO_CONSENT: Consents = { byRef: EMPTY_MAP, scopes: EMPTY_MAP };

export function recordConsent(consents: Consents, record: Filed<ConsentRecorded>): Consents {
  const { event, ref } = record;
  let { scopes } = consents;
  const replaced = event.supersedes === null ? undefined : valueOf(consents.byRef, event.supersedes);
  for (const scope of replaced?.event.scopes ?? []) {
    const stand = valueOf(scopes, scope);
    if (stand?.record.ref === replaced?.ref && stand !== undefined) {
      scopes = put(scopes, scope, { ...stand, dropped: true });
    }
  }
  for (const scope of event.scopes) {
    scopes = put(scopes, scope, { record, dropped: false, contradicted: contradicts(scopes, scope, event) });
  }
  return { byRef: put(consents.byRef, ref, record), scopes };
}

export function consentTo(consents: Consents, scope: ConsentScope): ConsentStand | undefined {
  return valueOf(consents.scopes, scope);
}

function contradicts(
  scopes: SortedMap<ConsentStand>,
  scope: ConsentScope,
  { action, supersedes }: ConsentRecorded,
): boolean {
  const before = valueOf(scopes, scope);
  if (before === undefined || action !== 'given' || before.record.ref === supersedes) return false;
  return before.contradicted || before.record.event.action !== 'given';
}
