import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { labelOf, readList, readText } from '../read-field';

/** The engine accepts 15,728,640 characters of base64. This is the same in bytes. */
const LARGEST_FILE_BYTES = (15_728_640 / 4) * 3;

const typeField: INodeProperties = {
  displayName: 'Message Type',
  name: 'type',
  type: 'options',
  options: [
    { name: 'Contact', value: 'contact', description: 'The card of a contact, to write to or save' },
    { name: 'Location', value: 'location', description: 'A place on the map' },
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

const locationFields: INodeProperties[] = [
  {
    displayName: 'Latitude',
    name: 'latitude',
    type: 'string',
    displayOptions: { show: { type: ['location'] } },
    default: '',
    placeholder: 'e.g. 41.902782',
    description: 'Degrees from -90 to 90, north of the equator positive',
  },
  {
    displayName: 'Longitude',
    name: 'longitude',
    type: 'string',
    displayOptions: { show: { type: ['location'] } },
    default: '',
    placeholder: 'e.g. 12.496366',
    description: 'Degrees from -180 to 180, east of Greenwich positive',
  },
  {
    displayName: 'Location Name',
    name: 'locationName',
    type: 'string',
    displayOptions: { show: { type: ['location'] } },
    default: '',
    placeholder: 'e.g. Our shop',
    description: 'What the place is called, at most 255 characters',
  },
  {
    displayName: 'Location Address',
    name: 'locationAddress',
    type: 'string',
    displayOptions: { show: { type: ['location'] } },
    default: '',
    placeholder: 'e.g. Via Roma 1, Rome',
    description: 'The address below the name, at most 1024 characters',
  },
];

const contactFields: INodeProperties[] = [
  {
    displayName: 'Contact Name',
    name: 'contactName',
    type: 'string',
    displayOptions: { show: { type: ['contact'] } },
    default: '',
    placeholder: 'e.g. Ada Lovelace',
    description: 'The name on the card, at most 255 characters',
  },
  {
    displayName: 'Contact Phone Numbers',
    name: 'contactPhones',
    type: 'string',
    typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Phone Number' },
    displayOptions: { show: { type: ['contact'] } },
    default: [],
    placeholder: 'e.g. +14155551234',
    description: '1 to 10 phone numbers with country code',
  },
  {
    displayName: 'Contact Organization',
    name: 'contactOrganization',
    type: 'string',
    displayOptions: { show: { type: ['contact'] } },
    default: '',
    placeholder: 'e.g. Analytical Engines',
    description: 'Where the contact works, at most 255 characters',
  },
];

/** May be empty in a new message. A list is checked by the engine. */
const NOT_REQUIRED = [
  'pollOptions',
  'contactPhones',
  'contactOrganization',
  'locationName',
  'locationAddress',
];

/**
 * The fields for the content of a message. With `optional`, an empty field keeps the current value.
 * @param types the kinds of message to choose from; all if absent
 */
export function contentFields({
  optional,
  types,
}: {
  optional: boolean;
  types?: readonly string[];
}): INodeProperties[] {
  const keep = optional ? '. Leave empty to keep the current value.' : '';
  const required = !optional;
  const withKeep = (field: INodeProperties, kept = keep): INodeProperties => ({
    ...field,
    required: required && field.type === 'string' && !NOT_REQUIRED.includes(field.name),
    description:
      field.type === 'string' ? `${field.description?.replace(/\.$/, '')}${kept}` : field.description,
  });
  /** Of content that only changes as a whole. */
  const withKeepAll = (what: string) => (field: INodeProperties) =>
    withKeep(field, optional ? `. Leave all fields of the ${what} empty to keep it as it is.` : '');
  const fields: INodeProperties[] = [
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
    ...mediaFields.map((field) => withKeep(field)),
    {
      displayName: 'Caption',
      name: 'text',
      type: 'string',
      typeOptions: { rows: 2 },
      displayOptions: { show: { type: ['media'] } },
      default: '',
      description: `Text under the picture, video or document, at most 1024 characters${keep}`,
    },
    ...pollFields.map(withKeepAll('poll')),
    ...locationFields.map(withKeepAll('location')),
    ...contactFields.map(withKeepAll('contact')),
  ];
  return types ? fields.flatMap((field) => onlyFor(types, field)) : fields;
}

/** The field without the other kinds of message; nothing if it belongs to one of them. */
function onlyFor(types: readonly string[], field: INodeProperties): INodeProperties[] {
  if (field.name === 'type')
    return [
      {
        ...field,
        options: field.options?.filter((one) => 'value' in one && types.includes(String(one.value))),
      },
    ];
  const ofTypes = field.displayOptions?.show?.type;
  return ofTypes?.some((type) => types.includes(String(type))) ? [field] : [];
}

/**
 * The content that an item's fields describe, as body fields of the engine's API: `text`, `media`, `poll`,
 * `location` or `contact`. Empty fields are left out; the engine says what is missing.
 */
export async function readContent(context: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const type = context.getNodeParameter('type', itemIndex, 'text') as string;
  const text = readText(context, 'text', itemIndex);
  const read = READERS[type];
  if (read) return await read(context, itemIndex, text);
  return text ? { text } : {};
}

type Reader = (
  context: IExecuteFunctions,
  itemIndex: number,
  text: string,
) => IDataObject | Promise<IDataObject>;

/** How the fields of each type but text are read. */
const READERS: Record<string, Reader | undefined> = {
  media: readMedia,
  poll: readPoll,
  location: readLocation,
  contact: readContactCard,
};

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

function readLocation(context: IExecuteFunctions, itemIndex: number): IDataObject {
  const text = (name: string): string => readText(context, name, itemIndex).trim();
  const location = {
    ...degrees('latitude', text('latitude')),
    ...degrees('longitude', text('longitude')),
    ...given('name', text('locationName')),
    ...given('address', text('locationAddress')),
  };
  return Object.keys(location).length > 0 ? { location } : {};
}

/** @throws Error if it is not a number */
function degrees(name: string, text: string): IDataObject {
  if (!text) return {};
  const number = Number(text);
  if (Number.isFinite(number)) return { [name]: number };
  throw new Error(
    `${labelOf(name)}: "${text.slice(0, 32)}" is not a number. Write degrees with a decimal point, such as 41.902782.`,
  );
}

function readContactCard(context: IExecuteFunctions, itemIndex: number): IDataObject {
  const text = (name: string): string => readText(context, name, itemIndex).trim();
  const phones = readList(context.getNodeParameter('contactPhones', itemIndex, []), labelOf('contactPhones'));
  const contact = {
    ...given('name', text('contactName')),
    ...(phones.length > 0 ? { phones } : {}),
    ...given('organization', text('contactOrganization')),
  };
  return Object.keys(contact).length > 0 ? { contact } : {};
}

const given = (name: string, text: string): IDataObject => (text ? { [name]: text } : {});
