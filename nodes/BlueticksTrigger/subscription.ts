import { NodeApiError, type IDataObject, type IHookFunctions, type IWebhookFunctions } from 'n8n-workflow';
import { callEngine, pathTo } from '../shared/call-engine';
import { listEngine } from '../shared/list-engine';
import { readNumbers } from './own-messages';
import { forgetEvents, type SeenEvents } from './seen-events';

const WEBHOOKS = '/v1/webhooks';

/** What the node remembers about the webhook it registered. */
export interface Subscription {
  webhookId: string;
  secret: string;
  url: string;
  seen: SeenEvents;
}

/** Production and test each have a webhook, so that testing a workflow never disturbs the active one. */
type Slot = 'production' | 'test';
type StaticData = Partial<Record<Slot, Subscription>>;

/** n8n listens for 2 minutes. A test webhook that was not removed expires soon after. */
const TEST_LIFETIME_MS = 10 * 60_000;

/** The webhook that the node's fields describe, as body fields of the engine's API. */
interface Wanted {
  url: string;
  events: string[];
  filter: IDataObject;
  /** When bursts are told, if the events have them. */
  burst?: IDataObject;
}

const MERGED = ['message.received', 'new_message_received_webhook'];
const BURST = 'message.burst';

function wanted(context: IHookFunctions): Wanted {
  const filters = context.getNodeParameter('filters', {}) as IDataObject;
  const filter: IDataObject = {};
  if (filters.from) filter.from = filters.from;
  if (filters.chatId) filter.chat_id = filters.chatId;
  if (filters.reference) filter.reference = filters.reference;
  if (filters.repliesOnly) filter.reply_only = true;
  const url = context.getNodeWebhookUrl('default');
  if (!url) throw new Error('n8n has no webhook URL for this trigger. Save the workflow, then try again.');
  const events = context.getNodeParameter('events', []) as string[];
  return { url, filter, ...wantedBursts(context, events) };
}

/** With "Merge Bursts", bursts take the place of single messages. */
function wantedBursts(context: IHookFunctions, events: string[]): Pick<Wanted, 'events' | 'burst'> {
  const { mergeBursts } = context.getNodeParameter('options', {}) as IDataObject;
  const merged = mergeBursts ? events.map((event) => (MERGED.includes(event) ? BURST : event)) : events;
  if (!merged.includes(BURST)) return { events };
  const { quietSeconds = 8, maxSeconds = 60 } = ((mergeBursts as IDataObject | undefined)?.values ??
    {}) as IDataObject;
  return { events: [...new Set(merged)], burst: { quiet_s: quietSeconds, most_s: maxSeconds } };
}

/** Asks for the linked numbers, if they will be needed: better an error now than with the first message. */
async function checkOptions(context: IHookFunctions): Promise<void> {
  const { ignoreOwnMessages } = context.getNodeParameter('options', {}) as IDataObject;
  if (ignoreOwnMessages) await readNumbers(context);
}

/**
 * Which of the two webhooks n8n is asking about. Its mode is "manual" only when the test webhook is created; on
 * removal, only the URL shows it.
 */
function slotOf(context: IHookFunctions, data: StaticData): Slot {
  const url = context.getNodeWebhookUrl('default') ?? '';
  const isTest = context.getMode() === 'manual' || url.includes('/webhook-test/') || data.test?.url === url;
  return isTest ? 'test' : 'production';
}

/** The subscription a delivery belongs to. */
export function subscriptionOf(context: IWebhookFunctions): Subscription | undefined {
  return (context.getWorkflowStaticData('node') as StaticData)[deliverySlot(context)];
}

/** Saves which events were seen, so that a restart of n8n does not lose them. */
export function keepSeen(context: IWebhookFunctions, subscription: Subscription, seen: SeenEvents): void {
  // Replace the whole object: n8n only notices changes at the top level of its static data.
  (context.getWorkflowStaticData('node') as StaticData)[deliverySlot(context)] = { ...subscription, seen };
}

/** In `webhook()` the node's URL is never the test one, but the mode is right. */
function deliverySlot(context: IWebhookFunctions): Slot {
  return context.getMode() === 'manual' ? 'test' : 'production';
}

/**
 * Whether the webhook exists. If it differs from the node's fields (URL, events, filters, disabled), it is updated in
 * place, which keeps its pending deliveries. Only a 404 means it is gone.
 */
export async function ensureSubscription(context: IHookFunctions): Promise<boolean> {
  const data = context.getWorkflowStaticData('node') as StaticData;
  const slot = slotOf(context, data);
  const known = data[slot];
  if (!known) return false;
  await checkOptions(context);
  const current = await unlessGone(
    callEngine(context, { method: 'GET', path: pathTo(WEBHOOKS, known.webhookId) }),
  );
  if (!current) {
    forget(data, slot);
    return false;
  }
  const want = wanted(context);
  await update(context, current, want);
  data[slot] = { ...known, url: want.url };
  return true;
}

/**
 * Registers the webhook. If an old one was left behind at the same URL, production reuses it with its pending
 * deliveries; a test one is removed, because nobody wants what it still has to deliver.
 */
export async function createSubscription(context: IHookFunctions): Promise<boolean> {
  const data = context.getWorkflowStaticData('node') as StaticData;
  const slot = slotOf(context, data);
  const want = wanted(context);
  await checkOptions(context);
  const all = await listEngine(context, WEBHOOKS);
  let left = all.find((webhook) => webhook.url === want.url);
  if (left && slot === 'test') {
    await unlessGone(callEngine(context, { method: 'DELETE', path: pathTo(WEBHOOKS, left.id) }));
    left = undefined;
  }
  const registered = left ? await reuse(context, left, want) : await register(context, slot, want);
  data[slot] = {
    webhookId: String(registered.id),
    secret: String(registered.secret),
    url: want.url,
    seen: {},
  };
  return true;
}

async function register(context: IHookFunctions, slot: Slot, want: Wanted): Promise<IDataObject> {
  const { url, events, filter, burst } = want;
  const description = `n8n workflow ${context.getWorkflow().id ?? ''}, node ${context.getNode().name}`;
  const expiry = new Date(Date.now() + TEST_LIFETIME_MS).toISOString();
  return await callEngine(context, {
    method: 'POST',
    path: WEBHOOKS,
    body: {
      url,
      events,
      description: description.slice(0, 200),
      ...(Object.keys(filter).length ? { filter } : {}),
      ...(burst ? { burst } : {}),
      ...(slot === 'test' ? { expires_at: expiry } : {}),
    },
  });
}

/** Removes the webhook. It may be gone already; any other failure is thrown, and the next call tries again. */
export async function deleteSubscription(context: IHookFunctions): Promise<boolean> {
  const data = context.getWorkflowStaticData('node') as StaticData;
  const slot = slotOf(context, data);
  const known = data[slot];
  if (!known) return true;
  await unlessGone(callEngine(context, { method: 'DELETE', path: pathTo(WEBHOOKS, known.webhookId) }));
  forget(data, slot);
  return true;
}

/** Its secret is lost, so it gets a new one. */
async function reuse(context: IHookFunctions, left: IDataObject, want: Wanted): Promise<IDataObject> {
  const path = pathTo(WEBHOOKS, left.id, 'rotate-secret');
  const rotated = await callEngine(context, { method: 'POST', path });
  await update(context, left, want);
  return { id: left.id, secret: rotated.secret };
}

async function update(context: IHookFunctions, current: IDataObject, want: Wanted): Promise<void> {
  const body = differences(current, want);
  if (Object.keys(body).length === 0) return;
  await callEngine(context, { method: 'PATCH', path: pathTo(WEBHOOKS, current.id), body });
}

/** The PATCH body that turns `current` into `want`; empty if nothing differs. */
function differences(current: IDataObject, want: Wanted): IDataObject {
  const changes: IDataObject = {};
  if (current.url !== want.url) changes.url = want.url;
  if (!sameEvents(current.events as string[], want.events)) changes.events = want.events;
  if (!sameFilter((current.filter ?? {}) as IDataObject, want.filter)) changes.filter = want.filter;
  if (want.burst && !sameBurst((current.burst ?? {}) as IDataObject, want.burst)) changes.burst = want.burst;
  if (current.status === 'disabled') changes.status = 'enabled';
  return changes;
}

function sameEvents(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((event) => b.includes(event));
}

/** What the node does not set may be anything. */
function sameBurst(current: IDataObject, want: IDataObject): boolean {
  return Object.entries(want).every(([name, value]) => current[name] === value);
}

function sameFilter(a: IDataObject, b: IDataObject): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => (a[name] ?? null) === (b[name] ?? null));
}

async function unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
  return await call.catch((error: unknown) => {
    if (error instanceof NodeApiError && error.httpCode === '404') return undefined;
    throw error;
  });
}

function forget(data: StaticData, slot: Slot): void {
  const known = data[slot];
  if (known) forgetEvents(known.webhookId);
  delete data[slot];
}
