import { createHash } from 'node:crypto';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

/**
 * The key under which an item's message is created: the option of that name, or one that stays the same when
 * n8n retries the execution, and differs for each item and each turn of a loop. At most 64 characters.
 */
export function idempotencyKey(context: IExecuteFunctions, itemIndex: number): string {
  const options = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
  const chosen = String(options.idempotencyKey ?? '').trim();
  if (chosen) return chosen;
  const runIndex = context.getWorkflowDataProxy(itemIndex).$runIndex as number;
  const parts = [
    firstExecution(context),
    context.getWorkflow().id,
    context.getNode().id,
    runIndex,
    itemIndex,
  ];
  return `n8n-${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 48)}`;
}

/**
 * n8n's Retry is an execution with an id of its own; what the node keeps in its context travels along.
 * The instance's id tells two n8n servers apart that both count their executions from 1 and share an engine.
 */
function firstExecution(context: IExecuteFunctions): string {
  const kept = context.getContext('node');
  kept.firstExecution ??= `${context.getInstanceId()}/${context.getExecutionId()}`;
  return kept.firstExecution as string;
}
