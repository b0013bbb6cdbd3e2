import { hash, headCodeOf, safetyNumberOf } from '#chain';
import { LENGTH, allLabels } from '#protocol';
import { Secret } from '../../libs/vault/secret.js';
import { derive } from '../../libs/vault/sodium.js';
import { boxVectors } from './boxes.js';
import { assemble, signInVector, type Company } from './cast.js';
import { careTeamLane, cliniciansLane } from './conversation.js';
import { plain, type Plain } from './scribe.js';

/** Every label's hash and derivation over the same fixed input. */
function labelVectors(): Plain {
  const input = new Uint8Array(LENGTH.hash).map((_, index) => index);
  const key = new Uint8Array(LENGTH.secret).map((_, index) => 255 - index);
  const labels = allLabels().map((label) => {
    const derived = derive(new Secret('sharedSecret', key.slice()), label, {
      name: 'aeadKey',
      context: [input],
    });
    return { label, H: hash(label, input), KDF: derived.reveal() };
  });
  return plain({ input, key, labels });
}

function codeVectors(company: Company, head: Uint8Array): Plain {
  const genesisHashes = [company.therapist, company.client, company.prescriber].map(
    ({ person }) => person.keys.genesisHash,
  );
  return plain({
    safetyNumber: { genesisHashes, digits: safetyNumberOf(genesisHashes) },
    headCode: { headHash: head, digits: headCodeOf(head) },
  });
}

/** What stands in each frozen file, made anew by the current code from the same fixed draws. */
export function frozenFiles(): Readonly<Record<string, Plain>> {
  const company = assemble();
  const thread = cliniciansLane(company);
  const boxes = boxVectors(company, thread);
  const conversation = careTeamLane(company);
  const { cast } = company;
  return {
    'labels.json': labelVectors(),
    'identity.json': { people: cast.people, entries: plain(cast.identities.vectors) },
    'organisation.json': { entries: plain(cast.organisations.vectors) },
    'invite.json': cast.invites,
    'thread.json': thread.vector(),
    'conversation.json': conversation.vector(),
    'boxes.json': boxes,
    'sign-in.json': signInVector(),
    'codes.json': codeVectors(company, conversation.thread.chain.head),
  };
}

export function spelled(content: Plain): string {
  return `${JSON.stringify(content, null, 1)}\n`;
}
