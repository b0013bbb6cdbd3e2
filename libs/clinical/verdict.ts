/**
 * Why a well-formed event does not count. Codes are stable and may be stored and compared; words are for people.
 * Neither ever repeats anything from the payload.
 */
export const VERDICT_WORDS = {
  'authority.role_not_permitted':
    'The person who signed this does not hold a role that may decide or say this.',
  'authority.word_of_another': 'This states the word or the signature of a person who did not sign it.',
  'authority.duty_of_another': 'Only somebody who holds a duty can hand it over.',
  'lane.client_must_see': 'This concerns the client and must stand in the care-team lane.',
  'lane.client_text_missing': 'In the care-team lane this needs its own words for the client.',
  'lane.client_excluded': 'The client has no place in the clinicians lane.',
  'pair.op_not_permitted': 'This kind of entry cannot do that to an answer that is due.',
  'pair.nothing_asked': 'This entry says that no answer is asked, yet it asks for one.',
  'pair.urgency_too_low': 'This needs an answer sooner than its urgency says.',
  'pair.responder_missing': 'It does not say who owes the answer.',
  'pair.responder_not_permitted': 'The answer is asked of a role that cannot give it.',
  'pair.not_an_answer': 'What was asked cannot be answered by this kind of entry.',
  'read_back.unknown_decision': 'The read-back names no dose decision that stands before it.',
  'read_back.other_decision': 'The read-back names another dose decision.',
  'read_back.no_dose': 'The dose decision holds or stops the treatment: there is no total to read back.',
  'read_back.total_differs': 'The total that was read back differs from the one decided.',
} as const;
export type VerdictCode = keyof typeof VERDICT_WORDS;

export type Verdict =
  { readonly ok: true } | { readonly ok: false; readonly code: VerdictCode; readonly words: string };

export const PERMITTED: Verdict = { ok: true };

export function refused(code: VerdictCode): Verdict {
  return { ok: false, code, words: VERDICT_WORDS[code] };
}
