import {
  ClientProblem,
  Member,
  type KeyStore,
  type MemberSession,
  type StoreChange,
  type Transport,
} from '#client';
import { Problem } from '#protocol';
import type { Player } from './scene.js';
import type { ServiceDouble } from './service.double.js';

/** One run of a program: after its death nothing it still tries reaches the disk or the service. */
class Life {
  dead = false;
  offline = false;

  constructor(
    private readonly disk: KeyStore,
    private readonly service: ServiceDouble,
  ) {}

  get store(): KeyStore {
    return {
      load: () => this.disk.load(),
      write: (changes: readonly StoreChange[]) =>
        this.dead ? Promise.reject(new Died()) : this.disk.write(changes),
      close: () => Promise.resolve(),
    };
  }

  private requireLine(): void {
    if (this.dead || this.offline) throw new ClientProblem('connection.unreachable');
  }

  get transport(): Transport {
    const real = this.service.transport();
    return {
      request: async (url, request) => {
        this.requireLine();
        const reply = await real.request(url, request);
        this.requireLine();
        return reply;
      },
      live: (url, handlers) => real.live(url, handlers),
    };
  }
}

class Died extends Error {}

/** A player whose program can die and whose line can be cut at any moment. */
export class Mortal {
  private life: Life;

  private constructor(
    private readonly service: ServiceDouble,
    private readonly player: Player,
  ) {
    this.life = new Life(player.store, service);
  }

  static async of(service: ServiceDouble, player: Player): Promise<Mortal> {
    const mortal = new Mortal(service, player);
    await mortal.crash();
    return mortal;
  }

  get member(): MemberSession {
    return this.player.member;
  }

  get userId(): string {
    return this.player.member.userId;
  }

  async crash(): Promise<void> {
    this.life.dead = true;
    this.life = new Life(this.player.store, this.service);
    const { store, transport } = this.life;
    this.player.member = await Member.open({ store, transport, patienceMs: 0 });
  }

  setOffline(offline: boolean): void {
    this.life.offline = offline;
  }

  /** Whatever a person tries; refusals of the SDK and the service are answers, anything else is a fault. */
  async attempt(deed: (member: MemberSession) => Promise<unknown>): Promise<void> {
    try {
      await deed(this.member);
    } catch (error) {
      const answer = error instanceof ClientProblem || error instanceof Problem || error instanceof Died;
      if (!answer) throw error;
    }
  }
}
