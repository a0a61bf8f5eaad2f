import { NodeApiError, type IDataObject, type IHookFunctions, type IWebhookFunctions } from 'n8n-workflow';
import { callEngine } from '../Blueticks/transport/call-engine';
import { listEngine } from '../Blueticks/transport/list-engine';
import { forgetEvents, type SeenEvents } from './seen-events';

/** What the node keeps of a webhook that it registered. */
export interface Subscription {
  webhookId: string;
  secret: string;
  url: string;
  seen: SeenEvents;
}

/** Production and test have a webhook each, so that trying a workflow out never disturbs the active one. */
type Slot = 'production' | 'test';
type StaticData = Partial<Record<Slot, Subscription>>;

/** n8n listens for 2 minutes; a test webhook that nobody removed is gone soon after. */
const TEST_LIFETIME_MS = 10 * 60_000;

/** What the node's fields ask of the webhook, as the engine's body fields. */
interface Wanted {
  url: string;
  events: string[];
  filter: IDataObject;
}

function wanted(context: IHookFunctions): Wanted {
  const filters = context.getNodeParameter('filters', {}) as IDataObject;
  const filter: IDataObject = {};
  if (filters.from) filter.from = filters.from;
  if (filters.chatId) filter.chat_id = filters.chatId;
  if (filters.reference) filter.reference = filters.reference;
  if (filters.repliesOnly) filter.reply_only = true;
  const url = context.getNodeWebhookUrl('default');
  if (!url) throw new Error('n8n gives this trigger no webhook address.');
  return { url, events: context.getNodeParameter('events', []) as string[], filter };
}

/**
 * Which of the two a call of n8n is for. Its mode says "manual" only when the test webhook is made, so on
 * removal the address tells.
 */
function slotOf(context: IHookFunctions, data: StaticData): Slot {
  const url = context.getNodeWebhookUrl('default') ?? '';
  const isTest = context.getMode() === 'manual' || url.includes('/webhook-test/') || data.test?.url === url;
  return isTest ? 'test' : 'production';
}

/** The subscription that a delivery belongs to. */
export function subscriptionOf(context: IWebhookFunctions): Subscription | undefined {
  return (context.getWorkflowStaticData('node') as StaticData)[deliverySlot(context)];
}

/** Keeps what was seen, over a restart of n8n too. */
export function keepSeen(context: IWebhookFunctions, subscription: Subscription, seen: SeenEvents): void {
  // Set as a whole: n8n notices a change of its static data only at the top.
  (context.getWorkflowStaticData('node') as StaticData)[deliverySlot(context)] = { ...subscription, seen };
}

/** In `webhook()` the node's address is never the test one, but the mode is told. */
function deliverySlot(context: IWebhookFunctions): Slot {
  return context.getMode() === 'manual' ? 'test' : 'production';
}

/**
 * Whether the webhook is there as the fields want it. One that differs (another address, other events, disabled) is
 * mended in place, with its waiting deliveries. Only a 404 means that it is gone.
 */
export async function ensureSubscription(context: IHookFunctions): Promise<boolean> {
  const data = context.getWorkflowStaticData('node') as StaticData;
  const slot = slotOf(context, data);
  const known = data[slot];
  if (!known) return false;
  const current = await unlessGone(callEngine(context, { method: 'GET', path: pathOf(known.webhookId) }));
  if (!current) {
    forget(data, slot);
    return false;
  }
  const want = wanted(context);
  await repair(context, current, want);
  data[slot] = { ...known, url: want.url };
  return true;
}

/**
 * Registers the webhook. One that was left behind at the same address is taken over with its waiting deliveries, or,
 * in the test slot, where nothing waits that anyone wants, removed.
 */
export async function createSubscription(context: IHookFunctions): Promise<boolean> {
  const data = context.getWorkflowStaticData('node') as StaticData;
  const slot = slotOf(context, data);
  const want = wanted(context);
  const all = await listEngine(context, '/v1/webhooks', {}, {});
  let left = all.find((webhook) => webhook.url === want.url);
  if (left && slot === 'test') {
    await unlessGone(callEngine(context, { method: 'DELETE', path: pathOf(String(left.id)) }));
    left = undefined;
  }
  const registered = left ? await takeOver(context, left, want) : await register(context, slot, want);
  data[slot] = {
    webhookId: String(registered.id),
    secret: String(registered.secret),
    url: want.url,
    seen: {},
  };
  return true;
}

async function register(context: IHookFunctions, slot: Slot, want: Wanted): Promise<IDataObject> {
  const { url, events, filter } = want;
  const description = `n8n workflow ${context.getWorkflow().id ?? ''}, node ${context.getNode().name}`;
  const expiry = new Date(Date.now() + TEST_LIFETIME_MS).toISOString();
  return await callEngine(context, {
    method: 'POST',
    path: '/v1/webhooks',
    body: {
      url,
      events,
      description: description.slice(0, 200),
      ...(Object.keys(filter).length ? { filter } : {}),
      ...(slot === 'test' ? { expires_at: expiry } : {}),
    },
  });
}

/** Removes the webhook. One that is already gone is fine; any other failure is told, and kept for a next time. */
export async function deleteSubscription(context: IHookFunctions): Promise<boolean> {
  const data = context.getWorkflowStaticData('node') as StaticData;
  const slot = slotOf(context, data);
  const known = data[slot];
  if (!known) return true;
  await unlessGone(callEngine(context, { method: 'DELETE', path: pathOf(known.webhookId) }));
  forget(data, slot);
  return true;
}

/** Its secret was lost with whoever registered it, so it gets a new one. */
async function takeOver(context: IHookFunctions, left: IDataObject, want: Wanted): Promise<IDataObject> {
  const path = `${pathOf(String(left.id))}/rotate-secret`;
  const rotated = await callEngine(context, { method: 'POST', path });
  await repair(context, left, want);
  return { id: left.id, secret: rotated.secret };
}

async function repair(context: IHookFunctions, current: IDataObject, want: Wanted): Promise<void> {
  const body = differences(current, want);
  if (Object.keys(body).length === 0) return;
  await callEngine(context, { method: 'PATCH', path: pathOf(String(current.id)), body });
}

/** The PATCH that turns `current` into what is wanted; empty when nothing differs. */
function differences(current: IDataObject, want: Wanted): IDataObject {
  const changes: IDataObject = {};
  if (current.url !== want.url) changes.url = want.url;
  if (!sameEvents(current.events as string[], want.events)) changes.events = want.events;
  if (!sameFilter((current.filter ?? {}) as IDataObject, want.filter)) changes.filter = want.filter;
  if (current.status === 'disabled') changes.status = 'enabled';
  return changes;
}

function sameEvents(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((event) => b.includes(event));
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

function pathOf(webhookId: string): string {
  return `/v1/webhooks/${encodeURIComponent(webhookId)}`;
}

function forget(data: StaticData, slot: Slot): void {
  const known = data[slot];
  if (known) forgetEvents(known.webhookId);
  delete data[slot];
}
