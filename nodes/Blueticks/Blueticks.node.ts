import {
  NodeConnectionTypes,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
} from 'n8n-workflow';
import { resources } from './actions';
import { propertiesOf } from './actions/operation';
import { runOperation } from './actions/router';
import { testConnection } from './methods/test-connection';
import { searchMessages } from './methods/search-messages';

export class Blueticks implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Blueticks',
    name: 'blueticks',
    icon: { light: 'file:blueticks.svg', dark: 'file:blueticks.dark.svg' },
    group: ['output'],
    version: 1,
    subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
    description: 'Schedule, change and cancel WhatsApp messages from your own number',
    defaults: { name: 'Blueticks' },
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'blueticksApi', required: true, testedBy: 'testConnection' }],
    properties: propertiesOf(resources),
  };

  methods = {
    credentialTest: { testConnection },
    listSearch: { searchMessages },
  };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await runOperation(this);
  }
}
