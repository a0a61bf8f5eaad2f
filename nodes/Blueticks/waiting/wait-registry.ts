import { NodeApiError, type IDataObject, type IExecuteFunctions, type IWebhookFunctions } from 'n8n-workflow';
import { callEngine, pathTo, type CallContext } from '../../shared/call-engine';
import type { EngineEvent } from '../../shared/delivery';
import { listEngine } from '../../shared/list-engine';
import type { Asked } from './answers/read-answer';

/**
 * The engine's webhooks are the registry of waits: each open question has one, and the webhook's description says which
 * message asked and which event answered. That is how waits for the same person know about each other.
 */
const PATH = '/v1/webhooks';
const MARK = 'n8n send-and-wait';
/** The events that can be an answer. The owner of the number may ask themselves, and answers on the phone. */
const ANSWERS = ['message.received', 'poll.voted', 'message.sent_from_phone'];
/** What the engine tells a wait whose time is up. */
export const EXPIRED = 'webhook.expired';
/** A wait may see this many events before its answer, because the answers to other questions come to it too. */
const MOST_DELIVERIES = 10_000;
/** How long an answered wait stays registered, for waits that were asked after it and for repeated deliveries. */
const REMEMBER_MS = 15 * 60_000;
/** The mark of a wait among several. */
const TOGETHER = ' together';
/** For this long after its time is up it is kept, with its answer: until the engine has told n8n, which may be away. */
export const TOGETHER_FOR_MS = 24 * 3600_000;
/** An execution stopped in n8n never answers. After this long, its wait is not woken again. */
const GIVE_UP_MS = 30 * 24 * 3600_000;

/** A wait of any node in any workflow, as the registry knows it. */
export interface ListedWait {
  webhookId: string;
  createdAt: string;
  /** Whose answer it waits for, as it was written. */
  filter: IDataObject;
  /** That person, the same under all their names. Unknown for a group, and to engines from before people. */
  personId?: string;
  isOpen: boolean;
  /** It gets no more events. */
  isOver: boolean;
  /** n8n was away for so long that the engine gave up. It keeps the events since then. */
  isAsleep: boolean;
  messageId?: string;
  /** The event that was accepted as the answer. */
  answeredBy?: string;
}

interface NewWait {
  to: string;
  asked: Asked;
  url: string;
  until?: Date;
  /** The execution waits for the answers to several questions. */
  isTogether: boolean;
  itemIndex: number;
}

/** Registers the webhook that brings the answer of `to` to `url`. Do this before asking, so that no answer is missed. */
export async function registerWait(
  context: IExecuteFunctions,
  { to, asked, url, until, isTogether, itemIndex }: NewWait,
): Promise<{ webhookId: string; secret: string }> {
  // A phone number stays the same, while WhatsApp may give the chat another name.
  const filter = /@(g\.us|lid|newsletter)$/.test(to)
    ? { chat_id: to, ...(needsQuote(to, asked) ? { reply_only: true } : {}) }
    : { from: to };
  const body = {
    url,
    events: [
      ...ANSWERS,
      ...(asked.responseType === 'approval' ? ['message.reaction'] : []),
      ...(isTogether ? [EXPIRED] : []),
    ],
    filter,
    description: describe({ isTogether }),
    max_deliveries: MOST_DELIVERIES,
    ...(until ? { expires_at: until.toISOString() } : {}),
  };
  const webhook = await callEngine(context, { method: 'POST', path: PATH, body, itemIndex }).catch(
    (error: unknown) => {
      if (error instanceof NodeApiError) error.message = error.message.replace(/\bfilter\.\w+ /, 'to ');
      throw error;
    },
  );
  return { webhookId: String(webhook.id), secret: String(webhook.secret) };
}

/** Every wait the engine knows. */
export async function listWaits(context: CallContext): Promise<ListedWait[]> {
  const now = Date.now();
  const webhooks = await listEngine(context, PATH);
  return webhooks.map((webhook) => asWait(webhook, now)).filter((wait) => wait !== undefined);
}

/** People in a group talk of other things too, so a decision must be about the question: a vote, reaction or quote. */
export function needsQuote(chat: string, asked: Asked): boolean {
  return chat.endsWith('@g.us') && asked.responseType !== 'freeText';
}

/** Records which message a wait belongs to. */
export async function nameMessage(
  context: CallContext,
  webhookId: string,
  note: { messageId: string; isTogether: boolean },
): Promise<void> {
  await edit(context, webhookId, { description: describe(note) });
}

/**
 * Records that a wait was answered, and by which event; without one, that its answer was taken back. The wait of one
 * question ends soon after that, one among several ends with the others.
 */
export async function noteAnswer(
  context: IWebhookFunctions,
  webhookId: string,
  note: { messageId: string; answeredBy: string | undefined; isTogether: boolean },
): Promise<void> {
  const expires_at = new Date(Date.now() + REMEMBER_MS).toISOString();
  await edit(context, webhookId, { description: describe(note), ...(note.isTogether ? {} : { expires_at }) });
}

/** Every event that came to a wait, in their order. */
export async function eventsOf(context: CallContext, webhookId: string): Promise<EngineEvent[]> {
  const path = pathTo(PATH, webhookId, 'deliveries');
  const deliveries = await listEngine(context, path, { with_event: 'true' });
  return deliveries.map(({ event }) => event as unknown as EngineEvent).reverse();
}

export async function removeWait(context: CallContext, webhookId: string): Promise<void> {
  await callEngine(context, { method: 'DELETE', path: pathTo(PATH, webhookId) });
}

/** Removes waits that are over, and wakes those the engine gave up on while n8n was away. */
export async function tidyUp(context: CallContext): Promise<void> {
  for (const { webhookId, isOver, isAsleep } of await listWaits(context)) {
    // Another execution may do the same right now. If this fails, the next question cleans up.
    if (isOver) await removeWait(context, webhookId).catch(() => undefined);
    if (isAsleep) await edit(context, webhookId, { status: 'enabled' }).catch(() => undefined);
  }
}

export type DeliveryState = 'none' | 'under way' | 'accepted' | 'unreachable' | 'refused';

/** How far the delivery of an event to a wait has got. */
export async function deliveryState(
  context: CallContext,
  webhookId: string,
  eventId: string,
): Promise<DeliveryState> {
  const deliveries = await listEngine(context, pathTo(PATH, webhookId, 'deliveries'), {}, { limit: 100 });
  const delivery = deliveries.find(({ event_id }) => event_id === eventId);
  if (!delivery) return 'none';
  if (delivery.status === 'delivered') return 'accepted';
  if (delivery.last_attempt_at === null) return 'under way';
  return delivery.response_status === null ? 'unreachable' : 'refused';
}

/** Whether both wait for the same person, whom they may know under different names. */
export function isForSame(a: ListedWait, b: ListedWait): boolean {
  if (a.personId && b.personId) return a.personId === b.personId;
  const [one, two] = [a.filter, b.filter];
  return (one.from ?? null) === (two.from ?? null) && (one.chat_id ?? null) === (two.chat_id ?? null);
}

/** Whether `a` was asked before `b`. Ids sort by time. */
export function isBefore(a: ListedWait, b: ListedWait): boolean {
  return a.createdAt === b.createdAt ? a.webhookId < b.webhookId : a.createdAt < b.createdAt;
}

async function edit(context: CallContext, webhookId: string, body: IDataObject): Promise<void> {
  await callEngine(context, { method: 'PATCH', path: pathTo(PATH, webhookId), body });
}

interface Note {
  messageId?: string;
  answeredBy?: string;
  isTogether: boolean;
}

/** The webhook's description; `asWait` reads it back. */
function describe({ messageId, answeredBy, isTogether }: Note): string {
  const [message, answer] = [messageId && ` message=${messageId}`, answeredBy && ` answer=${answeredBy}`];
  return [MARK, isTogether && TOGETHER, message, answer].filter(Boolean).join('');
}

/** Undefined if the webhook belongs to something else. */
function asWait(webhook: IDataObject, nowMs: number): ListedWait | undefined {
  const description = String(webhook.description ?? '');
  if (!description.startsWith(MARK)) return undefined;
  const answeredBy = / answer=(\S+)/.exec(description)?.[1];
  const createdAt = Date.parse(String(webhook.created_at));
  const expiresAt = webhook.expires_at === null ? undefined : Date.parse(String(webhook.expires_at));
  const isExpired = expiresAt !== undefined && expiresAt <= nowMs;
  const isEnabled = webhook.status === 'enabled';
  const canWake = webhook.disabled_by === 'failures' && !answeredBy && nowMs < createdAt + GIVE_UP_MS;
  const keptUntil = expiresAt === undefined ? createdAt + GIVE_UP_MS : expiresAt + TOGETHER_FOR_MS;
  const isKept = description.includes(TOGETHER) && nowMs < keptUntil;
  return {
    webhookId: String(webhook.id),
    createdAt: String(webhook.created_at),
    filter: (webhook.filter ?? {}) as IDataObject,
    personId: webhook.person_id ? String(webhook.person_id) : undefined,
    isOpen: isEnabled && !isExpired && !answeredBy,
    isOver: !isKept && (isExpired || (!isEnabled && !canWake)),
    isAsleep: !isEnabled && !isExpired && canWake,
    messageId: / message=(\S+)/.exec(description)?.[1],
    answeredBy,
  };
}
