import { NodeApiError, type IDataObject, type IExecuteFunctions, type IWebhookFunctions } from 'n8n-workflow';
import { callEngine, type CallContext } from '../transport/call-engine';
import { listEngine } from '../transport/list-engine';
import { asWait, describeWait, type ListedWait } from './wait';

const PATH = '/v1/webhooks';
/** What can be an answer: something written, sent or voted. */
const ANSWERS = ['message.received', 'poll.voted'];
/** So many things may be said in a chat that are the answers to other questions. */
const MOST_DELIVERIES = 10_000;
/** How long an answered wait is remembered, for those asked after it and for a call that is tried again. */
const REMEMBER_MS = 15 * 60_000;

/** Registers the webhook that brings the answer of `to` to `url`. Before the message: no answer is too quick. */
export async function registerWait(
  context: IExecuteFunctions,
  { to, url, until, itemIndex }: { to: string; url: string; until?: Date; itemIndex: number },
): Promise<{ webhookId: string; secret: string }> {
  // A person's phone number stays the same where WhatsApp names the chat by something else.
  const filter = /@(g\.us|lid|newsletter)$/.test(to) ? { chat_id: to } : { from: to };
  const body = {
    url,
    events: ANSWERS,
    filter,
    description: describeWait({}),
    max_deliveries: MOST_DELIVERIES,
    ...(until ? { expires_at: until.toISOString() } : {}),
  };
  const webhook = await callEngine(context, { method: 'POST', path: PATH, body, itemIndex }).catch(
    (error: unknown) => {
      if (error instanceof NodeApiError) error.message = error.message.replace(/\bfilter\.\w+: /, 'to: ');
      throw error;
    },
  );
  return { webhookId: String(webhook.id), secret: String(webhook.secret) };
}

/** Every wait that the engine knows of. */
export async function listWaits(context: CallContext): Promise<ListedWait[]> {
  const now = Date.now();
  const webhooks = await listEngine(context, PATH, {}, {});
  return webhooks.map((webhook) => asWait(webhook, now)).filter((wait) => wait !== undefined);
}

/** Lets others see which message a wait is for. */
export async function nameMessage(context: CallContext, webhookId: string, messageId: string): Promise<void> {
  await edit(context, webhookId, { description: describeWait({ messageId }) });
}

/** Lets others see that a wait is over, and by which event. */
export async function noteAnswer(
  context: IWebhookFunctions,
  webhookId: string,
  { messageId, answeredBy }: { messageId: string; answeredBy: string },
): Promise<void> {
  const expires_at = new Date(Date.now() + REMEMBER_MS).toISOString();
  await edit(context, webhookId, { description: describeWait({ messageId, answeredBy }), expires_at });
}

export async function removeWait(context: CallContext, webhookId: string): Promise<void> {
  await callEngine(context, { method: 'DELETE', path: pathOf(webhookId) });
}

/** Tidies up what others left behind, and wakes the waits that the engine gave up on while n8n was away. */
export async function tidyUp(context: CallContext): Promise<void> {
  for (const { webhookId, isOver, isAsleep } of await listWaits(context)) {
    // Another execution may do the same at this moment, and what fails is tidied up a next time.
    if (isOver) await removeWait(context, webhookId).catch(() => undefined);
    if (isAsleep) await edit(context, webhookId, { status: 'enabled' }).catch(() => undefined);
  }
}

export type DeliveryState = 'none' | 'under way' | 'taken' | 'unreachable' | 'refused';

/** What became of an event on its way to a wait. */
export async function deliveryState(
  context: CallContext,
  webhookId: string,
  eventId: string,
): Promise<DeliveryState> {
  const path = `${pathOf(webhookId)}/deliveries`;
  const deliveries = await listEngine(context, path, {}, { limit: 100 });
  const delivery = deliveries.find(({ event_id }) => event_id === eventId);
  if (!delivery) return 'none';
  if (delivery.status === 'delivered') return 'taken';
  if (delivery.last_attempt_at === null) return 'under way';
  return delivery.response_status === null ? 'unreachable' : 'refused';
}

async function edit(context: CallContext, webhookId: string, body: IDataObject): Promise<void> {
  await callEngine(context, { method: 'PATCH', path: pathOf(webhookId), body });
}

function pathOf(webhookId: string): string {
  return `${PATH}/${encodeURIComponent(webhookId)}`;
}
