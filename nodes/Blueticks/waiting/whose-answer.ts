import { sleep, type IWebhookFunctions } from 'n8n-workflow';
import type { EngineEvent } from '../../shared/delivery';
import { meansOf } from './answers/read-answer';
import type { Wait } from './wait';
import { whenAsked } from './when-asked';
import { deliveryState, isBefore, isForSame, listWaits, needsQuote, type ListedWait } from './wait-registry';

/** The engine waits 10 s for a response. */
const LONGEST_MS = 8_000;
const POLL_MS = 250;

export type Verdict = 'mine' | 'not mine' | 'not known yet';

/** Whether an event quotes, reacts to or votes on the message of a wait. */
export function isAbout({ messageId }: Wait, { data }: EngineEvent): boolean {
  return data.in_reply_to_message_id === messageId;
}

/**
 * Whether an event can be an answer to this wait at all: something about its message, or a message in the chat that was
 * asked. The webhook knows a person by phone number, and they may write in a group too. What the owner of the number does
 * on the phone is an answer if they were asked themselves, or in a group.
 */
export function canAnswer(wait: Wait, event: EngineEvent): boolean {
  const { type, data } = event;
  const isGroup = wait.to.endsWith('@g.us');
  const isHere = isGroup ? !needsQuote(wait.to, wait.asked) : data.is_group !== true;
  const isAnswer = isAbout(wait, event) || (isHere && meansOf(event) === 'message');
  if (type !== 'message.sent_from_phone') return isAnswer;
  if (isGroup || isAbout(wait, event)) return isAbout(wait, event) && !/@(lid|newsletter)$/.test(wait.to);
  return isAnswer && data.chat_id === `${String(data.from).slice(1)}@c.us`;
}

/**
 * Whether an event answers this wait. It does if it is about the wait's message: a vote, a reaction or a quote.
 * Otherwise, it does if it came after the question was sent, quotes no open one, and this is the oldest to that person. If an older one
 * is still open, this waits for its verdict, so that two executions never accept the same answer.
 */
export async function whoseAnswer(
  context: IWebhookFunctions,
  wait: Wait,
  event: EngineEvent,
): Promise<Verdict> {
  if (!canAnswer(wait, event)) return 'not mine';
  if (isAbout(wait, event)) return 'mine';
  if (!(await whenAsked(context, wait))(event)) return 'not mine';
  const about = event.data.in_reply_to_message_id;
  const deadline = Date.now() + LONGEST_MS;
  for (;;) {
    const waits = await listWaits(context);
    const own = waits.find(({ webhookId }) => webhookId === wait.webhookId);
    if (!own) return 'not mine';
    if (own.answeredBy) return own.answeredBy === event.id ? 'mine' : 'not mine';
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
