import { NodeApiError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';
import { callEngine, forItem } from '../../../shared/call-engine';
import { idempotencyKey } from '../idempotency-key';
import type { Outcome } from '../operation';
import { MESSAGES } from './resource';

/** While it stores a batch, the engine's embedded database serves nobody else. */
const MOST_AT_ONCE = 250;
/** The engine accepts 16 MiB. Files are in the body, so this is also about what n8n holds in memory. */
const MOST_BYTES = 8 * 1024 * 1024;
/** Refused for a reason that is the same for all: the key, its scope, too many requests. */
const REFUSED_FOR_ALL = ['401', '403', '429'];

interface NewMessage {
  itemIndex: number;
  body: IDataObject;
  /** A message in a batch and one alone are the same to the engine if they have the same key. */
  key: string;
}

/**
 * Creates a message for each item in as few requests as possible, with the outcomes that a request for each would have:
 * in the order of the items, each with its own error and idempotency key, and up to the first error if the node stops
 * there.
 * @param bodyOf the message of an item. It may throw.
 */
export async function* createInBatches(
  context: IExecuteFunctions,
  itemIndexes: number[],
  bodyOf: (itemIndex: number) => Promise<IDataObject>,
): AsyncGenerator<Outcome> {
  let batch: NewMessage[] = [];
  let bytes = 0;
  for (const itemIndex of itemIndexes) {
    let message: NewMessage;
    try {
      message = { itemIndex, body: await bodyOf(itemIndex), key: idempotencyKey(context, itemIndex) };
    } catch (error) {
      yield* post(context, batch);
      batch = [];
      bytes = 0;
      yield { itemIndex, error };
      continue;
    }
    const size = Buffer.byteLength(JSON.stringify(message.body));
    if (batch.length === MOST_AT_ONCE || bytes + size > MOST_BYTES) {
      yield* post(context, batch);
      batch = [];
      bytes = 0;
    }
    batch.push(message);
    bytes += size;
  }
  yield* post(context, batch);
}

/**
 * Creates a message for each item, or none at all.
 * @throws the error of the first item that is refused, without "messages.3." before the names of its fields
 */
export async function createTogether(
  context: IExecuteFunctions,
  bodies: [itemIndex: number, body: IDataObject][],
): Promise<IDataObject[]> {
  const batch = bodies.map(([itemIndex, body]) => ({
    itemIndex,
    body,
    key: idempotencyKey(context, itemIndex),
  }));
  const [first] = batch;
  if (!first) return [];
  if (batch.length === 1) {
    const outcome = await postAlone(context, first);
    if ('error' in outcome) throw outcome.error;
    return [outcome.json];
  }
  const messages = batch.map(({ body, key }) => ({ ...body, idempotency_key: key }));
  const call = { method: 'POST' as const, path: `${MESSAGES}/batch`, body: { messages } };
  const { data } = await callEngine<{ data: IDataObject[] }>(context, call).catch((error: unknown) => {
    if (!(error instanceof NodeApiError)) throw error;
    const [place = 0] = namedIn(error);
    const named = forItem(context, error, batch[place]?.itemIndex ?? first.itemIndex);
    named.message = named.message.replace(/\bmessages\.\d+\./g, '');
    throw named;
  });
  return data;
}

async function* post(context: IExecuteFunctions, batch: NewMessage[]): AsyncGenerator<Outcome> {
  const [first, ...others] = batch;
  if (!first) return;
  if (others.length === 0) return yield await postAlone(context, first);
  const messages = batch.map(({ body, key }) => ({ ...body, idempotency_key: key }));
  let created: IDataObject[];
  try {
    const call = { method: 'POST' as const, path: `${MESSAGES}/batch`, body: { messages } };
    created = (await callEngine<{ data: IDataObject[] }>(context, { ...call, itemIndex: first.itemIndex }))
      .data;
  } catch (error) {
    return yield* postAfterRefusal(context, batch, error);
  }
  for (const [place, { itemIndex }] of batch.entries()) yield { itemIndex, json: created[place] ?? {} };
}

/** A batch is created as a whole or not at all, so now the good messages go without the bad ones. */
async function* postAfterRefusal(
  context: IExecuteFunctions,
  batch: NewMessage[],
  error: unknown,
): AsyncGenerator<Outcome> {
  if (isForAll(error)) {
    for (const { itemIndex } of batch) yield { itemIndex, error: forItem(context, error, itemIndex) };
    return;
  }
  const bad = namedIn(error);
  const first = batch.findIndex((_, place) => bad.has(place));
  if (first === -1) {
    for (const message of batch) yield await postAlone(context, message);
    return;
  }
  if (!context.continueOnFail()) {
    yield* post(context, batch.slice(0, first));
    yield await postAlone(context, batch[first]!);
    yield* post(context, batch.slice(first + 1));
    return;
  }
  const outcomes: Outcome[] = [];
  for await (const outcome of post(
    context,
    batch.filter((_, place) => !bad.has(place)),
  ))
    outcomes.push(outcome);
  for (const place of bad) outcomes.push(await postAlone(context, batch[place]!));
  yield* outcomes.sort((a, b) => a.itemIndex - b.itemIndex);
}

async function postAlone(context: IExecuteFunctions, { itemIndex, body, key }: NewMessage): Promise<Outcome> {
  try {
    const headers = { 'Idempotency-Key': key };
    return {
      itemIndex,
      json: await callEngine(context, { method: 'POST', path: MESSAGES, headers, body, itemIndex }),
    };
  } catch (error) {
    return { itemIndex, error };
  }
}

/** Whether the next request would fail in the same way: the engine is out of reach or does not accept this key. */
function isForAll(error: unknown): error is NodeApiError {
  if (!(error instanceof NodeApiError)) return false;
  const { httpCode } = error;
  return !httpCode || REFUSED_FOR_ALL.includes(httpCode) || httpCode.startsWith('5');
}

/** The places of the messages that the engine's answer finds fault with. */
function namedIn(error: unknown): Set<number> {
  if (!(error instanceof NodeApiError)) return new Set();
  const text = `${error.message} ${error.description ?? ''}`;
  return new Set([...text.matchAll(/\bmessages\.(\d+)\b/g)].map(([, place]) => Number(place)));
}
