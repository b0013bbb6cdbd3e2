import type { World } from '#chain';
import { CONTENT, LANE, LENGTH, ROLE, ROTATE_REASON, URGENCY, roleMask, type Entry } from '#protocol';
import { openRotate, type EpochSecret, type Opened } from '#vault';
import { platformRandomness } from '../../../libs/vault/randomness.js';
import { assemble, type Company } from '../../vectors/cast.js';
import { Thread, type Person, type Seat } from '../../vectors/story.js';
import { bytesOf, verifiedIdentity, verifiedOrganisation, worldOf } from './verified.js';

/** Therapist, client and prescriber in a care-team lane, sealed with the platform's own randomness. */
export interface Scene extends Company {
  readonly thread: Thread;
  readonly seats: readonly Seat[];
}

export function openScene(company: Company = assemble()): Scene {
  const seats = [company.therapist, company.client, company.prescriber];
  const genesis = {
    random: platformRandomness(LENGTH.id),
    caseId: platformRandomness(LENGTH.id),
    lane: LANE.care_team,
    allowedRoles: roleMask(Object.values(ROLE)),
    adderRoles: roleMask([ROLE.therapist, ROLE.prescriber]),
    clientApproval: false,
    retentionDays: 3650,
    predecessorGenesis: new Uint8Array(LENGTH.hash),
    predecessorHead: new Uint8Array(LENGTH.hash),
    clientGenesis: new Uint8Array(LENGTH.hash),
  };
  const thread = new Thread(company.therapist.person, genesis, company.cast.tick());
  const change = { seats, reason: ROTATE_REASON.founding, tsMs: company.cast.tick() };
  thread.rotate(company.therapist.person, change, platformRandomness);
  return { ...company, thread, seats };
}

/** A note in that thread, with fresh randomness. */
export function note({ thread, cast }: Scene, author: Person, text: string): Entry {
  const plaintext = { contentType: CONTENT.note, content: { type: 'note', text } };
  return thread.say(author, { plaintext, urgency: URGENCY.routine, tsMs: cast.tick() }, platformRandomness);
}

export function epochOf({ thread }: Scene, person: Person, seq: number): Opened<EpochSecret> {
  const threadGenesisHash = thread.chain.genesisHash;
  return openRotate({ person: person.keys, entry: thread.chain.at(seq), threadGenesisHash });
}

/** The value, or an error naming the fault: for steps a test does not doubt. */
export function valueOf<Value>(opened: Opened<Value>): Value {
  if (!opened.ok) throw new Error(opened.fault);
  return opened.value;
}

export function worldOfScene({ seats, cover, coordinator, practice, team }: Scene): World {
  const people = [...new Set([...seats, cover, coordinator].map(({ person }) => person))];
  return worldOf(
    people.map(({ chain }) => verifiedIdentity(bytesOf(chain.entries))),
    [practice, team].map(({ chain }) => verifiedOrganisation(bytesOf(chain.entries))),
  );
}

/** A copy with one bit turned. */
export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}
