import { safetyFlagsDemanded, scoreScale, type ScaleResult, type ScoredScale } from '#clinical';
import { composeMessage } from './composing.js';
import type { HeldThread } from './held.chain.js';
import type { FilledForm, RecordedForm } from './judged.contract.js';
import type { SendOptions, Sent } from './sending.contract.js';
import type { Workspace } from './workspace.js';

/** A form and, where its answers demand one, its flag: both queued, both seen through. */
export async function recordForm(
  workspace: Workspace,
  held: HeldThread,
  { form: filled, options }: { readonly form: FilledForm; readonly options: Pick<SendOptions, 'onQuestion'> },
): Promise<RecordedForm> {
  const scored = scoreScale(filled.instrument, filled.items);
  const event = resultOf(filled, scored, new Date(workspace.sender.nowMs()).toISOString());
  const work = composeMessage(workspace, held, { event, options });
  const demands = safetyFlagsDemanded(event).length > 0;
  if (demands) await workspace.flags.notice(held);
  const form = await workspace.submit(held, work, options.onQuestion);
  const flag = demands ? await raise(workspace, held) : undefined;
  return { form, scored, flag };
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

/** A total is stated only where every item was answered, as a check on typing. */
function resultOf(filled: FilledForm, scored: ScoredScale, recordedAt: string): ScaleResult {
  return {
    event: 'scale_result',
    schema: 1,
    recorded_at: recordedAt,
    taken_on: filled.takenOn,
    supersedes: filled.supersedes ?? null,
    session_outcome: filled.sessionOutcome ?? null,
    instrument: filled.instrument,
    setting: filled.setting,
    method: filled.method,
    form_language: filled.formLanguage ?? null,
    items: [...filled.items],
    total: scored.kind === 'total' ? scored.total : null,
    remark: filled.remark ?? null,
    client_text: filled.clientText ?? null,
  };
}
