import {
  NodeApiError,
  NodeOperationError,
  type IDataObject,
  type IExecuteFunctions,
  type INodeExecutionData,
} from 'n8n-workflow';
import { resources } from './index';
import { findOperation } from './operation';

/** Runs the chosen operation for each input item, in order. */
export async function runOperation(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const output: INodeExecutionData[] = [];
  for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex += 1) {
    try {
      const resource = context.getNodeParameter('resource', itemIndex) as string;
      const operation = context.getNodeParameter('operation', itemIndex) as string;
      const rows = await findOperation(resources, resource, operation).execute(context, itemIndex);
      output.push(...rows.map((json) => ({ json, pairedItem: { item: itemIndex } })));
    } catch (error) {
      const nodeError = asNodeError(context, error, itemIndex);
      if (!context.continueOnFail()) throw nodeError;
      output.push({ json: errorJson(nodeError), error: nodeError, pairedItem: { item: itemIndex } });
    }
  }
  return [output];
}

type NodeError = NodeApiError | NodeOperationError;

function asNodeError(context: IExecuteFunctions, error: unknown, itemIndex: number): NodeError {
  if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
  return new NodeOperationError(context.getNode(), error as Error, { itemIndex });
}

/** Only `error`, `message` and `details`: with other names n8n would not take it for an error. */
function errorJson(error: NodeError): IDataObject {
  return { error: error.message, ...(error.description ? { details: error.description } : {}) };
}
