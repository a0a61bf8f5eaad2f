import { sleep, type IWebhookFunctions } from 'n8n-workflow';
import type { EngineEvent } from '../../shared/delivery';
import type { Wait } from './wait';
import { deliveryState, isBefore, isForSame, listWaits, type ListedWait } from './wait-registry';

/** The engine waits 10 s for a response. */
const LONGEST_MS = 8_000;
const POLL_MS = 250;

export type Verdict = 'mine' | 'not mine' | 'not known yet';

/**
 * Whether an event is the answer to this wait. It is if it quotes the wait's message or votes in its poll, or if it
 * quotes no open question and this is the oldest open question to that person. If an older one is still open, this
 * waits for its verdict, so that two executions never accept the same answer.
 */
export async function whoseAnswer(
  context: IWebhookFunctions,
  wait: Wait,
  event: EngineEvent,
): Promise<Verdict> {
  const about = event.data.in_reply_to_message_id;
  if (about === wait.messageId) return isEmptyVote(event) ? 'not mine' : 'mine';
  if (event.type === 'poll.voted') return 'not mine';
  const deadline = Date.now() + LONGEST_MS;
  for (;;) {
    const waits = await listWaits(context);
    const own = waits.find(({ webhookId }) => webhookId === wait.webhookId);
    if (!own) return 'not mine';
    if (own.answeredBy) return own.answeredBy === event.id ? 'mine' : 'not mine';
    // The filter knows a person by phone number, who may also write in a group: that is a different chat.
    if (own.filter.from && event.data.is_group === true) return 'not mine';
    const others = waits.filter((each) => each !== own && isForSame(each, own));
    if (others.some(({ answeredBy }) => answeredBy === event.id)) return 'not mine';
    if (about && others.some((each) => each.isOpen && each.messageId === about)) return 'not mine';
    const older = others.filter((each) => each.isOpen && isBefore(each, own));
    const late = Date.now() > deadline;
    const verdict = await afterOlder(context, older, event, late);
    if (verdict !== 'not known yet' || late) return verdict;
    await sleep(POLL_MS);
  }
}

/** The verdict while these older questions are open. */
async function afterOlder(
  context: IWebhookFunctions,
  older: ListedWait[],
  event: EngineEvent,
  late: boolean,
): Promise<Verdict> {
  if (older.length === 0) return 'mine';
  const states = await Promise.all(older.map(({ webhookId }) => deliveryState(context, webhookId, event.id)));
  // If one cannot be reached, n8n may be restarting: give it some time to go first.
  const isOpen = states.some((state) => state === 'under way' || (state === 'unreachable' && !late));
  if (isOpen) return 'not known yet';
  if (!states.includes('accepted')) return 'mine';
  // Accepted, perhaps as its answer. It notes that before it responds, so the note is visible now.
  const waits = await listWaits(context);
  return waits.some(({ answeredBy }) => answeredBy === event.id) ? 'not mine' : 'mine';
}

/** A withdrawn vote. */
function isEmptyVote({ type, data }: EngineEvent): boolean {
  return type === 'poll.voted' && Array.isArray(data.options) && data.options.length === 0;
}
