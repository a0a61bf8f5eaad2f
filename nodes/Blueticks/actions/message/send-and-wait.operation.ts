import {
  SEND_AND_WAIT_OPERATION,
  WAIT_INDEFINITELY,
  type IExecuteFunctions,
  type INodeExecutionData,
} from 'n8n-workflow';
import { downloadMediaField } from '../../waiting/download-media-field';
import { limitWaitTimeField, readWaitUntil } from '../../waiting/limit-wait-time';
import { keepWait } from '../../waiting/wait';
import { nameMessage, registerWait, removeWait, tidyUp } from '../../waiting/wait-registry';
import type { Operation } from '../operation';
import { readRecipient } from '../recipient-field';
import { createMessage, newMessageFields } from './create-message';

export const sendAndWait: Operation = {
  value: SEND_AND_WAIT_OPERATION,
  name: 'Send and Wait for Response',
  action: 'Send a message and wait for the response',
  description:
    'Ask a person something and pause the workflow until they answer in the chat with words, a vote or a file',
  fields: newMessageFields({ options: [downloadMediaField, limitWaitTimeField] }),
  async executeAndWait(context) {
    refuseAgents(context);
    refuseSeveral(context);
    const until = readWaitUntil(context);
    const limit = until === WAIT_INDEFINITELY ? undefined : until;
    await tidyUp(context);
    await ask(context, limit);
    // What n8n passes on when the time is up and nobody answered.
    context.getExecuteData().data.main = [[{ json: { timed_out: true }, pairedItem: { item: 0 } }]];
    await context.putExecutionToWait(until);
    return [context.getInputData()];
  },
};

async function ask(context: IExecuteFunctions, until: Date | undefined): Promise<void> {
  const to = readRecipient(context, 0);
  const url = context.getSignedResumeUrl();
  const { webhookId, secret } = await registerWait(context, { to, url, until, itemIndex: 0 });
  const [message] = await createMessage(context, 0, {}).catch(async (error: unknown) => {
    await removeWait(context, webhookId);
    throw error;
  });
  const messageId = String(message?.id);
  keepWait(context, { webhookId, secret, messageId });
  // Only where several questions are open at once does it matter, and the message is out: that must not fail now.
  await nameMessage(context, webhookId, messageId).catch(() => undefined);
}

/** A tool has to answer its agent at once, and n8n's review of tools wants buttons, which WhatsApp does not give. */
function refuseAgents(context: IExecuteFunctions): void {
  const isReview = context.getNode().type.endsWith('HitlTool');
  if (!isReview && !context.isToolExecution()) return;
  throw new Error(
    '"Send and Wait for Response" cannot be a tool of an AI agent. Nothing was sent. Let the agent use "Send", and start it anew on the answer with the Blueticks Trigger.',
  );
}

/** An execution waits for one answer: with several persons it could go on with only one of them. */
function refuseSeveral(context: IExecuteFunctions): void {
  const items: INodeExecutionData[] = context.getInputData();
  if (items.length === 1) return;
  throw new Error(
    `"Send and Wait for Response" asks one person at a time, and ${items.length} items came in. Nothing was sent. Put a "Loop Over Items" node before it to ask one after the other, or an "Execute Sub-workflow" node that runs once for each item to ask all at once.`,
  );
}
