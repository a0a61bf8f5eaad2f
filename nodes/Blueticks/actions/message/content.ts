import type { INodeProperties } from 'n8n-workflow';

const typeField: INodeProperties = {
  displayName: 'Message Type',
  name: 'type',
  type: 'options',
  options: [
    { name: 'Media', value: 'media', description: 'A picture, video, voice message, sticker or document' },
    { name: 'Poll', value: 'poll', description: 'A question with answers to choose from' },
    { name: 'Text', value: 'text', description: 'Words, links and emoji' },
  ],
  default: 'text',
  description: 'What kind of message it is',
};

const mediaFields: INodeProperties[] = [
  {
    displayName: 'Media From',
    name: 'mediaSource',
    type: 'options',
    displayOptions: { show: { type: ['media'] } },
    options: [
      { name: 'Binary Data of the Input', value: 'binary', description: 'A file that an earlier node read' },
      { name: 'Web Address', value: 'url', description: 'A file on the web that the engine fetches' },
    ],
    default: 'url',
    description: 'Where the file comes from',
  },
  {
    displayName: 'Media Address',
    name: 'mediaUrl',
    type: 'string',
    displayOptions: { show: { type: ['media'], mediaSource: ['url'] } },
    default: '',
    placeholder: 'e.g. https://example.com/picture.jpg',
    description: 'Address of the file. It begins with https:// and can be opened without logging in.',
  },
  {
    displayName: 'Input Binary Field',
    name: 'binaryPropertyName',
    type: 'string',
    displayOptions: { show: { type: ['media'], mediaSource: ['binary'] } },
    default: 'data',
    hint: 'The name of the input field that holds the file',
    description: 'Name of the binary field of the input item, as the node before shows it',
  },
];

const pollFields: INodeProperties[] = [
  {
    displayName: 'Question',
    name: 'pollQuestion',
    type: 'string',
    displayOptions: { show: { type: ['poll'] } },
    default: '',
    placeholder: 'e.g. Does 3 pm suit you?',
    description: 'What the poll asks, at most 255 characters',
  },
  {
    displayName: 'Answers',
    name: 'pollOptions',
    type: 'string',
    typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Answer' },
    displayOptions: { show: { type: ['poll'] } },
    default: [],
    placeholder: 'e.g. Yes',
    description: 'From 2 to 12 answers to choose from, each at most 100 characters',
  },
];

/** The fields of a message's content. With `optional`, what is left empty stays as it is. */
export function contentFields({ optional }: { optional: boolean }): INodeProperties[] {
  const keep = optional ? '. Leave empty to keep what it has.' : '';
  const required = !optional;
  const withKeep = (field: INodeProperties): INodeProperties => ({
    ...field,
    required: required && field.type === 'string' && field.name !== 'pollOptions',
    description:
      field.type === 'string' ? `${field.description?.replace(/\.$/, '')}${keep}` : field.description,
  });
  return [
    optional
      ? { ...typeField, description: 'The kind of message it already is. It cannot be changed.' }
      : typeField,
    {
      displayName: 'Text',
      name: 'text',
      type: 'string',
      typeOptions: { rows: 4 },
      displayOptions: { show: { type: ['text'] } },
      required,
      default: '',
      placeholder: 'e.g. See you tomorrow at 3 pm!',
      description: `What the message says, at most 4096 characters${keep}`,
    },
    ...mediaFields.map(withKeep),
    {
      displayName: 'Caption',
      name: 'text',
      type: 'string',
      typeOptions: { rows: 2 },
      displayOptions: { show: { type: ['media'] } },
      default: '',
      description: `Text under the picture, video or document, at most 1024 characters${keep}`,
    },
    ...pollFields.map(withKeep),
  ];
}
