import { io, type Socket } from 'socket.io-client';
import { applyIdentity, applyOrganisation, entryHashOf, type OrganisationState } from '#chain';
import {
  CONTENT,
  FOUNDING_HEADER,
  KIND,
  LENGTH,
  ORGANISATION,
  PREFIX,
  ROLE,
  ROUTES,
  SOCKET_EVENT,
  SUBJECT,
  URGENCY,
  encodeAttest,
  encodeClaim,
  fromBase64Url,
  parseUserKey,
  toBase64Url,
  toHex,
  type EntryAppendedEvent,
  type Role,
  type RouteName,
  type SessionReply,
} from '#protocol';
import { createIdentity, createInvite, createOrganisation, openInvite, sealMessage } from '#vault';
import { foundThread, type BenchPerson } from './world.js';
import type { Room, Rooms } from './rooms.js';

const YEAR_MS = 365 * 24 * 3_600_000;
const ROLES: readonly Role[] = [ROLE.therapist, ROLE.prescriber, ROLE.client];
/** 200 characters: 256 bytes padded, the same payload the peer carries. */
const NOTE = { event: 'note', schema: 1, text: 'm'.repeat(190) };

interface Signing {
  readonly keyId: Uint8Array;
  signIn(request: { origin: string; challenge: Uint8Array; expiresAtMs: number }): Uint8Array;
}

/** Rooms of Trialogue: every member is a person with keys of his own, enrolled by an invitation, on a socket of his own. */
export class TrialogueRooms implements Rooms {
  private readonly sockets: Socket[] = [];

  constructor(
    private readonly url: string,
    private readonly foundingToken: string,
  ) {}

  private async call<Reply>(
    route: RouteName,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const { method, path } = ROUTES[route];
    const response = await fetch(`${this.url}${PREFIX}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${route}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Reply;
  }

  private async signIn(signer: Signing): Promise<Record<string, string>> {
    const keyId = toHex(signer.keyId);
    const asked = await this.call<{ challenge: string; expiresAtMs: number }>('createChallenge', { keyId });
    const signature = signer.signIn({
      origin: this.url,
      challenge: fromBase64Url(asked.challenge),
      expiresAtMs: asked.expiresAtMs,
    });
    const session = await this.call<SessionReply>('createSession', {
      keyId,
      ...asked,
      signature: toBase64Url(signature),
    });
    return { authorization: `Bearer ${session.accessToken}` };
  }

  async open(count: number, progress: (line: string) => void): Promise<Room[]> {
    const tsMs = Date.now();
    const founded = createOrganisation({ name: 'Bench', tsMs });
    await this.call(
      'foundOrganisation',
      { genesis: toBase64Url(founded.genesis.bytes), admins: toBase64Url(founded.admins.bytes) },
      { [FOUNDING_HEADER]: this.foundingToken },
    );
    const organisation = new GrowingOrganisation(founded, await this.signIn(founded.keys.admin));
    const rooms: Room[] = [];
    for (let index = 0; index < count; index += 1) {
      if (index % 20 === 0) progress(`enrolling people: room ${index} of ${count}`);
      const people: BenchPerson[] = [];
      for (const role of ROLES) people.push(await this.enrol(organisation, role));
      rooms.push(await this.found(people, organisation.state));
    }
    return rooms;
  }

  private async enrol(organisation: GrowingOrganisation, role: Role): Promise<BenchPerson> {
    const { keys } = organisation.founded;
    const tsMs = Date.now();
    const invite = createInvite({
      organisationId: keys.organisationId,
      organisationGenesisHash: keys.genesisHash,
      inviterGenesisHash: keys.genesisHash,
      publicUrl: this.url,
    });
    const attest = keys.admin.signEntry(
      organisation.place(ORGANISATION.attest, tsMs),
      encodeAttest({
        subjectKind: SUBJECT.invite,
        subject: invite.publicKey,
        role,
        pool: new Uint8Array(LENGTH.id),
        validToMs: tsMs + YEAR_MS,
        claimByMs: tsMs + 3_600_000,
      }),
    );
    organisation.take(attest.bytes);
    await this.call(
      'appendEntry',
      { chainId: toHex(keys.organisationId), entry: toBase64Url(attest.bytes) },
      organisation.token,
    );
    const invitation = openInvite(invite.link());
    const accepted = invitation.ok ? invitation.value.accept(organisation.founded.genesis.bytes) : invitation;
    if (!accepted.ok) throw new Error(`own invitation refused: ${accepted.fault}`);
    const made = createIdentity({ displayName: 'Somebody', tsMs });
    const claim = accepted.value.signEntry(
      organisation.place(ORGANISATION.claim, tsMs),
      encodeClaim({ attestHash: entryHashOf(attest), genesisHash: made.person.genesisHash }),
    );
    organisation.take(claim.bytes);
    await this.call(
      'enrol',
      {
        genesis: toBase64Url(made.genesis.bytes),
        userKey: toBase64Url(made.userKey.bytes),
        claim: toBase64Url(claim.bytes),
      },
      await this.signIn(accepted.value),
    );
    const first = applyIdentity(undefined, made.genesis.bytes);
    const state = first.ok ? applyIdentity(first.state, made.userKey.bytes) : first;
    if (!state.ok) throw new Error('own identity refused');
    return {
      keys: made.person,
      userKey: parseUserKey(made.userKey.body).publicKey,
      state: state.state,
      role,
      basis: entryHashOf(claim),
    };
  }

  private async found(people: readonly BenchPerson[], organisation: OrganisationState): Promise<Room> {
    const thread = foundThread(people, organisation, Date.now());
    const [author] = people;
    if (author === undefined) throw new Error('a room needs people');
    const tokens = await Promise.all(people.map(({ keys }) => this.signIn(keys.device)));
    await this.call(
      'foundThread',
      { genesis: toBase64Url(thread.genesis.bytes), rotate: toBase64Url(thread.rotate.bytes) },
      tokens[0],
    );
    const members = await Promise.all(tokens.map((token) => this.connect(token)));
    return this.room(people, members, thread);
  }

  private async connect(token: Record<string, string>): Promise<Socket> {
    const socket = io(this.url, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      auth: { token: token['authorization']?.replace('Bearer ', '') },
    });
    this.sockets.push(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    return socket;
  }

  private room(
    people: readonly BenchPerson[],
    members: readonly Socket[],
    thread: ReturnType<typeof foundThread>,
  ): Room {
    const chainId = toHex(thread.threadId);
    let seq = 2;
    let prevHash = entryHashOf(thread.rotate);
    let turn = 0;
    return {
      send: async () => {
        const at = turn % people.length;
        turn += 1;
        const author = people[at];
        const socket = members[at];
        if (author === undefined || socket === undefined) throw new Error('nobody to write');
        const startedAt = performance.now();
        const entry = sealMessage({
          signer: author.keys.device,
          epoch: thread.epoch,
          place: {
            chainId: thread.threadId,
            seq: seq + 1,
            prevHash,
            authorUser: author.keys.userId,
            tsMs: Date.now(),
          },
          urgency: URGENCY.routine,
          plaintext: { contentType: CONTENT.note, content: NOTE },
        });
        const others = members.filter((member) => member !== socket);
        const seen = Promise.all(others.map((member) => nextPush(member, seq + 1)));
        const reply = (await socket.emitWithAck(SOCKET_EVENT.entryAppend, {
          chainId,
          entry: toBase64Url(entry.bytes),
        })) as { ok: boolean };
        if (!reply.ok) throw new Error(`append refused: ${JSON.stringify(reply)}`);
        await seen;
        seq += 1;
        prevHash = entryHashOf(entry);
        return performance.now() - startedAt;
      },
    };
  }

  close(): void {
    for (const socket of this.sockets) socket.disconnect();
  }
}

function nextPush(member: Socket, seq: number): Promise<void> {
  return new Promise((resolve) => {
    const hear = (event: EntryAppendedEvent): void => {
      if (event.seq !== seq) return;
      member.off(SOCKET_EVENT.entryAppended, hear);
      resolve();
    };
    member.on(SOCKET_EVENT.entryAppended, hear);
  });
}

/** The organisation chain as it grows while people are invited and join. */
class GrowingOrganisation {
  state: OrganisationState;

  constructor(
    readonly founded: ReturnType<typeof createOrganisation>,
    readonly token: Record<string, string>,
  ) {
    const genesis = applyOrganisation(undefined, founded.genesis.bytes);
    if (!genesis.ok) throw new Error('own organisation refused');
    this.state = genesis.state;
    this.take(founded.admins.bytes);
  }

  place(type: number, tsMs: number) {
    const { chainId, seq, head } = this.state;
    return {
      kind: KIND.organisation,
      type,
      chainId,
      seq: seq + 1,
      prevHash: head,
      authorUser: chainId,
      tsMs,
    };
  }

  take(bytes: Uint8Array): void {
    const outcome = applyOrganisation(this.state, bytes);
    if (!outcome.ok) throw new Error('own entry refused');
    this.state = outcome.state;
  }
}
