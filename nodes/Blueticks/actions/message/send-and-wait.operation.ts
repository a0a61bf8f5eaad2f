import {
  SEND_AND_WAIT_OPERATION,
  WAIT_INDEFINITELY,
  type IDataObject,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeProperties,
} from 'n8n-workflow';
import { limitWaitTimeField, readWaitUntil } from '../../waiting/limit-wait-time';
import { timedOut } from '../../waiting/timed-out';
import type { Waiting } from '../../waiting/wait';
import { tidyUp, TOGETHER_FOR_MS } from '../../waiting/wait-registry';
import type { Operation } from '../operation';
import { askAll } from './ask-all';
import { newMessageOptions } from './options';
import { questionFields } from './question';

/** How many people one execution can ask. Their messages are created in one request. */
const MOST = 250;

const ownOptions: INodeProperties[] = [
  {
    displayName: 'Answers From',
    name: 'answersFrom',
    type: 'string',
    typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Phone Number' },
    default: [],
    placeholder: 'e.g. +14155551234',
    description: 'Who may answer in a group: only these phone numbers. Everybody, if there are none.',
  },
  {
    displayName: 'Download Media',
    name: 'downloadMedia',
    type: 'boolean',
    default: false,
    description:
      'Whether to download the file of an answer (a picture, voice message or document) as binary data, into the property "data"',
  },
  limitWaitTimeField,
  {
    displayName: 'Wait For',
    name: 'waitFor',
    type: 'options',
    options: [
      { name: 'All Answers', value: 'all', description: 'Continue when everybody has answered' },
      { name: 'First Answer', value: 'first', description: 'Continue with the first answer' },
    ],
    default: 'all',
    description:
      'What to wait for if several input items ask people. The output of the first answer has item_index, the number of its input item from 0.',
  },
];

export const sendAndWait: Operation = {
  value: SEND_AND_WAIT_OPERATION,
  name: 'Send and Wait for Response',
  action: 'Send a message and wait for the response',
  description:
    'Ask people something and pause the workflow until they answer in the chat with a text, vote, reaction or file',
  fields: [...questionFields, newMessageOptions(ownOptions)],
  async executeAndWait(context) {
    refuseTools(context);
    refuseCrowds(context);
    const until = readWaitUntil(context);
    await tidyUp(context);
    const waiting = await askAll(context, until === WAIT_INDEFINITELY ? undefined : until);
    if (waiting.waits.length === 0) return [waiting.notAsked.map(asItem)];
    // N8n outputs this if the time is up and nobody has answered.
    context.getExecuteData().data.main = [timedOutItems(context, waiting)];
    await context.putExecutionToWait(wakeUpTime(waiting, until));
    return [context.getInputData()];
  },
};

/**
 * When n8n continues by itself. If it waits for several answers, those that came are with the engine, which says when the
 * time is up, so that n8n can ask for them. n8n waits longer then, for an engine that is late.
 */
function wakeUpTime(waiting: Waiting, until: Date): Date {
  if (!waiting.isForAll || until === WAIT_INDEFINITELY) return until;
  return new Date(until.getTime() + TOGETHER_FOR_MS);
}

function timedOutItems(context: IExecuteFunctions, waiting: Waiting): INodeExecutionData[] {
  const { waits, isForAll, notAsked } = waiting;
  const [first] = waits;
  if (!isForAll && first && waits.length > 1) return [asItem({ ...first, json: timedOut(first.asked) })];
  const late = waits.map(({ itemIndex, asked }) => ({ itemIndex, json: timedOut(asked, isReview(context)) }));
  return [...late, ...notAsked].sort((a, b) => a.itemIndex - b.itemIndex).map(asItem);
}

const asItem = ({ itemIndex, json }: { itemIndex: number; json: IDataObject }): INodeExecutionData => ({
  json,
  pairedItem: { item: itemIndex },
});

/** Whether n8n runs the node as the human review of an AI agent's tools. */
const isReview = (context: IExecuteFunctions): boolean => context.getNode().type.endsWith('HitlTool');

/** From version 3 on, an AI Agent lets n8n run its tools, which may wait. Earlier ones run them and need an answer at once. */
function refuseTools(context: IExecuteFunctions): void {
  if (isReview(context) || !context.isToolExecution()) return;
  throw new Error(
    'This AI agent cannot wait for its tools, so it cannot use "Send and Wait for Response". Nothing was sent. Use an AI Agent node of version 3 or later: delete the node and add it again.',
  );
}

function refuseCrowds(context: IExecuteFunctions): void {
  const count = context.getInputData().length;
  if (count <= MOST) return;
  throw new Error(
    `"Send and Wait for Response" asks at most ${MOST} people at once, but got ${count} items. Nothing was sent. Put a "Loop Over Items" node before it.`,
  );
}
