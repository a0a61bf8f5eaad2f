import type {
  IDataObject,
  INodeExecutionData,
  IWebhookDescription,
  IWebhookFunctions,
  IWebhookResponseData,
} from 'n8n-workflow';
import { acceptDelivery, ANSWERED, flatten, respond, type EngineEvent } from '../../shared/delivery';
import { withMedia } from '../../shared/download-media';
import type { Answer } from './answers/read-answer';
import { allAnswers, answerWith, isFromAllowed } from './find-answers';
import { timedOut } from './timed-out';
import { keptWaiting, type Wait, type Waiting } from './wait';
import { EXPIRED, isForSame, listWaits, noteAnswer, removeWait } from './wait-registry';
import { whoseAnswer } from './whose-answer';

/** Where n8n receives people's answers: at the signed URL of the one execution that waits for them. */
export const waitWebhooks: IWebhookDescription[] = [
  {
    name: 'default',
    httpMethod: 'POST',
    // n8n answers once the execution is running again. Until then the engine keeps the answer.
    responseMode: 'onReceived',
    // n8n finds the webhook by the last part of the signed URL, which is the node's id.
    path: '={{ $nodeId }}',
    restartWebhook: true,
    isFullPath: true,
  },
];

/**
 * Lets the execution continue if a delivery is the answer that it waits for, or the last of several. n8n has already
 * checked its own signature. Earlier ones of several stay with the engine, which has them all: a crash loses none.
 */
export async function receiveAnswer(context: IWebhookFunctions): Promise<IWebhookResponseData> {
  const waiting = keptWaiting(context);
  const wait = waiting && calledWait(context, waiting);
  const event = acceptDelivery(context, wait?.secret);
  if (!waiting || !wait || !event) return ANSWERED;
  if (event.type === EXPIRED) return await continueWithAll(context, waiting);
  const answer = await accept(context, waiting, wait, event);
  if (answer === 'not known yet') {
    return respond(context, 503, { error: 'An earlier question to this person has not been answered yet.' });
  }
  if (!answer) return respond(context, 200, { ok: true, resumed: false });
  if (!waiting.isForAll)
    return await continueWith(context, waiting, [await onlyItem(context, waiting, wait, answer)]);
  const missing = await unanswered(context, waiting);
  if (missing > 0) return respond(context, 200, { ok: true, resumed: false, waiting_for: missing });
  return await continueWithAll(context, waiting);
}

/** The question whose webhook this call is from. */
function calledWait(context: IWebhookFunctions, { waits }: Waiting): Wait | undefined {
  const id = (context.getHeaderData() as Record<string, unknown>)['blueticks-webhook-id'];
  return waits.find(({ webhookId }) => webhookId === id);
}

/** The answer that a delivery brings, once the registry knows of it; undefined if it brings none. */
async function accept(
  context: IWebhookFunctions,
  waiting: Waiting,
  wait: Wait,
  event: EngineEvent,
): Promise<Answer | 'not known yet' | undefined> {
  const verdict = await whoseAnswer(context, wait, event);
  if (verdict === 'not known yet') return verdict;
  if (verdict === 'not mine' || !(await isFromAllowed(context, wait, event))) return undefined;
  const answer = await answerWith(context, wait, event);
  const isTogether = waiting.isForAll;
  if (answer || isTogether) {
    const answeredBy = answer && event.id;
    await noteAnswer(context, wait.webhookId, { messageId: wait.messageId, answeredBy, isTogether });
  }
  return answer;
}

/** How many questions nobody has answered yet. */
async function unanswered(context: IWebhookFunctions, { waits }: Waiting): Promise<number> {
  const listed = await listWaits(context);
  const answered = new Set(listed.flatMap((each) => (each.answeredBy ? [each.webhookId] : [])));
  return waits.filter(({ webhookId }) => !answered.has(webhookId)).length;
}

/** Continues with an item for each question, answered or not, and for each that could not be asked. */
async function continueWithAll(context: IWebhookFunctions, waiting: Waiting): Promise<IWebhookResponseData> {
  const items: INodeExecutionData[] = waiting.notAsked.map(({ itemIndex, json }) => paired(itemIndex, json));
  const answers = await allAnswers(context, waiting.waits);
  for (const [place, wait] of waiting.waits.entries()) {
    const answer = answers[place];
    items.push(answer ? await itemOf(context, wait, answer) : paired(wait.itemIndex, timedOut(wait.asked)));
  }
  return await continueWith(
    context,
    waiting,
    items.sort((a, b) => itemIndexOf(a) - itemIndexOf(b)),
  );
}

async function continueWith(
  context: IWebhookFunctions,
  { waits }: Waiting,
  items: INodeExecutionData[],
): Promise<IWebhookResponseData> {
  // Only once the engine has our response: without the webhook it could not deliver the answer again.
  context.getResponseObject().once('finish', () => {
    void removeAll(context, waits).catch(() => {
      // They expire soon, and the next question cleans up.
    });
  });
  return { workflowData: [items] };
}

/** Of several questions, says which: n8n pairs the only item with the first input item, whatever its `pairedItem` is. */
async function onlyItem(
  context: IWebhookFunctions,
  { waits, notAsked }: Waiting,
  wait: Wait,
  answer: Answer,
): Promise<INodeExecutionData> {
  const item = await itemOf(context, wait, answer);
  if (waits.length + notAsked.length === 1) return item;
  return { ...item, json: { ...item.json, item_index: wait.itemIndex } };
}

async function itemOf(context: IWebhookFunctions, wait: Wait, answer: Answer): Promise<INodeExecutionData> {
  const item = paired(wait.itemIndex, { ...flatten(answer.event), ...answer.result });
  // Read this option alone: expressions in the others may not work any more when the answer arrives.
  const wantsMedia = context.getNodeParameter('options.downloadMedia', false) === true;
  return wantsMedia ? await withMedia(context, item) : item;
}

const paired = (item: number, json: IDataObject): INodeExecutionData => ({ json, pairedItem: { item } });
const itemIndexOf = ({ pairedItem }: INodeExecutionData): number => (pairedItem as { item: number }).item;

/**
 * Removes the waits. If another execution waits for the same person, it needs to see how this one was answered, so that
 * one stays for a while.
 */
async function removeAll(context: IWebhookFunctions, waits: Wait[]): Promise<void> {
  const listed = await listWaits(context);
  const own = listed.filter(({ webhookId }) => waits.some((wait) => wait.webhookId === webhookId));
  const others = listed.filter((each) => !own.includes(each));
  for (const each of own) {
    const { webhookId, answeredBy, messageId = '' } = each;
    const same = others.filter((other) => isForSame(other, each));
    if (answeredBy && same.some(({ isOpen }) => isOpen)) {
      await noteAnswer(context, webhookId, { messageId, answeredBy, isTogether: false });
      continue;
    }
    const isStillNeeded = same.some(({ isOpen }) => isOpen);
    // Another execution may remove the same right now.
    for (const over of isStillNeeded ? [each] : [each, ...same]) {
      await removeWait(context, over.webhookId).catch(() => undefined);
    }
  }
}
