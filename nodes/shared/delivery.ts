import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

/** What the engine posts to a webhook. */
export interface EngineEvent {
  id: string;
  type: string;
  created_at: string;
  data: IDataObject;
}

/** How far a delivery's timestamp may be from now. Anything further away could be a replay. */
const TOLERANCE_SECONDS = 300;

/**
 * The event that a webhook call delivers, checked against the webhook's secret. If the call is not proven to come from
 * the engine (401) or has no event (400), this answers it and returns undefined.
 */
export function acceptDelivery(
  context: IWebhookFunctions,
  secret: string | undefined,
): EngineEvent | undefined {
  const { rawBody } = context.getRequestObject() as { rawBody?: Buffer };
  const headers = context.getHeaderData() as Record<string, string | undefined>;
  const fault = signatureFault(rawBody, headers, secret);
  if (fault || !rawBody) {
    respond(context, 401, { error: `Refused: ${fault}.` });
    return undefined;
  }
  const event = parseEvent(rawBody);
  if (!event) respond(context, 400, { error: 'Refused: the body is not an event.' });
  return event;
}

/** Answers a webhook call directly: with n8n's own `onReceived`, changes to the node's static data would be lost. */
export function respond(context: IWebhookFunctions, status: number, body: IDataObject): IWebhookResponseData {
  context.getResponseObject().status(status).json(body);
  return ANSWERED;
}

/** What `webhook()` returns once the call has been answered. */
export const ANSWERED: IWebhookResponseData = { noWebhookResponse: true };

/** An event as a flat item: its data, next to its own id, type and time. */
export function flatten({ id, type, created_at, data }: EngineEvent): IDataObject {
  return { ...data, event: type, event_id: id, event_created_at: created_at };
}

/**
 * Checks the engine's signature: HMAC-SHA256 of `<timestamp>.<body>` with the webhook's secret. The timestamp header
 * holds Unix seconds; the signature header one or more `v1=<hex>`, separated by commas.
 * Returns what is wrong, or undefined if the signature is good.
 */
function signatureFault(
  rawBody: Buffer | undefined,
  headers: Record<string, string | undefined>,
  secret: string | undefined,
): string | undefined {
  const timestamp = headers['blueticks-webhook-timestamp'];
  const signature = headers['blueticks-webhook-signature'];
  if (!secret) return 'no secret is known for this webhook';
  if (!rawBody?.length) return 'the body is missing';
  if (!timestamp || !/^\d{1,12}$/.test(timestamp)) return 'the timestamp is missing';
  if (!signature) return 'the signature is missing';
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return 'the timestamp is stale';
  // The body exactly as it arrived: serialized again, it might differ.
  const expected = createHmac('sha256', secret).update(`${timestamp}.`).update(rawBody).digest();
  const given = signature.split(',').map((part) => /^v1=([0-9a-f]{64})$/.exec(part.trim())?.[1]);
  const good = given.some((hex) => hex !== undefined && timingSafeEqual(Buffer.from(hex, 'hex'), expected));
  return good ? undefined : 'the signature is wrong';
}

function parseEvent(rawBody: Buffer): EngineEvent | undefined {
  try {
    const event = JSON.parse(rawBody.toString('utf8')) as Partial<EngineEvent>;
    return event.id && event.type && event.data ? (event as EngineEvent) : undefined;
  } catch {
    return undefined;
  }
}
