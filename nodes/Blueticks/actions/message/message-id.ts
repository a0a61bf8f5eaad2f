import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

/** The message that an operation works on. */
export const messageIdField: INodeProperties = {
  displayName: 'Message',
  name: 'messageId',
  type: 'resourceLocator',
  default: { mode: 'list', value: '' },
  required: true,
  description: 'The message to work on. "Schedule" and "Send" give its ID in their output.',
  modes: [
    {
      displayName: 'From List',
      name: 'list',
      type: 'list',
      placeholder: 'Choose a message…',
      typeOptions: { searchListMethod: 'searchMessages', searchable: true },
    },
    {
      displayName: 'By ID',
      name: 'id',
      type: 'string',
      placeholder: 'e.g. msg_01JZX3M8Q4W6T2B9V5K7N0P1R3',
      validation: [
        {
          type: 'regex',
          properties: {
            regex: '^msg_[0-9A-Za-z]+$',
            errorMessage: 'An ID begins with "msg_": take it from the output of "Schedule" or "Send"',
          },
        },
      ],
    },
  ],
};

/** The path of the chosen message. @throws Error when none is chosen */
export function messagePath(context: IExecuteFunctions, itemIndex: number): string {
  const value = context.getNodeParameter('messageId', itemIndex, '', { extractValue: true }) as unknown;
  const id = typeof value === 'string' ? value.trim() : '';
  if (id) return `/v1/scheduled-messages/${encodeURIComponent(id)}`;
  throw new Error(
    'Message: no message is chosen. Choose one from the list, or give the ID that "Schedule" put out.',
  );
}
