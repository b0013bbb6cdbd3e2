import { OP, ROLE, toHex, type Ladder, type Role, type Urgency } from '#protocol';
import { ClinicPool, rotaOf, weekly } from './clinic.pool.js';
import { openMovableDatabase, type OpenedMovableDatabase } from './database.js';
import { FoldedThread } from './folded.thread.js';
import { obligationRoom, type HappenedRow, type ObligationRoom } from './rooms.js';

const HOUR_MS = 3_600_000;

/** Questions to a prescriber that are not answered, on a clock that can be moved; people have names. */
export class EscalationScene {
  /** Of everybody who can be told, by id in hex. */
  readonly names = new Map<string, string>();
  readonly room: ObligationRoom;
  private current: { readonly thread: FoldedThread; readonly pool: ClinicPool } | undefined;

  private constructor(readonly opened: OpenedMovableDatabase) {
    this.room = obligationRoom(opened.source);
  }

  static async begin(): Promise<EscalationScene> {
    return new EscalationScene(await openMovableDatabase());
  }

  async close(): Promise<void> {
    await this.opened.close();
  }

  /** Before each test: a thread and a pool of their own, nothing owed, nobody told. */
  async beginAnew(): Promise<void> {
    const { source } = this.opened;
    await source.query(
      `TRUNCATE obligation, obligation_history, undelivered_notice, ladder, ladder_approval, update_window, outbox, rota
       CASCADE`,
    );
    const thread = await new FoldedThread(source).project();
    this.current = { thread, pool: new ClinicPool(source, ROLE.prescriber, thread.organisationId) };
    this.names.clear();
    for (const who of ['therapist', 'prescriber', 'client'] as const) {
      this.names.set(thread[who].userId, who);
    }
    this.names.set(toHex(thread.organisationId), 'administrators');
  }

  get thread(): FoldedThread {
    return this.begun().thread;
  }

  get pool(): ClinicPool {
    return this.begun().pool;
  }

  private begun(): NonNullable<EscalationScene['current']> {
    if (this.current === undefined) throw new Error('no test has begun');
    return this.current;
  }

  /** The therapist asks the prescriber; whom that told is forgotten. */
  async open(urgency: Urgency, dueInMs = 4 * HOUR_MS): Promise<number> {
    const { therapist, prescriber } = this.thread;
    const aheadMs = await this.opened.clock.aheadMs();
    const given = { responder: prescriber, dueInMs: dueInMs + aheadMs, urgency };
    const { applied, id } = this.thread.open(therapist, given);
    await this.room.mirrored(applied);
    await this.room.forgetNotices();
    return id;
  }

  async attested(name: string, role: Role): Promise<Uint8Array> {
    const id = await this.pool.attest(role);
    this.names.set(toHex(id), name);
    return id;
  }

  /** A first and a second on duty, always. */
  async onDuty(): Promise<void> {
    const primary = await this.attested('primary', ROLE.prescriber);
    const secondary = await this.attested('secondary', ROLE.prescriber);
    await this.pool.writeRota(rotaOf([weekly([primary])], [weekly([secondary])]));
  }

  async writeLadder(urgency: Urgency, content: Ladder, approve: boolean): Promise<void> {
    const { organisationId } = this.thread;
    const about = { organisationId, urgency };
    await this.room.transactions.run(async (tx) => {
      const version = await this.room.ladders.add(tx, { ...about, content, writtenBy: organisationId });
      if (approve) await this.room.ladders.approve(tx, { ...about, version, approvedBy: organisationId });
    });
  }

  /** Lets time pass and the engine look; answers whom that told what. */
  async after(ms: number): Promise<string[]> {
    const before = (await this.told()).length;
    await this.opened.clock.advance(ms);
    await this.room.newEngine().run();
    return (await this.told()).slice(before);
  }

  /** Everybody told of an answer so far, as "who: what". */
  async told(): Promise<string[]> {
    const notices = await this.room.notices();
    return notices
      .filter(({ reason }) => reason !== 'update')
      .map(({ reason, recipientId }) => `${this.names.get(recipientId) ?? recipientId}: ${reason}`);
  }

  async ack(id: number): Promise<void> {
    const { prescriber } = this.thread;
    await this.room.mirrored(
      this.thread.say(prescriber, [{ op: OP.ack, obligation: id, responder: prescriber }]),
    );
  }

  historyOf(id: number): Promise<HappenedRow[]> {
    return this.room.history(this.thread.threadIdBytes, id);
  }
}
