import type { Clock } from '../async/clock';
import { labelFor } from '../domain/events/event-types';
import { CannotDecrypt, type Encryption } from '../encryption/encryption';
import type { Poster, PostResult } from './post-event';
import { signatureHeaders } from './signature';

/** An event as stored, for a webhook. */
export interface ToldEvent {
  /** The event names the webhook is registered for. */
  registered: string[];
  event_id: string;
  type: string;
  /** JSON text. */
  data: string;
  is_reply: boolean;
  event_created_at: Date;
}

/** An event and the webhook it goes to. */
export interface Postable extends ToldEvent {
  webhook_id: string;
  url: string;
  sealed_secret: Buffer;
}

/** Makes one attempt to post an event: the same body every time, a new timestamp, both signatures. */
export async function attemptDelivery(
  delivery: Postable,
  deps: { poster: Poster; encryption: Encryption; clock: Clock },
): Promise<PostResult> {
  const body = eventBody(delivery);
  let secret: string;
  try {
    secret = deps.encryption.openText(delivery.sealed_secret, delivery.webhook_id);
  } catch (error) {
    if (!(error instanceof CannotDecrypt)) throw error;
    return { ok: false, status: null, error: UNREADABLE_SECRET };
  }
  const timestampSeconds = deps.clock.now() / 1000;
  return deps.poster.post({
    url: delivery.url,
    body,
    headers: signatureHeaders({ secret, body, webhookId: delivery.webhook_id, timestampSeconds }),
  });
}

const UNREADABLE_SECRET =
  'The secret was encrypted with another encryption key. Start the engine with that key, or rotate the secret.';

/** The request body. The event's data is stored as text, so the bytes are the same in every attempt. */
function eventBody(event: ToldEvent): string {
  return `${JSON.stringify(eventHead(event)).slice(0, -1)},"data":${event.data}}`;
}

/** The event as a webhook gets it: under the name that it registered. */
export function presentEvent(event: ToldEvent) {
  return { ...eventHead(event), data: JSON.parse(event.data) as Record<string, unknown> };
}

function eventHead(event: ToldEvent) {
  const type = labelFor(event.registered, { type: event.type, isReply: event.is_reply }) ?? event.type;
  return { id: event.event_id, type, created_at: event.event_created_at.toISOString() };
}
