/**
 * Every way a request can be refused, declared once: HTTP status, whether the same request may be sent again
 * unchanged, and the way to mend it. RFC 9457 problem details; sockets carry the same object in their ack.
 * Not-a-member and not-existing answer alike.
 */
interface ProblemType {
  readonly status: number;
  readonly retryable: boolean;
  readonly title: string;
  readonly mend: string;
}

export const PROBLEMS = {
  'request.malformed': {
    status: 400,
    retryable: false,
    title: 'The request does not have the agreed shape',
    mend: 'Compare it with the API page; `fields` names what does not fit.',
  },
  'request.too_large': {
    status: 413,
    retryable: false,
    title: 'The request is over the size limit',
    mend: 'Send one entry at a time, each body at most 96 KiB.',
  },
  'request.too_many': {
    status: 429,
    retryable: true,
    title: 'Too many requests',
    mend: 'Wait for `retryAfterMs`, then send again.',
  },
  'request.not_found': {
    status: 404,
    retryable: false,
    title: 'There is no such route',
    mend: 'See the API page.',
  },
  'auth.required': {
    status: 401,
    retryable: false,
    title: 'This call needs an access token',
    mend: 'Sign in with a device key and send the token.',
  },
  'auth.token_expired': {
    status: 401,
    retryable: false,
    title: 'The access token is no longer valid',
    mend: 'Refresh it or sign in again.',
  },
  'auth.challenge_invalid': {
    status: 401,
    retryable: false,
    title: 'The sign-in was not accepted',
    mend: 'Ask for a new challenge; check that the configured address equals the address this server states.',
  },
  'auth.refresh_invalid': {
    status: 401,
    retryable: false,
    title: 'The refresh token is not valid',
    mend: 'Sign in again with the device key.',
  },
  'auth.operator_required': {
    status: 401,
    retryable: false,
    title: 'This page is for the operator of the installation',
    mend: 'Give the operator token as the password; the launcher says where it is kept.',
  },
  'auth.forbidden': {
    status: 403,
    retryable: false,
    title: 'This key may not do that',
    mend: 'Use a key of the kind the API page names for this call.',
  },
  'chain.not_found': {
    status: 404,
    retryable: false,
    title: 'No such chain for you',
    mend: 'Check the id; a chain is readable only by those it concerns.',
  },
  'chain.stale_head': {
    status: 409,
    retryable: false,
    title: 'The chain has moved on',
    mend: 'Verify the missed entries, run the send gate again and rebuild the entry.',
  },
  'chain.already_exists': {
    status: 409,
    retryable: false,
    title: 'This chain exists already',
    mend: 'Read it instead of founding it.',
  },
  'chain.clock_skew': {
    status: 422,
    retryable: false,
    title: 'The sealing time is more than ten minutes off',
    mend: 'Seal again with a clock near `serverTimeMs`.',
  },
  'entry.malformed': {
    status: 422,
    retryable: false,
    title: 'The bytes are not an entry of trialogue/1',
    mend: 'Compare with the wire page; `rule` names the first rule broken.',
  },
  'entry.invalid': {
    status: 422,
    retryable: false,
    title: 'The entry breaks a rule of its chain',
    mend: '`rule` names it; fetch the chain, verify, rebuild.',
  },
  'entry.op_refused': {
    status: 422,
    retryable: false,
    title: 'An obligation op does not fit the state it acts on',
    mend: 'Look at the obligation as it stands now and decide again.',
  },
  'entry.kind_not_accepted': {
    status: 422,
    retryable: false,
    title: 'This kind of entry is not accepted here',
    mend: 'See the API page for the call that takes it.',
  },
  'organisation.founding_closed': {
    status: 403,
    retryable: false,
    title: 'Founding an organisation is not open here',
    mend: 'Send the founding token of this installation.',
  },
  'invite.used': {
    status: 409,
    retryable: false,
    title: 'This invitation has been used',
    mend: 'Ask the person who invited you for a new link.',
  },
  'invite.expired': {
    status: 410,
    retryable: false,
    title: 'This invitation is too late',
    mend: 'Ask the person who invited you for a new link.',
  },
  'invite.revoked': {
    status: 410,
    retryable: false,
    title: 'This invitation was withdrawn',
    mend: 'Ask the person who invited you for a new link.',
  },
  'invite.unknown': {
    status: 404,
    retryable: false,
    title: 'This server does not know the invitation',
    mend: 'Check that the link is whole and belongs to this server.',
  },
  'contact.unsafe_url': {
    status: 422,
    retryable: false,
    title: 'This address may not be called',
    mend: 'Use an https address that is public or allowed by the operator.',
  },
  'coverage.not_found': {
    status: 404,
    retryable: false,
    title: 'No such coverage for you',
    mend: 'Check the ids. Administrators, directors and coordinators plan; leave and swaps are written by whom they concern.',
  },
  'coverage.unusable': {
    status: 422,
    retryable: false,
    title: 'This calendar or rota cannot be used',
    mend: '`fields` names what does not fit; the page of the calendar says what each field means.',
  },
  'coverage.stale': {
    status: 409,
    retryable: false,
    title: 'Somebody has written a newer version meanwhile',
    mend: 'Read it again, decide again and name that version as the one you replace.',
  },
  'coverage.no_rota': {
    status: 409,
    retryable: false,
    title: 'There is no rota that could be changed',
    mend: 'Set the rota of this role first.',
  },
  'coverage.person_unknown': {
    status: 422,
    retryable: false,
    title: 'Somebody named here is not attested in that role of this organisation',
    mend: 'Attest him first, or name somebody of the pool; `fields` says where.',
  },
  'coverage.overlap': {
    status: 409,
    retryable: false,
    title: 'It overlaps with something of the same kind that stands already',
    mend: 'Withdraw that first, or choose another time.',
  },
  'coverage.time_over': {
    status: 422,
    retryable: false,
    title: 'That time is over',
    mend: 'Choose a time that ends in the future.',
  },
  'coverage.not_on_duty': {
    status: 409,
    retryable: false,
    title: 'The giver is not on duty in that slot all of that time',
    mend: 'Look at the shifts and swap a time that lies within one of them.',
  },
  'coverage.settled': {
    status: 409,
    retryable: false,
    title: 'This has been settled before',
    mend: 'Look at how it stands now; propose anew if need be.',
  },
  'ladder.unknown': {
    status: 404,
    retryable: false,
    title: 'There is no such version of this ladder',
    mend: 'List the ladders and name a version that is shown there.',
  },
  'ladder.unheard': {
    status: 422,
    retryable: false,
    title: 'This ladder could keep a late answer quiet',
    mend: 'Have a step tell the opener or the administrators at the due time or before, whether acknowledged or not.',
  },
  'contact.channel_unavailable': {
    status: 409,
    retryable: false,
    title: 'This installation cannot send that way',
    mend: 'Choose another way, or ask the operator to set it up.',
  },
  'contact.too_many': {
    status: 409,
    retryable: false,
    title: 'There are too many devices',
    mend: 'Remove a device that is not used any more.',
  },
  'contact.unknown_zone': {
    status: 422,
    retryable: false,
    title: 'This time zone is not known',
    mend: 'Use a name of the IANA time zone database, such as Europe/Madrid.',
  },
  'drill.not_found': {
    status: 404,
    retryable: false,
    title: 'No such drill of yours',
    mend: 'Start a drill and ask for the id it answers.',
  },
  'callback.unsigned': {
    status: 401,
    retryable: false,
    title: 'The call does not carry the agreed signature',
    mend: 'Sign timestamp and body with the callback secret, with a clock that is right.',
  },
  'service.unavailable': {
    status: 503,
    retryable: true,
    title: 'The service cannot do this just now',
    mend: 'Send the same bytes again in a moment.',
  },
  'internal.unexpected': {
    status: 500,
    retryable: true,
    title: 'Something unexpected happened',
    mend: 'Send the same bytes again; tell the operator the correlation id if it stays.',
  },
} as const satisfies Readonly<Record<string, ProblemType>>;

export type ProblemCode = keyof typeof PROBLEMS;

/** What a client may need to mend itself. Never content, never what was sent. */
export interface ProblemRepair {
  readonly rule?: string;
  readonly fields?: readonly string[];
  readonly head?: { readonly seq: number; readonly hash: string };
  readonly missed?: readonly string[];
  readonly reservedForMs?: number;
  readonly serverTimeMs?: number;
  readonly retryAfterMs?: number;
}

/** The body on the wire, `application/problem+json`. */
export interface ProblemBody {
  readonly type: string;
  readonly code: ProblemCode;
  readonly title: string;
  readonly status: number;
  readonly mend: string;
  readonly retryable: boolean;
  readonly correlationId: string;
  readonly repair?: ProblemRepair;
}

/** Thrown by services, turned into the body by the filters. The message is the code: nothing to leak. */
export class Problem extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly repair?: ProblemRepair,
  ) {
    super(code);
    this.name = 'Problem';
  }

  body(correlationId: string): ProblemBody {
    const { status, retryable, title, mend } = PROBLEMS[this.code];
    return {
      type: `urn:trialogue:problem:${this.code}`,
      code: this.code,
      title,
      status,
      mend,
      retryable,
      correlationId,
      ...(this.repair === undefined ? {} : { repair: this.repair }),
    };
  }
}
