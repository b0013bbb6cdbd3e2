import { safetyFlagsDemanded, type ClinicalEvent } from '#clinical';
import { composeMessage } from './composing.js';
import type { HeldThread } from './held.chain.js';
import type { SendOptions, Sent } from './sending.contract.js';
import type { EventInput } from './timeline.contract.js';
import type { Work } from './queue.js';
import type { Workspace } from './workspace.js';

/**
 * The one way an event leaves: judged, queued, seen through. Where its answers demand a safety_flag, the flag goes with
 * it, whatever the event was written with: a form, the account of a session, an answer to a question.
 */
export async function postEvent(
  workspace: Workspace,
  held: HeldThread,
  { event, options }: { readonly event: EventInput; readonly options: SendOptions },
): Promise<Sent> {
  const work = composeMessage(workspace, held, { event, options });
  if (!demandsFlag(work)) return workspace.submit(held, work, options.onQuestion);
  await workspace.flags.notice(held);
  const sent = await workspace.submit(held, work, options.onQuestion);
  const flag = await raise(workspace, held);
  return flag === undefined ? sent : { ...sent, flag };
}

/** What is composed was judged to be an event. */
function demandsFlag(work: Work): boolean {
  return work.kind === 'message' && safetyFlagsDemanded(work.content as ClinicalEvent).length > 0;
}

/** Undefined when a sync that ran meanwhile has raised it already. */
async function raise(workspace: Workspace, held: HeldThread): Promise<Sent | undefined> {
  let last: Sent | undefined;
  for (const flag of workspace.flags.owedIn(held)) {
    last = await workspace.submitAlarm(held, flag);
  }
  await workspace.flags.forgetDone(held);
  return last;
}
