import type { Clock } from '../domain/clock';
import { labelFor } from '../domain/event-types';
import type { Encryption } from '../store/encryption';
import type { ClaimedDelivery } from '../store/deliveries';
import type { Poster, PostResult } from './post-event';
import { signatureHeaders } from './signature';

/** Posts one event once: the same body in every attempt, a fresh timestamp, both signatures. */
export async function attemptDelivery(
  delivery: ClaimedDelivery,
  deps: { poster: Poster; encryption: Encryption; clock: Clock },
): Promise<PostResult> {
  const body = eventBody(delivery);
  const secret = deps.encryption.openText(delivery.sealed_secret, delivery.webhook_id);
  const timestampSeconds = deps.clock.now() / 1000;
  return deps.poster.post({
    url: delivery.url,
    body,
    headers: signatureHeaders({ secret, body, webhookId: delivery.webhook_id, timestampSeconds }),
  });
}

/** The event as it is posted. Its data is stored text, so the bytes are the same in every attempt. */
export function eventBody(event: {
  event_id: string;
  type: string;
  data: string;
  is_reply: boolean;
  event_created_at: Date;
  registered: string[];
}): string {
  const label = labelFor(event.registered, { type: event.type, isReply: event.is_reply }) ?? event.type;
  const head = { id: event.event_id, type: label, created_at: event.event_created_at.toISOString() };
  return `${JSON.stringify(head).slice(0, -1)},"data":${event.data}}`;
}
