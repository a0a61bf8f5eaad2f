import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { acceptDelivery, ANSWERED, flatten, respond, type EngineEvent } from '../shared/delivery';
import { withMedia } from '../shared/download-media';
import { isOwn } from './own-messages';
import { rememberEvent } from './seen-events';
import { keepSeen, subscriptionOf } from './subscription';

/** Events with text that a person wrote. */
const WRITTEN_BY_PEOPLE = [
  'message.received',
  'message.burst',
  'message.edited',
  'new_message_received_webhook',
  'message_edited_webhook',
];

/** Starts a run for a delivery of the engine, unless the event is filtered out or was delivered before. */
export async function receiveDelivery(context: IWebhookFunctions): Promise<IWebhookResponseData> {
  const subscription = subscriptionOf(context);
  const event = acceptDelivery(context, subscription?.secret);
  if (!subscription || !event) return ANSWERED;
  if (!passesFilters(event, context.getNodeParameter('filters', {}) as IDataObject)) {
    return respond(context, 200, { ok: true, ran: false });
  }
  const { ignoreOwnMessages, onlyWhileBot } = context.getNodeParameter('options', {}) as IDataObject;
  if (onlyWhileBot && isInHumanHands(event)) return respond(context, 200, { ok: true, ran: false });
  if (ignoreOwnMessages && (await isOwn(context, subscription.webhookId, event))) {
    return respond(context, 200, { ok: true, ran: false });
  }
  const seen = rememberEvent(subscription.webhookId, subscription.seen, event.id, Date.now());
  if (!seen) return respond(context, 200, { ok: true, ran: false });
  keepSeen(context, subscription, seen);
  // Answer before downloading the file, which may take longer than the engine waits.
  const answered = respond(context, 200, { ok: true, ran: true });
  const item = { json: flatten(event) };
  const wantsMedia = context.getNodeParameter('downloadMedia', false) as boolean;
  return { ...answered, workflowData: [[wantsMedia ? await withMedia(context, item) : item]] };
}

/** The two filters the engine does not have. It applies the others before it delivers. */
function passesFilters({ type, data }: EngineEvent, { keyword, ignoreGroups }: IDataObject): boolean {
  if (ignoreGroups && isGroup(data)) return false;
  const wanted = String(keyword ?? '')
    .trim()
    .toLowerCase();
  if (!wanted || !WRITTEN_BY_PEOPLE.includes(type)) return true;
  return String(data.text ?? '')
    .toLowerCase()
    .includes(wanted);
}

/** Whether somebody wrote or did this in a chat that a person had then. What the owner of the number did is not meant. */
function isInHumanHands({ type, data }: EngineEvent): boolean {
  const isOwners = type.startsWith('chat.') || type === 'message.sent_from_phone';
  return !isOwners && data.handled_by === 'human';
}

function isGroup(data: IDataObject): boolean {
  return (
    data.is_group === true || [data.chat_id, data.to].some((chat) => String(chat ?? '').endsWith('@g.us'))
  );
}
