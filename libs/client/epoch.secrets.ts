import { openRotate, type EpochSecret, type Opened, type PersonKeys } from '#vault';
import { THREAD, parseEntry } from '#protocol';
import type { HeldThread, ThreadFact } from './held.chain.js';

interface Known {
  /** The ROTATE of each epoch. */
  readonly rotates: Map<number, ThreadFact>;
  readonly secrets: Map<number, Opened<EpochSecret>>;
  scanned: number;
}

/** Epoch secrets, opened from the wraps in the chain when first needed and kept in memory only. */
export class EpochSecrets {
  private readonly threads = new WeakMap<HeldThread, Known>();

  constructor(private readonly person: PersonKeys) {}

  /** Undefined: no such epoch in the chain. */
  of(held: HeldThread, epoch: number): Opened<EpochSecret> | undefined {
    const known = this.scan(held);
    const ready = known.secrets.get(epoch);
    if (ready !== undefined) return ready;
    const fact = known.rotates.get(epoch);
    if (fact === undefined || held.state === undefined) return undefined;
    const opened = openRotate({
      person: this.person,
      entry: parseEntry(fact.bytes),
      threadGenesisHash: held.state.genesisHash,
    });
    known.secrets.set(epoch, opened);
    return opened;
  }

  private scan(held: HeldThread): Known {
    let known = this.threads.get(held);
    // A chain that was taken back to before a bad signature is scanned anew.
    if (known === undefined || known.scanned > held.facts.length) {
      known = { rotates: new Map(), secrets: new Map(), scanned: 0 };
      this.threads.set(held, known);
    }
    for (const fact of held.facts.slice(known.scanned)) {
      if (fact.type === THREAD.rotate) known.rotates.set(fact.epoch, fact);
    }
    known.scanned = held.facts.length;
    return known;
  }
}
