import type {
  ICredentialDataDecryptedObject,
  INodeListSearchResult,
  INodeParameters,
  INodePropertyOptions,
} from 'n8n-workflow';
import { additionalData } from './additional-data';
import { workflowOf } from './run-workflow';
import { step } from './steps';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- after n8n's folder is set, by run-workflow
const { LoadOptionsContext } = require('n8n-core') as typeof import('n8n-core');

/** What a list in the node's panel offers, as n8n asks for it. */
export async function choices(
  credential: ICredentialDataDecryptedObject,
  method: string,
  { filter, paginationToken }: { filter?: string; paginationToken?: string } = {},
): Promise<INodeListSearchResult> {
  const workflow = workflowOf([step('person', 'get', {})]);
  const [node] = Object.values(workflow.nodes);
  const { methods } = workflow.nodeTypes.getByNameAndVersion(node!.type);
  const context = new LoadOptionsContext(workflow, node!, additionalData(credential), '');
  return await methods!.listSearch![method]!.call(context, filter, paginationToken);
}

/** What a field with loaded options offers, while the form has these values. */
export async function loadedOptions(
  credential: ICredentialDataDecryptedObject,
  method: string,
  parameters: INodeParameters,
): Promise<INodePropertyOptions[]> {
  const workflow = workflowOf([step('recurrence', 'create', parameters)]);
  const [node] = Object.values(workflow.nodes);
  const { methods } = workflow.nodeTypes.getByNameAndVersion(node!.type);
  const data = { ...additionalData(credential), currentNodeParameters: parameters };
  const context = new LoadOptionsContext(workflow, node!, data, '');
  return await methods!.loadOptions![method]!.call(context);
}
