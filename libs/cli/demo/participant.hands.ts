import type { Lane, SendOptions, Sent } from '#client';
import type { Member } from '../session.js';
import { onlyCase } from './participant.mind.js';
import type { Asking, InputOf } from './verbs.js';

/** What a participant does: the only case there is, the SDK's own calls. */

export function note(member: Member, { lane, text, ...rest }: InputOf<'note'>): Promise<Sent> {
  const place = laneOf(member, lane);
  return place.note(text, optionsOf(place, rest));
}

export function post(member: Member, { lane, event, answers = [], ...rest }: InputOf<'post'>): Promise<Sent> {
  const place = laneOf(member, lane);
  const acts = answers.map((obligation) => ({ act: 'answer', obligation }) as const);
  return place.post(event, { ...optionsOf(place, rest), acts });
}

export function acknowledge(member: Member, { ref, ...options }: InputOf<'acknowledge'>): Promise<Sent> {
  return member.acknowledge(ref, options);
}

export function answer(member: Member, { ref, ask, ...content }: InputOf<'answer'>): Promise<Sent> {
  const place = laneOf(member, member.obligation(ref).lane);
  return member.answer(ref, { ...content, ...optionsOf(place, { ...(ask === undefined ? {} : { ask }) }) });
}

function laneOf(member: Member, name: Lane['lane']): Lane {
  return onlyCase(member).lane(name);
}

interface Sending {
  readonly ask?: readonly Asking[];
  readonly urgency?: SendOptions['urgency'];
}

/** Due times count from the moment of sealing. */
function optionsOf(lane: Lane, { ask = [], urgency }: Sending): SendOptions {
  return {
    ...(urgency === undefined ? {} : { urgency }),
    ask: ask.map(({ role, dueInMs }) => ({
      responder: holderOf(lane, role),
      dueAt: new Date(Date.now() + dueInMs),
    })),
  };
}

function holderOf(lane: Lane, role: Asking['role']): string {
  const row = lane.roster().find((one) => one.role === role);
  if (row === undefined) throw new Error(`nobody is ${role} in the ${lane.lane} lane`);
  return row.userId;
}
