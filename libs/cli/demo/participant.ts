import { ClientProblem, Member as Members } from '#client';
import { FileStore } from '#client/file';
import { Problem } from '#protocol';
import type { Member } from '../session.js';
import { ObservedTransport } from './observed.transport.js';
import { enterCase, openCase, see, transcript, verify } from './participant.sight.js';
import { redFlags } from './participant.flags.js';
import { gate, record, standing } from './participant.mind.js';
import { probe } from './participant.probe.js';
import { acknowledge, answer, note, post } from './participant.hands.js';
import { CANARIES } from './script.js';
import type { InputOf, JoinInput, Reply, ReplyOf, Request, Verb } from './verbs.js';

/**
 * One person of the demo, in a process of their own: own key file, own verified chains. The conductor says what to do
 * and hears what was seen; it never holds a key. PATIENCE_MS is long because the chaos run takes the service away.
 */
const PATIENCE_MS = 60_000;
const transport = new ObservedTransport(CANARIES);
let present: Member | undefined;

type Handlers = { readonly [V in Verb]: (input: InputOf<V>) => ReplyOf<V> | Promise<ReplyOf<V>> };

const handlers: Handlers = {
  join,
  openCase: (input) => openCase(me(), input),
  enterCase: (input) => enterCase(me(), input),
  note: (input) => note(me(), input),
  post: (input) => post(me(), input),
  acknowledge: (input) => acknowledge(me(), input),
  answer: (input) => answer(me(), input),
  close: ({ ref }) => me().closeObligation(ref),
  see: ({ sent }) => see(me(), sent),
  standing: (input) => standing(me(), input),
  gate: (input) => gate(me(), input),
  redFlags: (input) => redFlags(me(), input),
  record: (input) => record(me(), input),
  owes: () => me().owes().map(dueOf),
  owed: () => me().owed().map(dueOf),
  transcript: () => transcript(me()),
  verify: () => verify(me()),
  deliveries: () => me().deliveries(),
  probe: ({ threadId }) => probe(transport, me(), threadId),
  traffic: () => transport.traffic(),
  ping: async () => {
    await me().sync();
    return null;
  },
  leave: async () => {
    await present?.close();
    return null;
  },
};

/** Interrupted by a restart of the service it is simply called again: the store knows how far it came. */
async function join({ link, name, email, keyFile, passphrase }: JoinInput): Promise<ReplyOf<'join'>> {
  const store = await FileStore.openOrCreate({ path: keyFile, passphrase });
  const { member, recoveryWords } = await Members.join({
    link,
    displayName: name,
    store,
    transport,
    patienceMs: PATIENCE_MS,
  });
  present = member;
  await member.contacts.setEmail(email);
  await member.connect();
  return { userId: member.userId, words: recoveryWords.length };
}

function me(): Member {
  if (present === undefined) throw new Error('not joined yet');
  return present;
}

function dueOf({
  ref,
  state,
  overdue,
  responderRole,
}: ReturnType<Member['owes']>[number]): ReplyOf<'owes'>[number] {
  return { ref, state, overdue, responderRole };
}

async function perform(request: Request): Promise<Reply> {
  const handler = handlers[request.verb] as (input: unknown) => unknown;
  try {
    return { id: request.id, ok: true, value: await handler(request.input) };
  } catch (error) {
    const code = error instanceof ClientProblem || error instanceof Problem ? error.code : 'unexpected';
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { id: request.id, ok: false, code, message };
  }
}

/** With a callback a conductor who has gone is no error here: `disconnect` ends this process anyway. */
function tell(reply: Reply): void {
  if (process.connected) process.send?.(reply, undefined, undefined, () => undefined);
}

process.on('message', (request: Request) => {
  void perform(request).then(tell);
});
// The conductor is gone: nothing is left to do, and nothing may stay behind.
process.on('disconnect', () => {
  void (present?.close() ?? Promise.resolve()).finally(() => process.exit(0));
});
