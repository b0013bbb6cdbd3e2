import type { CaseState } from '../fold/case.state.js';
import type { EntryAuthor, Filed, OpenedEntry } from '../fold/opened.entry.js';
import type { UnreadEntry } from '../fold/unread.js';
import type { RoleWord } from '../vocabulary.js';
import { referTo, uuidOf, type FhirBundle, type Json } from './resource.js';

/** A member of the case as it is exported; a name only where the reader knows one. */
export interface ExportedPerson {
  readonly userId: string;
  readonly role: RoleWord;
  readonly displayName: string | null;
}

/** What proves who wrote an entry: the signature as it stands in the chain, and whose key made it. Standard base64. */
export interface EntryProof {
  readonly signature: string;
  readonly deviceId: string;
}

export interface ExportRequest {
  readonly caseId: string;
  readonly people: readonly ExportedPerson[];
  /** Both lanes as far as the reader has them, each in chain order. */
  readonly entries: readonly OpenedEntry[];
  /** By entry; what is missing is exported without a signature. */
  readonly proofs: ReadonlyMap<string, EntryProof>;
  readonly nowMs: number;
}

export interface CaseExport {
  readonly bundle: FhirBundle;
  /** Entries that do not count and so are not in the bundle: to be said beside it, never to be passed over. */
  readonly leftOut: readonly UnreadEntry[];
}

/** What every part of the export is made from. */
export interface Exporting {
  readonly request: ExportRequest;
  readonly state: CaseState;
  /** Every event that counts, by its entry. */
  readonly counted: ReadonlyMap<string, Filed>;
  /** Reference to the patient of the bundle. */
  readonly subject: Json;
}

export function personId(request: Pick<ExportRequest, 'caseId'>, userId: string): string {
  return uuidOf(`${request.caseId}/${userId}`, 'person');
}

/** The client is the patient, everybody else a practitioner. */
export function referToAuthor({ request }: Exporting, { userId }: Pick<EntryAuthor, 'userId'>): Json {
  return referTo(personId(request, userId));
}

/** Id of the resource an entry became; of one of several with `part`. */
export function resourceId({ ref }: Pick<Filed, 'ref'>, part = ''): string {
  return uuidOf(ref, part);
}

/** A reference to the resource an entry became, when that entry counts. */
export function referToEntry({ counted }: Exporting, ref: string | null): Json | undefined {
  return ref !== null && counted.has(ref) ? referTo(uuidOf(ref)) : undefined;
}

/** The same for several, without those that do not count. */
export function referToEntries(exporting: Exporting, refs: readonly (string | null)[]): readonly Json[] {
  return refs.flatMap((ref) => referToEntry(exporting, ref) ?? []);
}
