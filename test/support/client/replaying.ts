import { REPLAY_CASES, type ReplayCase, type ReplayCaseName } from '#clinical';
import { openCase, type Player, type Scene } from './scene.js';
import { laneOf } from './shown.js';

/** A synthetic case of libs/clinical, played by real people with keys: who signs what, in which lane, in order. */
export class Replaying {
  /** What an entry is called in the script → what it is called in the chain. */
  private readonly refs = new Map<string, string>();

  private constructor(
    private readonly scene: Scene,
    readonly script: ReplayCase,
  ) {}

  static async of(scene: Scene, name: ReplayCaseName): Promise<Replaying> {
    await openCase(scene);
    return new Replaying(scene, REPLAY_CASES[name]());
  }

  moment(name: string) {
    const moment = this.script.moments.find((one) => one.name === name);
    if (moment === undefined) throw new Error(`no moment is called ${name}`);
    return moment;
  }

  /** Writes what the script has written by then and has not been written yet. */
  async playUntil(momentName: string): Promise<void> {
    const { entries } = this.moment(momentName);
    for (const entry of this.script.entries.slice(this.refs.size, entries)) {
      if (entry.content.kind !== 'valid') throw new Error('only what counts can be signed with the SDK');
      const player = this.playerOf(entry.author.role);
      await player.member.sync();
      const sent = await laneOf(player, entry.lane).post(this.inChainNames(entry.content.event));
      this.refs.set(entry.ref, sent.ref);
    }
  }

  /** What the gate is asked at that moment, as the SDK takes it. */
  question(momentName: string) {
    const { request } = this.moment(momentName);
    const { number, startsAtMs, modality, region } = request.session;
    const { template, zone } = this.script;
    return { template, zone, nowMs: request.nowMs, number, startsAt: new Date(startsAtMs), modality, region };
  }

  private playerOf(role: string): Player {
    const { therapist, prescriber, client } = this.scene;
    const player = [therapist, prescriber, client].find((one) => one.role === role);
    if (player === undefined) throw new Error(`nobody is ${role}`);
    return player;
  }

  private inChainNames(event: object): Record<string, unknown> {
    let text = JSON.stringify(event);
    for (const [scripted, real] of this.refs) text = text.replaceAll(scripted, real);
    return JSON.parse(text) as Record<string, unknown>;
  }
}
