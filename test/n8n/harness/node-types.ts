import type {
  IExecuteFunctions,
  INodeExecutionData,
  INodeType,
  INodeTypeDescription,
  INodeTypes,
} from 'n8n-workflow';
import { builtPackage } from './built-package';

function description(name: string, outputs: number): INodeTypeDescription {
  return {
    name,
    displayName: name,
    description: '',
    version: 1,
    group: ['transform'],
    defaults: { name },
    inputs: ['main'],
    outputs: Array.from({ length: outputs }, () => 'main' as const),
    properties: [
      { displayName: 'Items', name: 'items', type: 'json', default: '[]' },
      { displayName: 'Turns', name: 'turns', type: 'number', default: 1 },
    ],
  };
}

/** Outputs its parameter `items`, a list of `{json, binary?}`. */
const source: INodeType = {
  description: description('source', 1),
  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return [JSON.parse(this.getNodeParameter('items', 0) as string) as INodeExecutionData[]];
  },
};

/** Sends its input to its first output `turns` times, then to its second. */
const again: INodeType = {
  description: description('again', 2),
  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    const runIndex = this.getWorkflowDataProxy(0).$runIndex as number;
    const more = runIndex < (this.getNodeParameter('turns', 0) as number);
    return more ? [this.getInputData(), []] : [[], this.getInputData()];
  },
};

/** The nodes of the package, and two for the tests. */
export function nodeTypes(): INodeTypes {
  const { Blueticks, BlueticksTrigger } = builtPackage();
  const types: Record<string, INodeType> = {
    'n8n-nodes-blueticks.blueticks': new Blueticks(),
    'n8n-nodes-blueticks.blueticksTrigger': new BlueticksTrigger(),
    'test.source': source,
    'test.again': again,
  };
  const get = (name: string): INodeType => {
    const type = types[name];
    if (!type) throw new Error(`No node type ${name}`);
    return type;
  };
  return { getByName: get, getByNameAndVersion: get, getKnownTypes: () => ({}) };
}
