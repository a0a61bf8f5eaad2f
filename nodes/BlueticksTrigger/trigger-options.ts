import type { INodeProperties } from 'n8n-workflow';

const mergeBursts: INodeProperties = {
  displayName: 'Merge Bursts',
  name: 'mergeBursts',
  type: 'fixedCollection',
  default: { values: { quietSeconds: 8, maxSeconds: 60 } },
  description:
    'Start one run for all that someone writes in a row, in place of one for each Message Received. The item has their messages, and their texts joined. Also sets when a Message Burst is told.',
  options: [
    {
      displayName: 'Values',
      name: 'values',
      values: [
        {
          displayName: 'Pause (Seconds)',
          name: 'quietSeconds',
          type: 'number',
          typeOptions: { minValue: 1, maxValue: 120 },
          default: 8,
          description: 'The run starts when they have written nothing for so long',
        },
        {
          displayName: 'Longest Wait (Seconds)',
          name: 'maxSeconds',
          type: 'number',
          typeOptions: { minValue: 1, maxValue: 600 },
          default: 60,
          description: 'The run starts so long after the first message, even if they are still writing',
        },
      ],
    },
  ],
};

/** What else the trigger can do. In alphabetical order. */
export const triggerOptions: INodeProperties = {
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add option',
  default: {},
  options: [
    {
      displayName: 'Ignore Own Messages',
      name: 'ignoreOwnMessages',
      type: 'boolean',
      default: true,
      description:
        'Whether to start no run on what you do yourself: on the phone of a linked number, or from one linked number to another',
    },
    mergeBursts,
    {
      displayName: 'Only While Bot',
      name: 'onlyWhileBot',
      type: 'boolean',
      default: true,
      description:
        'Whether to start no run on what people write while a person has the chat: after you wrote in it on the phone, or took it over',
    },
  ],
};
