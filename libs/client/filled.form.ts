import { scoreScale, type ScaleResult, type ScoredScale } from '#clinical';
import type { HeldThread } from './held.chain.js';
import type { FilledForm, RecordedForm } from './judged.contract.js';
import { postEvent } from './posting.js';
import type { SendOptions } from './sending.contract.js';
import type { Workspace } from './workspace.js';

/** A form, scored, with the flag its answers demand. */
export async function recordForm(
  workspace: Workspace,
  held: HeldThread,
  { form: filled, options }: { readonly form: FilledForm; readonly options: Pick<SendOptions, 'onQuestion'> },
): Promise<RecordedForm> {
  const scored = scoreScale(filled.instrument, filled.items);
  const event = resultOf(filled, scored, new Date(workspace.sender.nowMs()).toISOString());
  const form = await postEvent(workspace, held, { event, options });
  return { form, scored, flag: form.flag };
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
