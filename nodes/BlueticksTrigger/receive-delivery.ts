import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { withMedia } from './download-media';
import { flatten, parseEvent } from './engine-event';
import { passesFilters } from './filters';
import { rememberEvent } from './seen-events';
import { keepSeen, subscriptionOf } from './subscription';
import { faultOf } from './verify-signature';

/**
 * Takes a delivery of the engine: 401 when it is not proven to be the engine's, 200 without a run when it was taken
 * before or is filtered out, else 200 and a run.
 */
export async function receiveDelivery(context: IWebhookFunctions): Promise<IWebhookResponseData> {
  const subscription = subscriptionOf(context);
  const { rawBody } = context.getRequestObject() as { rawBody?: Buffer };
  const headers = context.getHeaderData() as Record<string, string | undefined>;
  const fault = faultOf(
    {
      rawBody,
      timestamp: headers['blueticks-webhook-timestamp'],
      signature: headers['blueticks-webhook-signature'],
    },
    subscription?.secret,
    Date.now(),
  );
  if (fault || !subscription || !rawBody) return answer(context, 401, { error: `Refused: ${fault}.` });
  const event = parseEvent(rawBody);
  if (!event) return answer(context, 400, { error: 'Refused: the body is no event.' });
  if (!passesFilters(event, context.getNodeParameter('filters', {}) as IDataObject)) {
    return answer(context, 200, { ok: true, ran: false });
  }
  const seen = rememberEvent(subscription.webhookId, subscription.seen, event.id, Date.now());
  if (!seen) return answer(context, 200, { ok: true, ran: false });
  keepSeen(context, subscription, seen);
  // Before the file is fetched, which may take longer than the engine waits for an answer.
  const answered = answer(context, 200, { ok: true, ran: true });
  const output = { json: flatten(event) };
  const wantsMedia = context.getNodeParameter('downloadMedia', false) as boolean;
  return { ...answered, workflowData: [[wantsMedia ? await withMedia(context, output) : output]] };
}

/** Answered by hand: with n8n's own "onReceived" what the node notes in its static data would be lost. */
function answer(context: IWebhookFunctions, status: number, body: IDataObject): IWebhookResponseData {
  context.getResponseObject().status(status).json(body);
  return { noWebhookResponse: true };
}
