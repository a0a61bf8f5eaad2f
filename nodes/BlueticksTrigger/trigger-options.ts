import type { INodeProperties } from 'n8n-workflow';

/** What else the trigger can do. In alphabetical order. */
export const triggerOptions: INodeProperties = {
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add Option',
  default: {},
  options: [
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
