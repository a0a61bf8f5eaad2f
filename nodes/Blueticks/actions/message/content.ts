import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { readList, readText } from '../read-field';

/** The engine accepts 15,728,640 characters of base64. This is the same in bytes. */
const LARGEST_FILE_BYTES = (15_728_640 / 4) * 3;

const typeField: INodeProperties = {
  displayName: 'Message Type',
  name: 'type',
  type: 'options',
  options: [
    { name: 'Media', value: 'media', description: 'A picture, video, voice message, sticker or document' },
    { name: 'Poll', value: 'poll', description: 'A question with answers to choose from' },
    { name: 'Text', value: 'text', description: 'Text, links and emoji' },
  ],
  default: 'text',
  description: 'The kind of message',
};

const mediaFields: INodeProperties[] = [
  {
    displayName: 'Media From',
    name: 'mediaSource',
    type: 'options',
    displayOptions: { show: { type: ['media'] } },
    options: [
      { name: 'Binary Data of the Input', value: 'binary', description: 'A file from an earlier node' },
      { name: 'Web Address', value: 'url', description: 'A file on the web. The engine downloads it.' },
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
    description: 'URL of the file. It must start with https:// and open without a login.',
  },
  {
    displayName: 'Input Binary Field',
    name: 'binaryPropertyName',
    type: 'string',
    displayOptions: { show: { type: ['media'], mediaSource: ['binary'] } },
    default: 'data',
    hint: 'The name of the input field that holds the file',
    description: 'Name of the binary field of the input item, as shown in the output of the previous node',
  },
];

export const pollFields: INodeProperties[] = [
  {
    displayName: 'Question',
    name: 'pollQuestion',
    type: 'string',
    displayOptions: { show: { type: ['poll'] } },
    default: '',
    placeholder: 'e.g. Does 3 pm suit you?',
    description: 'The question, at most 255 characters',
  },
  {
    displayName: 'Answers',
    name: 'pollOptions',
    type: 'string',
    typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Answer' },
    displayOptions: { show: { type: ['poll'] } },
    default: [],
    placeholder: 'e.g. Yes',
    description: '2 to 12 answers to choose from, each at most 100 characters',
  },
];

/** The fields for the content of a message. With `optional`, an empty field keeps the current value. */
export function contentFields({ optional }: { optional: boolean }): INodeProperties[] {
  const keep = optional ? '. Leave empty to keep the current value.' : '';
  const required = !optional;
  const withKeep = (field: INodeProperties): INodeProperties => ({
    ...field,
    required: required && field.type === 'string' && field.name !== 'pollOptions',
    description:
      field.type === 'string' ? `${field.description?.replace(/\.$/, '')}${keep}` : field.description,
  });
  return [
    optional
      ? { ...typeField, description: 'The kind of message this already is. It cannot be changed.' }
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
      description: `The text of the message, at most 4096 characters${keep}`,
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

/**
 * The content that an item's fields describe, as body fields of the engine's API: `text`, `media` or `poll`. Empty
 * fields are left out; the engine says what is missing.
 */
export async function readContent(context: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const type = context.getNodeParameter('type', itemIndex, 'text') as string;
  const text = readText(context, 'text', itemIndex);
  if (type === 'media') return await readMedia(context, itemIndex, text);
  if (type === 'poll') return readPoll(context, itemIndex);
  return text ? { text } : {};
}

async function readMedia(context: IExecuteFunctions, itemIndex: number, text: string): Promise<IDataObject> {
  const isBinary = context.getNodeParameter('mediaSource', itemIndex, 'url') === 'binary';
  const url = isBinary ? '' : readText(context, 'mediaUrl', itemIndex).trim();
  const media = isBinary ? await readBinary(context, itemIndex) : url ? { url } : undefined;
  if (media) return { media: { ...media, ...(text ? { caption: text } : {}) } };
  return text ? { media_caption: text } : {};
}

async function readBinary(context: IExecuteFunctions, itemIndex: number): Promise<IDataObject | undefined> {
  const name = readText(context, 'binaryPropertyName', itemIndex);
  if (!name) return undefined;
  const { fileName } = context.helpers.assertBinaryData(itemIndex, name);
  const content = await context.helpers.getBinaryDataBuffer(itemIndex, name);
  if (content.length > LARGEST_FILE_BYTES) {
    throw new Error(
      `Input Binary Field: the file has ${megabytes(content.length)} MB, but n8n can send at most ${megabytes(LARGEST_FILE_BYTES)} MB. Upload the file somewhere and use its URL.`,
    );
  }
  return { data_base64: content.toString('base64'), ...(fileName ? { filename: fileName } : {}) };
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

function readPoll(context: IExecuteFunctions, itemIndex: number): IDataObject {
  const question = readText(context, 'pollQuestion', itemIndex);
  const options = readList(context.getNodeParameter('pollOptions', itemIndex, []), 'Answers');
  return question || options.length ? { poll: { question, options } } : {};
}
