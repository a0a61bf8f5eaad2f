import type { IDataObject, INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { withMedia } from '../../BlueticksTrigger/download-media';
import { flatten, parseEvent } from '../../BlueticksTrigger/engine-event';
import { faultOf } from '../../BlueticksTrigger/verify-signature';
import { wantsMedia } from './download-media-field';
import { isForSame, keptWait } from './wait';
import { listWaits, noteAnswer, removeWait } from './wait-registry';
import { whoseAnswer } from './whose-answer';

/**
 * Takes in what a person said, and lets the execution go on when it is the answer to its question. n8n has checked its
 * own signature of the address before; here it is the engine's.
 */
export async function receiveAnswer(context: IWebhookFunctions): Promise<IWebhookResponseData> {
  const wait = keptWait(context);
  const { rawBody } = context.getRequestObject() as { rawBody?: Buffer };
  const headers = context.getHeaderData() as Record<string, string | undefined>;
  const fault = faultOf(
    {
      rawBody,
      timestamp: headers['blueticks-webhook-timestamp'],
      signature: headers['blueticks-webhook-signature'],
    },
    wait?.secret,
    Date.now(),
  );
  if (fault || !wait || !rawBody) return answer(context, 401, { error: `Refused: ${fault}.` });
  const event = parseEvent(rawBody);
  if (!event) return answer(context, 400, { error: 'Refused: the body is no event.' });
  const verdict = await whoseAnswer(context, wait, event);
  if (verdict === 'not known yet') {
    return answer(context, 503, { error: 'An earlier question to this person has not said yet.' });
  }
  if (verdict === 'not mine') return answer(context, 200, { ok: true, resumed: false });
  await noteAnswer(context, wait.webhookId, { messageId: wait.messageId, answeredBy: event.id });
  // Not before the engine has heard that the answer arrived: it would not bring it again.
  context.getResponseObject().once('finish', () => {
    void removeIfAlone(context, wait.webhookId).catch(() => {
      // It expires soon, and the next question tidies it up.
    });
  });
  const item: INodeExecutionData = { json: flatten(event), pairedItem: { item: 0 } };
  return { workflowData: [[wantsMedia(context) ? await withMedia(context, item) : item]] };
}

/** Others that wait for the same person still look at how this one was answered. */
async function removeIfAlone(context: IWebhookFunctions, webhookId: string): Promise<void> {
  const waits = await listWaits(context);
  const own = waits.find((each) => each.webhookId === webhookId);
  if (!own) return;
  const same = waits.filter(({ filter }) => isForSame(filter, own.filter));
  if (same.some(({ isOpen }) => isOpen)) return;
  for (const each of same) await removeWait(context, each.webhookId);
}

function answer(context: IWebhookFunctions, status: number, body: IDataObject): IWebhookResponseData {
  context.getResponseObject().status(status).json(body);
  return { noWebhookResponse: true };
}
