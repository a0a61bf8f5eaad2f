import { sleep, type IWebhookFunctions } from 'n8n-workflow';
import type { EngineEvent } from '../../BlueticksTrigger/engine-event';
import { isBefore, isForSame, type ListedWait, type Wait } from './wait';
import { deliveryState, listWaits } from './wait-registry';

/** The engine waits 10 s for an answer. */
const LONGEST_MS = 8_000;
const LOOK_MS = 250;

export type Verdict = 'mine' | 'not mine' | 'not known yet';

/**
 * Whether what a person said is the answer to this wait: it quotes the wait's message or votes in its poll, or it
 * quotes none that is waited for and this is the first open question to that person. Where an earlier question is
 * open, this waits for what that one makes of it: two executions never take the same answer.
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
    // A person is known by the phone number, and may also write in a group: that is another chat.
    if (own.filter.from && event.data.is_group === true) return 'not mine';
    const others = waits.filter((each) => each !== own && isForSame(each.filter, own.filter));
    if (others.some(({ answeredBy }) => answeredBy === event.id)) return 'not mine';
    if (about && others.some((each) => each.isOpen && each.messageId === about)) return 'not mine';
    const before = others.filter((each) => each.isOpen && isBefore(each, own));
    const late = Date.now() > deadline;
    const verdict = await afterThose(context, before, event, late);
    if (verdict !== 'not known yet' || late) return verdict;
    await sleep(LOOK_MS);
  }
}

/** The verdict when these were asked before and are still open. */
async function afterThose(
  context: IWebhookFunctions,
  before: ListedWait[],
  event: EngineEvent,
  late: boolean,
): Promise<Verdict> {
  if (before.length === 0) return 'mine';
  const states = await Promise.all(
    before.map(({ webhookId }) => deliveryState(context, webhookId, event.id)),
  );
  // Of one that cannot be reached at this moment, n8n is perhaps restarting: it gets a little time to be first.
  const isOpen = states.some((state) => state === 'under way' || (state === 'unreachable' && !late));
  if (isOpen) return 'not known yet';
  if (!states.includes('taken')) return 'mine';
  // Taken, and perhaps as its answer: that is noted before, so it is there to be seen now.
  const waits = await listWaits(context);
  return waits.some(({ answeredBy }) => answeredBy === event.id) ? 'not mine' : 'mine';
}

/** A person who takes a vote back votes for nothing. */
function isEmptyVote({ type, data }: EngineEvent): boolean {
  return type === 'poll.voted' && Array.isArray(data.options) && data.options.length === 0;
}
