import {
  NodeConnectionTypes,
  type IHookFunctions,
  type INodeType,
  type INodeTypeDescription,
  type IWebhookFunctions,
  type IWebhookResponseData,
} from 'n8n-workflow';
import { testConnection } from '../shared/test-connection';
import { eventOptions } from './event-options';
import { receiveDelivery } from './receive-delivery';
import { createSubscription, deleteSubscription, ensureSubscription } from './subscription';
import { triggerOptions } from './trigger-options';

export class BlueticksTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Blueticks Trigger',
    name: 'blueticksTrigger',
    icon: { light: 'file:blueticks.svg', dark: 'file:blueticks.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle: '={{ $parameter["events"].join(", ") }}',
    description:
      'Starts the workflow when a WhatsApp message is received, delivered, read or fails, and on other events',
    defaults: { name: 'Blueticks Trigger' },
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'blueticksApi', required: true, testedBy: 'testConnection' }],
    webhooks: [{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'blueticks' }],
    properties: [
      {
        displayName: 'Events',
        name: 'events',
        type: 'multiOptions',
        required: true,
        options: eventOptions,
        default: ['message.received'],
        description: 'The events that start the workflow',
      },
      {
        displayName: 'Download Media',
        name: 'downloadMedia',
        type: 'boolean',
        displayOptions: { show: { events: ['message.received', 'message.burst'] } },
        default: false,
        description:
          'Whether to download the file of a received message (a picture, voice message or document) as binary data, into the property "data". The other files of a burst follow as "data1", "data2" and so on.',
      },
      {
        displayName: 'Filters',
        name: 'filters',
        type: 'collection',
        placeholder: 'Add Filter',
        default: {},
        description: 'The workflow only starts if all of these match',
        options: [
          {
            displayName: 'Chat ID',
            name: 'chatId',
            type: 'string',
            default: '',
            placeholder: 'e.g. 120363012345678901@g.us',
            description: 'Only in this chat or group',
          },
          {
            displayName: 'From',
            name: 'from',
            type: 'string',
            default: '',
            placeholder: 'e.g. +14155551234',
            description: 'Only from this phone number',
          },
          {
            displayName: 'Ignore Groups',
            name: 'ignoreGroups',
            type: 'boolean',
            default: true,
            description: 'Whether to ignore events from groups',
          },
          {
            displayName: 'Keyword',
            name: 'keyword',
            type: 'string',
            default: '',
            placeholder: 'e.g. yes',
            description: 'Only messages from people that contain this, in upper or lower case',
          },
          {
            displayName: 'Only Replies',
            name: 'repliesOnly',
            type: 'boolean',
            default: true,
            description: 'Whether to start only on replies to messages sent through Blueticks',
          },
          {
            displayName: 'Reference',
            name: 'reference',
            type: 'string',
            default: '',
            placeholder: 'e.g. appointment-42',
            description: 'Only events about messages with this reference',
          },
        ],
      },
      triggerOptions,
    ],
  };

  methods = { credentialTest: { testConnection } };

  webhookMethods = {
    default: {
      async checkExists(this: IHookFunctions): Promise<boolean> {
        return await ensureSubscription(this);
      },
      async create(this: IHookFunctions): Promise<boolean> {
        return await createSubscription(this);
      },
      async delete(this: IHookFunctions): Promise<boolean> {
        return await deleteSubscription(this);
      },
    },
  };

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    return await receiveDelivery(this);
  }
}
