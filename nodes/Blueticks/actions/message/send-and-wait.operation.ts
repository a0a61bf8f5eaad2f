import {
  SEND_AND_WAIT_OPERATION,
  WAIT_INDEFINITELY,
  type IExecuteFunctions,
  type INodeProperties,
} from 'n8n-workflow';
import { limitWaitTimeField, readWaitUntil } from '../../waiting/limit-wait-time';
import { keepWait } from '../../waiting/wait';
import { nameMessage, registerWait, removeWait, tidyUp } from '../../waiting/wait-registry';
import { readRecipient } from '../common-fields';
import type { Operation } from '../operation';
import { createMessage, newMessageFields } from './create.operations';

const downloadMediaField: INodeProperties = {
  displayName: 'Download Media',
  name: 'downloadMedia',
  type: 'boolean',
  default: false,
  description:
    'Whether to download the file of an answer (a picture, voice message or document) as binary data, into the property "data"',
};

export const sendAndWait: Operation = {
  value: SEND_AND_WAIT_OPERATION,
  name: 'Send and Wait for Response',
  action: 'Send a message and wait for the response',
  description:
    'Ask a person something and pause the workflow until they answer in the chat with a text, vote or file',
  fields: newMessageFields({ options: [downloadMediaField, limitWaitTimeField] }),
  async executeAndWait(context) {
    rejectAgents(context);
    rejectSeveralItems(context);
    const until = readWaitUntil(context);
    const limit = until === WAIT_INDEFINITELY ? undefined : until;
    await tidyUp(context);
    await ask(context, limit);
    // n8n outputs this if the time is up and nobody has answered.
    context.getExecuteData().data.main = [[{ json: { timed_out: true }, pairedItem: { item: 0 } }]];
    await context.putExecutionToWait(until);
    return [context.getInputData()];
  },
};

async function ask(context: IExecuteFunctions, until: Date | undefined): Promise<void> {
  const to = readRecipient(context, 0);
  const url = context.getSignedResumeUrl();
  const { webhookId, secret } = await registerWait(context, { to, url, until, itemIndex: 0 });
  const message = await createMessage(context, 0).catch(async (error: unknown) => {
    await removeWait(context, webhookId);
    throw error;
  });
  const messageId = String(message.id);
  keepWait(context, { webhookId, secret, messageId });
  // This only matters if several questions are open at once. The message is sent, so a failure here must not undo that.
  await nameMessage(context, webhookId, messageId).catch(() => undefined);
}

/** A tool must answer its agent at once, and n8n's human review needs buttons, which WhatsApp does not have. */
function rejectAgents(context: IExecuteFunctions): void {
  const isReview = context.getNode().type.endsWith('HitlTool');
  if (!isReview && !context.isToolExecution()) return;
  throw new Error(
    'An AI agent cannot use "Send and Wait for Response" as a tool. Nothing was sent. Let the agent use "Send", and start it again with the Blueticks Trigger when the answer comes.',
  );
}

/** An execution waits for one answer, so it can ask only one person. */
function rejectSeveralItems(context: IExecuteFunctions): void {
  const count = context.getInputData().length;
  if (count === 1) return;
  throw new Error(
    `"Send and Wait for Response" asks one person at a time, but got ${count} items. Nothing was sent. To ask them one after the other, put a "Loop Over Items" node before it. To ask all at once, use an "Execute Sub-workflow" node that runs once for each item.`,
  );
}
