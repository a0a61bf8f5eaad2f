import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';
import type { EngineEvent } from '../shared/delivery';
import { listEngine } from '../shared/list-engine';

/** What people do. In every other event, `from` is the number that the engine sent from. */
const BY_PEOPLE = [
  'call.received',
  'message.burst',
  'message.edited',
  'message.reaction',
  'message.received',
  'message.revoked',
  'poll.voted',
];
/** So long after a number was linked, what it writes to another one may still start a run. */
const REMEMBERED_MS = 60_000;

const known = new Map<string, { at: number; numbers: Promise<string[]> }>();

/** The linked numbers, E.164. @param webhookId whose engine is asked */
async function ownNumbers(context: IWebhookFunctions, webhookId: string): Promise<string[]> {
  const remembered = known.get(webhookId);
  if (remembered && Date.now() - remembered.at < REMEMBERED_MS) return await remembered.numbers;
  const numbers = readNumbers(context);
  known.set(webhookId, { at: Date.now(), numbers });
  numbers.catch(() => known.delete(webhookId));
  return await numbers;
}

/** @throws NodeApiError that says what to do, such as if the key may not read sessions */
export async function readNumbers(context: IHookFunctions | IWebhookFunctions): Promise<string[]> {
  const sessions = await listEngine(context, '/v1/sessions');
  return sessions.flatMap(({ phone }) => (typeof phone === 'string' ? phone : []));
}

/** Whether an event is what the owner did: on the phone, or with one linked number to another. */
export async function isOwn(
  context: IWebhookFunctions,
  webhookId: string,
  { type, data }: EngineEvent,
): Promise<boolean> {
  if (type === 'message.sent_from_phone') return true;
  if (!BY_PEOPLE.includes(type) || !data.from) return false;
  return (await ownNumbers(context, webhookId)).includes(String(data.from));
}
