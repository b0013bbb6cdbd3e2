import { parseEvent } from '#clinical';
import { CONTENT, type ThreadId } from '#protocol';
import type { Draft } from './member.contract.js';
import type { QueueItem } from './queue.js';
import { urgencyName } from './reader.js';

/** What a person sees of his unsent message; work the SDK does by itself is not his to see. */
export function draftOf(item: QueueItem): Draft | undefined {
  const { work } = item;
  if (item.automatic || work.kind !== 'message') return undefined;
  const parsed = parseEvent(work.content);
  if (parsed.kind !== 'event' || work.contentType === CONTENT.profile) return undefined;
  return {
    draftId: item.id,
    threadId: item.threadId as ThreadId,
    createdAt: new Date(item.createdAtMs),
    state: item.state,
    problem: item.problem as Draft['problem'],
    content: parsed.event.event === 'note' ? { note: parsed.event.text } : { event: parsed.event },
    urgency: urgencyName(work.urgency),
  };
}
