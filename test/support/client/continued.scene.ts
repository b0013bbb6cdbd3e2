import type { CaseView } from '#client';
import { Insider } from './insider.js';
import { Replaying } from './replaying.js';
import { newScene, type Player, type Scene } from './scene.js';
import { laneOf, syncAll } from './shown.js';
import { rowWishOf } from './wishes.js';

const MORNING = 'the morning of the first session';

export function caseOf(player: Player): CaseView {
  const [only] = player.member.cases();
  if (only === undefined) throw new Error('no case here');
  return only;
}

/** A case that is ready for its first session, whose care-team lane somebody carries on in a later thread. */
export class ContinuedScene {
  private constructor(
    readonly scene: Scene,
    readonly replaying: Replaying,
    /** The thread of the lane before anybody carries it on. */
    readonly threadId: string,
  ) {}

  static async of(): Promise<ContinuedScene> {
    const scene = await newScene();
    const replaying = await Replaying.of(scene, 'course-completed');
    await replaying.playUntil(MORNING);
    await syncAll([scene.therapist, scene.prescriber, scene.client]);
    return new ContinuedScene(scene, replaying, laneOf(scene.client).threadId);
  }

  get everybody(): readonly Player[] {
    return [this.scene.therapist, this.scene.prescriber, this.scene.client];
  }

  get question() {
    return this.replaying.question(MORNING);
  }

  /** What a later thread states to go on from the newest entry. */
  predecessor(threadId: string = this.threadId) {
    const { genesisHash, head } = this.scene.service.thread(threadId);
    return { predecessorGenesis: genesisHash, predecessorHead: head };
  }

  /** A later thread for these people (default: all three); answers its id. */
  async carryOn(
    founder: Player,
    { from = this.predecessor(), people = this.everybody }: CarryingOn = {},
  ): Promise<string> {
    const insider = await Insider.of(this.scene.service, founder);
    const put = people.map(({ member }) => rowWishOf(this.scene.service, member.userId));
    return insider.foundBeside(this.threadId, put, from);
  }

  async sync(): Promise<void> {
    await syncAll(this.everybody);
  }

  /** The verdict for the first session, with the code and the entry of every reason. */
  gate(player: Player) {
    const { verdict, checks, further } = caseOf(player).gate(this.question);
    const reasons = [...Object.values(checks), ...further].flatMap((check) => check.reasons);
    return { verdict, because: reasons.map(({ code }) => code), reasons };
  }
}

interface CarryingOn {
  readonly from?: ReturnType<ContinuedScene['predecessor']>;
  readonly people?: readonly Player[];
}
