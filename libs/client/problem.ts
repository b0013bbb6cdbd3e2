/**
 * Everything the SDK itself refuses or cannot do. What the server refuses arrives as `Problem` of the protocol,
 * with its code and repair data. Messages never carry content, names or keys.
 */
export const CLIENT_PROBLEMS = {
  'connection.unreachable': 'The service cannot be reached',
  'connection.timeout': 'The service did not answer in time',
  'connection.unexpected_reply': 'The service answered something that is not of trialogue/1',
  'link.malformed': 'This is not a whole invitation link',
  'link.foreign': 'This link belongs to another service than the one that is configured',
  'link.pin_mismatch': 'The organisation or the inviter is not the one the link names',
  'link.not_invited': 'The verified chain of the organisation does not hold this invitation',
  'link.used': 'The verified chain of the organisation shows that this invitation has been claimed',
  'link.expired': 'This invitation is too late',
  'link.revoked': 'This invitation was withdrawn',
  'store.not_empty': 'This key store belongs to somebody already',
  'store.empty': 'This key store holds nobody yet',
  'store.other_kind': 'This key store belongs to another kind of session',
  'store.locked': 'Another process is using this key store',
  'store.wrong_passphrase': 'The passphrase does not open this key store',
  'store.corrupt': 'The key store is damaged or was altered',
  'store.not_found': 'There is no key store at this place',
  'store.closed': 'The key store has been closed',
  'case.unknown': 'There is no such case here',
  'lane.unknown': 'This case has no such lane here',
  'lane.frozen': 'This lane is frozen: what the service served does not verify',
  'lane.waiting': 'This lane waits for something the service has not served yet',
  'lane.ambiguous':
    'Two threads claim to be this lane of the case: the one that is not meant has to be closed or left',
  'lane.closed': 'This lane is closed',
  'lane.no_row': 'I am not, or no longer, in this lane',
  'lane.not_permitted': 'My role may not do that in this lane',
  'person.unknown': 'Nobody here is known and attested under that id',
  'person.name_invalid': 'A display name has 1 to 200 characters',
  'person.not_in_lane': 'This person has no row in this lane',
  'person.client_in_clinicians_lane': 'The client of the case never gets a row in the clinicians lane',
  'obligation.unknown': 'There is no such obligation here',
  'obligation.op_does_not_fit': 'The obligation is not in a state for that, or I may not do it',
  'obligation.wait_too_long': 'One waits on somebody else for at most two business days',
  'event.invalid': 'The event does not have the fields its type asks for',
  'event.not_authorised': 'My role may not write an event of this type',
  'event.not_read_back': 'This does not read back the dose decision it names',
  'event.wrong_pair': 'This event may not travel with these obligation ops or this urgency',
  'chain.frozen': 'A chain that is needed for this is frozen',
  'chain.missing': 'A chain that is needed for this could not be fetched',
  'send.author_needed': 'Something came in between that the author should see before this is sent',
  'send.exhausted': 'Others kept writing; the draft is kept',
  'send.refused': 'The service refused the entry; the draft is kept',
  'draft.unknown': 'There is no such draft',
} as const;

export type ClientProblemCode = keyof typeof CLIENT_PROBLEMS;

export interface ClientProblemDetail {
  /** Names of fields, rules or states, never values. */
  readonly fields?: readonly string[];
  readonly rule?: string;
  /** Ids of the threads that claim to be the same lane. */
  readonly threads?: readonly string[];
  /** The draft that was kept. */
  readonly draftId?: string;
}

/** Thrown by the SDK. `message` is a sentence for people; `code` is stable for programs. */
export class ClientProblem extends Error {
  constructor(
    readonly code: ClientProblemCode,
    readonly detail: ClientProblemDetail = {},
    options?: ErrorOptions,
  ) {
    super(CLIENT_PROBLEMS[code], options);
    this.name = 'ClientProblem';
  }
}
