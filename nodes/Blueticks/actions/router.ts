import {
  NodeApiError,
  NodeOperationError,
  type IDataObject,
  type IExecuteFunctions,
  type INodeExecutionData,
} from 'n8n-workflow';
import { resources } from './index';
import { findOperation, type Operation, type Outcome } from './operation';

/** Runs the chosen operation: for each input item in order, or for all of them together. */
export async function runOperation(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const itemIndexes = context.getInputData().map((_, itemIndex) => itemIndex);
  if (itemIndexes.length === 0) return [[]];
  // The selectors do not allow expressions, so they are the same for all items.
  const resource = context.getNodeParameter('resource', 0) as string;
  const operation = findChosen(context, resource, context.getNodeParameter('operation', 0) as string);
  if ('executeAndWait' in operation) {
    return await orError(context, itemIndexes, async () => await operation.executeAndWait(context));
  }
  if ('executeInBatches' in operation && itemIndexes.length > 1) {
    return [await outcomesOf(context, operation.executeInBatches(context, itemIndexes))];
  }
  const groups =
    'executeTogether' in operation && operation.isTogether(context)
      ? [itemIndexes]
      : itemIndexes.map((itemIndex) => [itemIndex]);
  const output: INodeExecutionData[] = [];
  for (const group of groups) {
    const [rows] = await orError(context, group, async () => [await run(context, operation, group)]);
    output.push(...(rows ?? []));
  }
  return [output];
}

async function run(
  context: IExecuteFunctions,
  operation: Exclude<Operation, { executeAndWait: unknown }>,
  group: number[],
): Promise<INodeExecutionData[]> {
  const itemIndex = group[0] ?? 0;
  const pairedItem = pairingOf(group);
  if ('executeWithFiles' in operation) {
    const rows = await operation.executeWithFiles(context, itemIndex);
    return rows.map((row) => ({ ...row, pairedItem }));
  }
  const together = 'executeTogether' in operation && operation.isTogether(context);
  const rows = together
    ? await operation.executeTogether(context, group)
    : await operation.execute(context, itemIndex);
  return [rows].flat().map((json) => ({ json, pairedItem }));
}

/** The outcomes as items. @throws the first error, unless the node is set to continue on errors */
async function outcomesOf(
  context: IExecuteFunctions,
  outcomes: AsyncIterable<Outcome>,
): Promise<INodeExecutionData[]> {
  const output: INodeExecutionData[] = [];
  for await (const outcome of outcomes) {
    const group = [outcome.itemIndex];
    const items = await orError(context, group, async () => {
      if ('error' in outcome) throw outcome.error;
      return [[{ json: outcome.json, pairedItem: pairingOf(group) }]];
    });
    output.push(...(items[0] ?? []));
  }
  return output;
}

type NodeError = NodeApiError | NodeOperationError;

/** The output of `action`. If it fails and the node is set to continue on errors, the error as an item. */
async function orError(
  context: IExecuteFunctions,
  group: number[],
  action: () => Promise<INodeExecutionData[][]>,
): Promise<INodeExecutionData[][]> {
  try {
    return await action();
  } catch (error) {
    const nodeError = asNodeError(context, error, group[0] ?? 0);
    if (!context.continueOnFail()) throw nodeError;
    return [[{ json: errorJson(nodeError), error: nodeError, pairedItem: pairingOf(group) }]];
  }
}

function findChosen(context: IExecuteFunctions, resource: string, operation: string): Operation {
  try {
    return findOperation(resources, resource, operation);
  } catch (error) {
    throw asNodeError(context, error, 0);
  }
}

function pairingOf(group: number[]): INodeExecutionData['pairedItem'] {
  const pairs = group.map((item) => ({ item }));
  return pairs.length === 1 ? pairs[0] : pairs;
}

function asNodeError(context: IExecuteFunctions, error: unknown, itemIndex: number): NodeError {
  if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
  return new NodeOperationError(context.getNode(), error as Error, { itemIndex });
}

/** Only `error`, `message` and `details`: n8n does not recognize an error with other names in it. */
function errorJson(error: NodeError): IDataObject {
  return { error: error.message, ...(error.description ? { details: error.description } : {}) };
}
