import {
  applyIdentity,
  applyOrganisation,
  applyThread,
  type IdentityState,
  type OrganisationState,
  type ThreadState,
  type World,
} from '#chain';
import { KIND, Problem, toHex, type Kind, type Principal } from '#protocol';
import { organisationKey, type State } from './service.double.answers.js';

export interface Chain {
  readonly kind: Kind;
  readonly entries: Uint8Array[];
  state: State | undefined;
}

/** The chains a service double holds, and what an honest one would never do to them. */
export class ChainsOfDouble implements World {
  readonly chains = new Map<string, Chain>();

  identity(userId: string): IdentityState | undefined {
    const chain = this.chains.get(userId);
    return chain?.kind === KIND.identity ? (chain.state as IdentityState) : undefined;
  }

  organisation(genesisHash: string): OrganisationState | undefined {
    return this.organisations().find((state) => toHex(state.genesisHash) === genesisHash);
  }

  thread(threadId: string): ThreadState {
    return this.chain(threadId).state as ThreadState;
  }

  chain(chainId: string): Chain {
    const chain = this.chains.get(chainId);
    if (chain === undefined) throw new Problem('chain.not_found');
    return chain;
  }

  organisations(): OrganisationState[] {
    return [...this.chains.values()].flatMap((chain) =>
      chain.kind === KIND.organisation && chain.state !== undefined ? [chain.state as OrganisationState] : [],
    );
  }
  /** What no honest service does: an entry stands in the chain whether it verifies or not. */
  force(chainId: string, bytes: Uint8Array): void {
    const chain = this.chain(chainId);
    const outcome = this.apply(chain, bytes);
    chain.entries.push(bytes);
    if (outcome.ok) chain.state = outcome.state;
  }

  /** Takes the chain back, as a restored backup or a liar would. */
  truncate(chainId: string, toSeq: number): void {
    const chain = this.chain(chainId);
    const kept = chain.entries.slice(0, toSeq);
    chain.entries.length = 0;
    chain.state = undefined;
    for (const bytes of kept) this.force(chainId, bytes);
  }

  protected apply(chain: Chain, bytes: Uint8Array) {
    switch (chain.kind) {
      case KIND.identity:
        return applyIdentity(chain.state as IdentityState | undefined, bytes);
      case KIND.organisation:
        return applyOrganisation(chain.state as OrganisationState | undefined, bytes);
      default:
        return applyThread(chain.state as ThreadState | undefined, bytes, this);
    }
  }
  /** The token of the double is the key id. */
  protected principalOf(keyId: string): Principal | undefined {
    return this.keyOf(keyId)?.principal;
  }

  protected keyOf(keyId: string): { principal: Principal; publicKey: Uint8Array } | undefined {
    for (const [chainId, { kind, state }] of this.chains) {
      if (kind === KIND.identity) {
        const device = (state as IdentityState).devices.find(({ deviceId }) => deviceId === keyId);
        if (device !== undefined) {
          return { principal: { kind: 'device', keyId, userId: chainId }, publicKey: device.signingKey };
        }
      }
      if (kind === KIND.organisation) {
        const found = organisationKey(state as OrganisationState, { keyId, organisationId: chainId });
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }
}
