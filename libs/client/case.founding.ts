import { applyThread, nextRoster, type RowWish, type ThreadState } from '#chain';
import { sealRotate } from '#vault';
import {
  KIND,
  LANE,
  LENGTH,
  Problem,
  ROLE,
  THREAD,
  encodeThreadGenesis,
  parseEntry,
  parseRotate,
  parseThreadGenesis,
  fromBase64Url,
  roleMask,
  toBase64Url,
  toHex,
  type CaseId,
  type Lane,
  type ProblemRepair,
  type Role,
  type RoleName,
  type ThreadGenesis,
} from '#protocol';
import { z } from 'zod';
import type { OpenCaseOptions } from './member.contract.js';
import { fromJsonBytes, jsonBytes } from './owner.js';
import { requireUserId, rowWish, type PersonWish } from './people.js';
import { ClientProblem } from './problem.js';
import { wordOf } from './reader.js';
import { problemOf } from './sealing.js';
import type { Workspace } from './workspace.js';

const DEFAULT_ADDERS: readonly RoleName[] = ['therapist', 'prescriber'];
const DEFAULT_RETENTION_DAYS = 3650;
const ALL_ROLES: readonly Role[] = Object.values(ROLE);

/** A founding whose bytes are stored before they leave: sent again unchanged until the service has taken it. */
const foundingSchema = z.strictObject({ threadId: z.string(), genesis: z.string(), rotate: z.string() });
type Founding = z.infer<typeof foundingSchema>;
const FOUNDING_KEY = /^founding\/[0-9a-f]{32}$/u;

interface Plan {
  readonly caseId: Uint8Array;
  readonly client: RowWish;
  readonly clientGenesis: Uint8Array;
  readonly clinicians: readonly RowWish[];
  readonly options: OpenCaseOptions;
}

/** Founds both lanes of a new case. */
export async function foundCase(workspace: Workspace, options: OpenCaseOptions): Promise<CaseId> {
  const plan = await makePlan(workspace, options);
  const foundings = [LANE.care_team, LANE.clinicians].map((lane) => sealLane(workspace, plan, lane));
  await workspace.write(
    foundings.map((founding) => ({ key: `founding/${founding.threadId}`, value: jsonBytes(founding) })),
  );
  for (const founding of foundings) await send(workspace, founding);
  return toHex(plan.caseId) as CaseId;
}

/** Finishes foundings that were interrupted. */
export async function resumeFoundings(workspace: Workspace): Promise<void> {
  const stored = await workspace.parts.store.load();
  for (const [key, value] of stored) {
    if (FOUNDING_KEY.test(key)) await send(workspace, foundingSchema.parse(fromJsonBytes(value)));
  }
}

async function makePlan(workspace: Workspace, options: OpenCaseOptions): Promise<Plan> {
  const { ledger, me } = workspace;
  const others = options.clinicians.map((person) =>
    typeof person === 'string' ? { userId: person } : person,
  );
  const named: readonly PersonWish[] = [{ userId: options.client, role: 'client' }, ...others];
  await workspace.refreshPeople(named.map(({ userId }) => requireUserId(userId)));
  const nowMs = workspace.sender.nowMs();
  const limits = { nowMs, ...(options.rowsForMs === undefined ? {} : { rowsForMs: options.rowsForMs }) };
  const [client, ...clinicians] = [...named, { userId: me }].map((person) => rowWish(ledger, person, limits));
  const clientGenesis = ledger.identity(options.client)?.genesisHash;
  if (client === undefined || clientGenesis === undefined) throw new ClientProblem('person.unknown');
  if (clinicians.some(({ userId, role }) => userId === client.userId || role === ROLE.client)) {
    throw new ClientProblem('person.client_in_clinicians_lane');
  }
  const caseId = crypto.getRandomValues(new Uint8Array(LENGTH.id));
  return { caseId, client, clientGenesis, clinicians, options };
}

function sealLane(workspace: Workspace, plan: Plan, lane: Lane): Founding {
  const wishes = lane === LANE.clinicians ? plan.clinicians : [plan.client, ...plan.clinicians];
  return sealThread(workspace, terms(plan, lane), wishes);
}

function sealThread(workspace: Workspace, record: ThreadGenesis, wishes: readonly RowWish[]): Founding {
  const { person } = workspace.parts;
  const tsMs = workspace.sender.nowMs();
  const genesis = person.device.signEntry(
    {
      kind: KIND.thread,
      type: THREAD.genesis,
      chainId: new Uint8Array(LENGTH.id),
      seq: 1,
      prevHash: new Uint8Array(LENGTH.hash),
      authorUser: person.userId,
      tsMs,
    },
    encodeThreadGenesis(record),
  );
  const founded = applyThread(undefined, genesis.bytes, workspace.ledger);
  if (!founded.ok) throw problemOf(founded.verdict);
  const rotate = sealFirstRoster(workspace, founded.state, { wishes, tsMs });
  return {
    threadId: toHex(founded.state.chainId),
    genesis: toBase64Url(genesis.bytes),
    rotate: toBase64Url(rotate),
  };
}

/** The clinicians lane names the client, so that no roster can ever hold him, in any role. */
function terms(plan: Plan, lane: Lane): ThreadGenesis {
  const clinicians = lane === LANE.clinicians;
  const zeros = new Uint8Array(LENGTH.hash);
  return {
    random: crypto.getRandomValues(new Uint8Array(LENGTH.id)),
    caseId: plan.caseId,
    lane,
    allowedRoles: roleMask(clinicians ? ALL_ROLES.filter((role) => role !== ROLE.client) : ALL_ROLES),
    adderRoles: roleMask((plan.options.adders ?? DEFAULT_ADDERS).map((name) => ROLE[name])),
    clientApproval: false,
    retentionDays: plan.options.retentionDays ?? DEFAULT_RETENTION_DAYS,
    predecessorGenesis: zeros,
    predecessorHead: zeros,
    clientGenesis: clinicians ? plan.clientGenesis : zeros,
  };
}

function sealFirstRoster(
  workspace: Workspace,
  state: ThreadState,
  { wishes, tsMs }: { readonly wishes: readonly RowWish[]; readonly tsMs: number },
): Uint8Array {
  const { person } = workspace.parts;
  const roster = nextRoster(state, workspace.ledger, { nowMs: tsMs, put: wishes });
  if (!roster.ok) throw problemOf(roster.verdict);
  const { entry } = sealRotate({
    signer: person.device,
    threadGenesisHash: state.genesisHash,
    place: {
      chainId: state.chainId,
      seq: 2,
      prevHash: state.head,
      authorUser: person.userId,
      tsMs,
    },
    roster,
    userKeys: roster.publicKeys,
  });
  const outcome = applyThread(state, entry.bytes, workspace.ledger);
  if (!outcome.ok) throw problemOf(outcome.verdict);
  return entry.bytes;
}

async function send(workspace: Workspace, founding: Founding): Promise<void> {
  const skew = await offer(workspace, founding);
  if (skew !== undefined && !(await stands(workspace, founding))) {
    if (!workspace.sender.setClock(skew.serverTimeMs)) throw new Problem('chain.clock_skew', skew);
    await send(workspace, await resealed(workspace, founding));
    return;
  }
  const held = workspace.ledger.ensure('thread', founding.threadId);
  for (const bytes of [founding.genesis, founding.rotate].map(fromBase64Url)) {
    await workspace.catchUp.own(held, bytes);
  }
  await workspace.write([{ key: `founding/${founding.threadId}`, value: undefined }]);
}

/** It was taken before, and only the answer got lost: whatever the clock says now, it is founded. */
async function stands(workspace: Workspace, { threadId, genesis }: Founding): Promise<boolean> {
  const [page] = await workspace.parts.connection.sync([{ chainId: threadId, afterSeq: 0 }]);
  return page?.entries[0] === genesis;
}

/** Undefined: the thread stands. Otherwise the service's clock, by which it has to be sealed again. */
async function offer(
  workspace: Workspace,
  { genesis, rotate }: Founding,
): Promise<ProblemRepair | undefined> {
  try {
    await workspace.parts.connection.call('foundThread', { body: { genesis, rotate } });
    return undefined;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === 'chain.already_exists') return undefined;
    if (error.code !== 'chain.clock_skew') throw error;
    return error.repair ?? {};
  }
}

/** The same lane for the same people, sealed anew: the one before it was never taken. */
async function resealed(workspace: Workspace, founding: Founding): Promise<Founding> {
  const genesis = parseThreadGenesis(parseEntry(fromBase64Url(founding.genesis)).body);
  const { rows } = parseRotate(parseEntry(fromBase64Url(founding.rotate)).body);
  const nowMs = workspace.sender.nowMs();
  const wishes = rows.map(({ holderId, role, expiresMs }) => ({
    ...rowWish(workspace.ledger, { userId: toHex(holderId), role: wordOf(ROLE, role) }, { nowMs }),
    expiresMs,
  }));
  const random = crypto.getRandomValues(new Uint8Array(LENGTH.id));
  const again = sealThread(workspace, { ...genesis, random }, wishes);
  await workspace.write([
    { key: `founding/${founding.threadId}`, value: undefined },
    { key: `founding/${again.threadId}`, value: jsonBytes(again) },
  ]);
  return again;
}
