import type { Clock } from '../async/clock';
import { labelFor } from '../domain/events/event-types';
import { CannotDecrypt, type Encryption } from '../encryption/encryption';
import { messageOfEvent, placeOfEvent, traced, type SpanOptions, type Tracer } from '../domain/tracing';
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
  /** Of the delivery; absent if nothing is recorded. */
  id?: string;
  webhook_id: string;
  url: string;
  sealed_secret: Buffer;
}

interface AttemptDependencies {
  poster: Poster;
  encryption: Encryption;
  clock: Clock;
  tracer?: Tracer;
}

/**
 * Makes one attempt to post an event: the same body every time, a new timestamp, both signatures. With traces, the receiver
 * gets the place of the attempt as `traceparent`.
 */
export async function attemptDelivery(delivery: Postable, deps: AttemptDependencies): Promise<PostResult> {
  return traced(
    deps.tracer,
    'webhook.post',
    () => spanOf(delivery),
    async (span) => {
      const result = await post(delivery, deps, span && { traceparent: span.traceparent });
      span?.set({ 'http.response.status_code': result.status });
      if (!result.ok) span?.fail(result.status === null ? 'no_answer' : `answered_${result.status}`);
      return result;
    },
  );
}

function spanOf(delivery: Postable): SpanOptions {
  return {
    kind: 'client',
    parent: placeOfEvent(delivery.event_id, messageOfEvent(JSON.parse(delivery.data) as object)),
    attributes: {
      'blueticks.event.id': delivery.event_id,
      'blueticks.event.type': delivery.type,
      'blueticks.webhook.id': delivery.webhook_id,
      'blueticks.delivery.id': delivery.id,
    },
  };
}

async function post(
  delivery: Postable,
  deps: AttemptDependencies,
  extraHeaders: Record<string, string> | undefined,
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
    headers: {
      ...signatureHeaders({ secret, body, webhookId: delivery.webhook_id, timestampSeconds }),
      ...extraHeaders,
    },
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
