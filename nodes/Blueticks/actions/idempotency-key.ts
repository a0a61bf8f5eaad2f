import { createHash } from 'node:crypto';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { textOf } from './read-field';

/**
 * The idempotency key for what an item creates, at most 64 characters: the option of that name if it is set. The
 * default stays the same when n8n retries the execution, and differs for each item and each turn of a loop. When n8n
 * retries the parent of a sub-workflow, the sub-workflow starts afresh: it learns the id of the retry, but nothing that it
 * shares with the first try (n8n 2.41), so the default differs, and the option's text says to set a key.
 */
export function idempotencyKey(context: IExecuteFunctions, itemIndex: number): string {
  const options = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
  const chosen = textOf(options.idempotencyKey, 'Idempotency Key').trim();
  if (chosen) return chosen;
  const parts = [
    firstExecution(context),
    context.getWorkflow().id,
    context.getNode().id,
    context.getWorkflowDataProxy(itemIndex).$runIndex as number,
    itemIndex,
  ];
  return `n8n-${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 48)}`;
}

/**
 * A retry in n8n is a new execution with its own id, but it keeps the node's context. The id of the n8n server tells
 * apart two servers that share an engine: both count their executions from 1.
 */
function firstExecution(context: IExecuteFunctions): string {
  const kept = context.getContext('node');
  kept.firstExecution ??= `${context.getInstanceId()}/${context.getExecutionId()}`;
  return kept.firstExecution as string;
}
