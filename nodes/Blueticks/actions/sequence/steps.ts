import type { INodeProperties } from 'n8n-workflow';

/** When a step goes out. In the order in which a person fills them in. */
const whenFields: INodeProperties[] = [
  {
    displayName: 'When',
    name: 'when',
    type: 'options',
    options: [
      { name: 'After the Start', value: 'after', description: 'So long after the sequence was started' },
      { name: 'At a Date and Time', value: 'at', description: 'At the same moment for everybody' },
    ],
    default: 'after',
    description: 'What the time of this step is counted from',
  },
  {
    displayName: 'Amount',
    name: 'amount',
    type: 'number',
    typeOptions: { minValue: 0 },
    displayOptions: { show: { when: ['after'] } },
    default: 1,
    hint: 'From the start of the sequence, not from the step before. 0 sends at once.',
    description: 'How long after the start of the sequence this step goes out',
  },
  {
    displayName: 'Unit',
    name: 'unit',
    type: 'options',
    displayOptions: { show: { when: ['after'] } },
    options: [
      { name: 'Days', value: 'days' },
      { name: 'Hours', value: 'hours' },
      { name: 'Minutes', value: 'minutes' },
      { name: 'Weeks', value: 'weeks' },
    ],
    default: 'days',
    description: 'Unit of the amount',
  },
  {
    displayName: 'Date and Time',
    name: 'at',
    type: 'dateTime',
    displayOptions: { show: { when: ['at'] } },
    default: '',
    description: "When this step goes out, in the workflow's time zone",
  },
  {
    displayName: 'Time of Day',
    name: 'localTime',
    type: 'string',
    default: '',
    placeholder: 'e.g. 09:00',
    description:
      'Moves the step to this time of that day, or of the next day if it has passed then. Leave empty for none.',
  },
];

const contentFields: INodeProperties[] = [
  {
    displayName: 'Message Type',
    name: 'type',
    type: 'options',
    options: [
      { name: 'Media', value: 'media', description: 'A picture, video, voice message or document' },
      { name: 'Poll', value: 'poll', description: 'A question with answers to choose from' },
      { name: 'Text', value: 'text', description: 'Words, links and emoji' },
    ],
    default: 'text',
    description: 'What kind of message this step sends',
  },
  {
    displayName: 'Media Address',
    name: 'mediaUrl',
    type: 'string',
    displayOptions: { show: { type: ['media'] } },
    default: '',
    placeholder: 'e.g. https://example.com/picture.jpg',
    description: 'Address of the file. It begins with https:// and can be opened without logging in.',
  },
  {
    displayName: 'Text',
    name: 'text',
    type: 'string',
    typeOptions: { rows: 3 },
    displayOptions: { show: { type: ['text', 'media'] } },
    default: '',
    placeholder: 'e.g. Welcome! Here is how to begin…',
    description: 'What the message says; with media, the caption under it',
  },
  {
    displayName: 'Question',
    name: 'pollQuestion',
    type: 'string',
    displayOptions: { show: { type: ['poll'] } },
    default: '',
    placeholder: 'e.g. How do you like it so far?',
    description: 'What the poll asks, at most 255 characters',
  },
  {
    displayName: 'Answers',
    name: 'pollOptions',
    type: 'string',
    typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Answer' },
    displayOptions: { show: { type: ['poll'] } },
    default: [],
    placeholder: 'e.g. Very much',
    description: 'From 2 to 12 answers to choose from, each at most 100 characters',
  },
];

/** The messages of a sequence and when each goes out. */
export const stepsField: INodeProperties = {
  displayName: 'Steps',
  name: 'steps',
  type: 'fixedCollection',
  typeOptions: { multipleValues: true, sortable: true },
  required: true,
  default: { step: [{ when: 'after', amount: 0, unit: 'days', type: 'text', text: '' }] },
  placeholder: 'Add Step',
  description: 'The messages of the sequence, from 1 to 50, and when each goes out',
  options: [{ displayName: 'Step', name: 'step', values: [...whenFields, ...contentFields] }],
};
