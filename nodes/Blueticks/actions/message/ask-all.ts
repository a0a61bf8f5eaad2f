import { NodeApiError, NodeOperationError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';
import { keepWaiting, type Wait, type Waiting } from '../../waiting/wait';
import { nameMessage, registerWait, removeWait } from '../../waiting/wait-registry';
import { readAnswersFrom } from './answers-from';
import { createInBatches, createTogether } from './create-in-batches';
import { readQuestion } from './question';

/** A question whose webhook is registered, before its message is created. */
interface Registered {
  wait: Omit<Wait, 'messageId'>;
  body: IDataObject;
}

/**
 * Asks what each item says. If one of them cannot be asked nobody is, unless the node continues on errors.
 * @param until when the questions end; never, if absent
 * @returns what the execution has to remember, and does
 * @throws the error of the first item that cannot be asked
 */
export async function askAll(context: IExecuteFunctions, until: Date | undefined): Promise<Waiting> {
  const { waitFor } = context.getNodeParameter('options', 0, {}) as IDataObject;
  const isForAll = waitFor !== 'first' && context.getInputData().length > 1;
  const waiting: Waiting = { waits: [], isForAll, notAsked: [] };
  const registered: Registered[] = [];
  const fail = (itemIndex: number, error: unknown): void => {
    const named = nameItem(context, error, itemIndex);
    if (!context.continueOnFail()) throw named;
    waiting.notAsked.push({ itemIndex, json: { error: named.message } });
  };
  const ask = async (): Promise<void> => {
    for (const itemIndex of context.getInputData().keys()) {
      const own = await register(context, itemIndex, until, isForAll).catch((error: unknown) =>
        fail(itemIndex, error),
      );
      if (own) registered.push(own);
    }
    const created = await createMessages(context, registered, fail);
    for (const { wait } of registered) {
      const message = created.get(wait.itemIndex);
      if (message) waiting.waits.push({ ...wait, messageId: String(message.id) });
    }
  };
  await ask().catch(async (error: unknown) => {
    for (const { wait } of registered) await removeWait(context, wait.webhookId);
    throw error;
  });
  keepWaiting(context, waiting);
  await nameMessages(context, registered, waiting);
  return waiting;
}

/** Registers the webhook for the answer to an item's question. */
async function register(
  context: IExecuteFunctions,
  itemIndex: number,
  until: Date | undefined,
  isTogether: boolean,
): Promise<Registered> {
  const { body, asked } = await readQuestion(context, itemIndex);
  const options = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
  const answersFrom = readAnswersFrom(options);
  const to = String(body.to);
  const url = context.getSignedResumeUrl();
  const webhook = await registerWait(context, { to, asked, url, until, isTogether, itemIndex });
  return { body, wait: { itemIndex, to, ...webhook, asked, answersFrom } };
}

/** Creates the messages: those of all items, or, if the node continues on errors, of all that can be created. */
async function createMessages(
  context: IExecuteFunctions,
  registered: Registered[],
  fail: (itemIndex: number, error: unknown) => void,
): Promise<Map<number, IDataObject>> {
  const bodies = new Map(registered.map(({ wait, body }) => [wait.itemIndex, body]));
  const itemIndexes = [...bodies.keys()];
  if (!context.continueOnFail()) {
    const messages = await createTogether(context, [...bodies]);
    return new Map(messages.map((message, place) => [itemIndexes[place] ?? 0, message]));
  }
  const created = new Map<number, IDataObject>();
  const bodyOf = async (itemIndex: number): Promise<IDataObject> => bodies.get(itemIndex) ?? {};
  for await (const outcome of createInBatches(context, itemIndexes, bodyOf)) {
    if ('error' in outcome) fail(outcome.itemIndex, outcome.error);
    else created.set(outcome.itemIndex, outcome.json);
  }
  return created;
}

/**
 * Tells the registry which message belongs to which wait, and removes the waits of those that were not asked. It matters
 * only if several questions to a person are open. The messages are created, so a failure must not undo that.
 */
async function nameMessages(
  context: IExecuteFunctions,
  registered: Registered[],
  { waits, isForAll: isTogether }: Waiting,
): Promise<void> {
  for (const { webhookId } of registered.map(({ wait }) => wait)) {
    const messageId = waits.find((wait) => wait.webhookId === webhookId)?.messageId;
    const noted = messageId
      ? nameMessage(context, webhookId, { messageId, isTogether })
      : removeWait(context, webhookId);
    await noted.catch(() => undefined);
  }
}

function nameItem(context: IExecuteFunctions, error: unknown, itemIndex: number): Error {
  if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
  return new NodeOperationError(context.getNode(), error as Error, { itemIndex });
}
