import type {
  INodeExecutionData,
  IWebhookDescription,
  IWebhookFunctions,
  IWebhookResponseData,
} from 'n8n-workflow';
import { acceptDelivery, ANSWERED, flatten, respond } from '../../shared/delivery';
import { withMedia } from '../../shared/download-media';
import { keptWait } from './wait';
import { isForSame, listWaits, noteAnswer, removeWait } from './wait-registry';
import { whoseAnswer } from './whose-answer';

/** Where n8n receives a person's answer: at the signed URL of the one execution that waits for it. */
export const waitWebhooks: IWebhookDescription[] = [
  {
    name: 'default',
    httpMethod: 'POST',
    // n8n answers once the execution is running again. Until then the engine keeps the answer.
    responseMode: 'onReceived',
    // n8n finds the webhook by the last part of the signed URL, which is the node's id.
    path: '={{ $nodeId }}',
    restartWebhook: true,
    isFullPath: true,
  },
];

/** Lets the execution continue if a delivery is the answer to its question. n8n has already checked its own signature. */
export async function receiveAnswer(context: IWebhookFunctions): Promise<IWebhookResponseData> {
  const wait = keptWait(context);
  const event = acceptDelivery(context, wait?.secret);
  if (!wait || !event) return ANSWERED;
  const verdict = await whoseAnswer(context, wait, event);
  if (verdict === 'not known yet') {
    return respond(context, 503, { error: 'An earlier question to this person has not been answered yet.' });
  }
  if (verdict === 'not mine') return respond(context, 200, { ok: true, resumed: false });
  await noteAnswer(context, wait.webhookId, { messageId: wait.messageId, answeredBy: event.id });
  // Only once the engine has our response: without the webhook it could not deliver the answer again.
  context.getResponseObject().once('finish', () => {
    void removeIfAlone(context, wait.webhookId).catch(() => {
      // It expires soon, and the next question cleans up.
    });
  });
  const item: INodeExecutionData = { json: flatten(event), pairedItem: { item: 0 } };
  // Read this option alone: expressions in the others may not work any more when the answer arrives.
  const wantsMedia = context.getNodeParameter('options.downloadMedia', false) === true;
  return { workflowData: [[wantsMedia ? await withMedia(context, item) : item]] };
}

/** Removes the wait, unless others wait for the same person: those need to see how this one was answered. */
async function removeIfAlone(context: IWebhookFunctions, webhookId: string): Promise<void> {
  const waits = await listWaits(context);
  const own = waits.find((each) => each.webhookId === webhookId);
  if (!own) return;
  const same = waits.filter((each) => isForSame(each, own));
  if (same.some(({ isOpen }) => isOpen)) return;
  for (const each of same) await removeWait(context, each.webhookId);
}
