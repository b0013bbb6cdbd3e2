import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Part } from './script.js';
import type { InputOf, Reply, ReplyOf, Verb } from './verbs.js';

const LEAVE_MS = 5_000;

/** A participant said no. `code` is the stable code of the problem, or `unexpected`. */
export class Refusal extends Error {
  constructor(
    readonly part: Part,
    readonly verb: Verb,
    readonly code: string,
    message: string,
  ) {
    super(`${part} could not ${verb}: ${code}\n${message}`);
    this.name = 'Refusal';
  }
}

interface Waiting {
  readonly verb: Verb;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: Error) => void;
}

/** The conductor's end of one participant's process. */
export class Player {
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  private isLeaving = false;

  private constructor(
    readonly part: Part,
    private readonly child: ChildProcess,
  ) {
    child.on('message', (reply: Reply) => {
      this.settle(reply);
    });
    child.on('exit', (code, signal) => {
      this.abandon(`process ended (${signal ?? String(code)})`);
    });
  }

  static start(part: Part): Player {
    const program = fileURLToPath(new URL('./participant.js', import.meta.url));
    // Dates and bytes have to survive the way, which JSON would not do.
    return new Player(
      part,
      fork(program, [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
    );
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Errors: Refusal. */
  call<V extends Verb>(
    verb: V,
    ...[input]: InputOf<V> extends undefined ? [] : [InputOf<V>]
  ): Promise<ReplyOf<V>> {
    this.lastId += 1;
    const id = this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { verb, resolve: resolve as (value: unknown) => void, reject });
      // With a callback the channel tells of a process that has gone here, and not by an event nobody expects.
      this.child.send({ id, verb, input }, (error) => {
        if (error !== null) this.settle({ id, ok: false, code: 'unexpected', message: error.message });
      });
    });
  }

  /** Gives the key file back and ends the process; by force when it does not end. */
  async stop(): Promise<void> {
    if (this.isLeaving || this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.isLeaving = true;
    const ended = once(this.child, 'exit');
    if (this.child.connected) this.child.disconnect();
    const timer = setTimeout(() => this.child.kill('SIGKILL'), LEAVE_MS);
    await ended;
    clearTimeout(timer);
  }

  private settle(reply: Reply): void {
    const waiting = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if (waiting === undefined) return;
    if (reply.ok) waiting.resolve(reply.value);
    else waiting.reject(new Refusal(this.part, waiting.verb, reply.code, reply.message));
  }

  private abandon(why: string): void {
    for (const { verb, reject } of this.waiting.values())
      reject(new Refusal(this.part, verb, 'unexpected', why));
    this.waiting.clear();
  }
}
