import type { ICredentialDataDecryptedObject, INodeListSearchResult } from 'n8n-workflow';
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
