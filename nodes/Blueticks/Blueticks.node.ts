import {
  NodeConnectionTypes,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
  type IWebhookFunctions,
  type IWebhookResponseData,
} from 'n8n-workflow';
import { testConnection } from '../shared/test-connection';
import { resources } from './actions';
import { propertiesOf } from './actions/operation';
import { runOperation } from './actions/router';
import { getNextMoments } from './methods/get-next-moments';
import { getVariables } from './methods/get-variables';
import {
  searchAudiences,
  searchCampaigns,
  searchChats,
  searchContacts,
  searchGroups,
  searchMessages,
  searchPeople,
  searchRecipients,
  searchRecurrences,
  searchSequences,
  searchSessions,
} from './methods/list-search';
import { receiveAnswer, waitWebhooks } from './waiting/receive-answer';

export class Blueticks implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Blueticks',
    name: 'blueticks',
    icon: { light: 'file:blueticks.svg', dark: 'file:blueticks.dark.svg' },
    group: ['output'],
    version: 1,
    // E.g. "send and wait: message" or "get many: opt out".
    subtitle:
      '={{ ($parameter["operation"].replace("getAll", "getMany") + ": " + $parameter["resource"]).replace(/([A-Z])/g, " $1").toLowerCase() }}',
    description: 'Send, schedule and automate WhatsApp messages from your own number',
    defaults: { name: 'Blueticks' },
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'blueticksApi', required: true, testedBy: 'testConnection' }],
    webhooks: waitWebhooks,
    waitingNodeTooltip: 'The workflow continues when the answer comes on WhatsApp',
    properties: propertiesOf(resources, 'message'),
  };

  methods = {
    credentialTest: { testConnection },
    listSearch: {
      searchAudiences,
      searchCampaigns,
      searchChats,
      searchContacts,
      searchGroups,
      searchMessages,
      searchPeople,
      searchRecipients,
      searchRecurrences,
      searchSequences,
      searchSessions,
    },
    loadOptions: { getNextMoments },
    resourceMapping: { getVariables },
  };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await runOperation(this);
  }

  /** Receives the answer to a question, for the execution that waits for it. */
  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    return await receiveAnswer(this);
  }
}
