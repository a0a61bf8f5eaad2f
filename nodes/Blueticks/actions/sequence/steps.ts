import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { toRfc3339 } from '../date-time';
import { pollFields } from '../message/content';
import { labelOf, readList, textOf } from '../read-field';

/** When to send a step, in the order in which a person fills in the fields. */
const whenFields: INodeProperties[] = [
  {
    displayName: 'When',
    name: 'when',
    type: 'options',
    options: [
      { name: 'After the Start', value: 'after', description: 'This long after the sequence started' },
      { name: 'At a Date and Time', value: 'at', description: 'At the same moment for everyone' },
    ],
    default: 'after',
    description: 'How to set the time of this step',
  },
  {
    displayName: 'Amount',
    name: 'amount',
    type: 'number',
    typeOptions: { minValue: 0 },
    displayOptions: { show: { when: ['after'] } },
    default: 1,
    hint: 'Counted from the start of the sequence, not from the previous step. 0 sends at once.',
    description: 'How long after the start of the sequence to send this step',
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
    description: "When to send this step, in the workflow's time zone",
  },
  {
    displayName: 'Time of Day',
    name: 'localTime',
    type: 'string',
    default: '',
    placeholder: 'e.g. 09:00',
    description:
      'Moves the step to this time of that day, or of the next day if that time has passed. Leave empty to send at any time.',
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
      { name: 'Text', value: 'text', description: 'Text, links and emoji' },
    ],
    default: 'text',
    description: 'The kind of message this step sends',
  },
  {
    displayName: 'Media Address',
    name: 'mediaUrl',
    type: 'string',
    displayOptions: { show: { type: ['media'] } },
    default: '',
    placeholder: 'e.g. https://example.com/picture.jpg',
    description: 'URL of the file. It must start with https:// and open without a login.',
  },
  {
    displayName: 'Text',
    name: 'text',
    type: 'string',
    typeOptions: { rows: 3 },
    displayOptions: { show: { type: ['text', 'media'] } },
    default: '',
    placeholder: 'e.g. Welcome! Here is how to get started…',
    description: 'The text of the message. With media, this is the caption.',
  },
  ...pollFields.map((field) => ({
    ...field,
    placeholder: field.name === 'pollQuestion' ? 'e.g. How do you like it so far?' : 'e.g. Very much',
  })),
];

/** The messages of a sequence and when to send each. */
export const stepsField: INodeProperties = {
  displayName: 'Steps',
  name: 'steps',
  type: 'fixedCollection',
  typeOptions: { multipleValues: true, sortable: true },
  required: true,
  default: { step: [{ when: 'after', amount: 0, unit: 'days', type: 'text', text: '' }] },
  placeholder: 'Add Step',
  description: 'The messages of the sequence, 1 to 50, and when to send each',
  options: [{ displayName: 'Step', name: 'step', values: [...whenFields, ...contentFields] }],
};

/** ISO 8601 durations by unit. A day is a calendar day, also when the clocks change. */
const DURATIONS: Record<string, (amount: number) => string> = {
  minutes: (amount) => `PT${amount}M`,
  hours: (amount) => `PT${amount}H`,
  days: (amount) => `P${amount}D`,
  weeks: (amount) => `P${amount}W`,
};

/** The steps of the form, as a body field of the engine's API. @throws Error that names the step */
export function readSteps(value: unknown, zone: string): IDataObject[] {
  const rows = ((value as IDataObject | undefined)?.step ?? []) as IDataObject[];
  if (rows.length === 0) throw new Error('Steps is empty. Add at least one step.');
  return rows.map((row, index) => {
    const name = `Step ${index + 1}`;
    const localTime = textOf(row.localTime, `${name}, ${labelOf('localTime')}`).trim();
    return {
      ...readMoment(row, zone, name),
      ...(localTime ? { local_time: localTime } : {}),
      ...readContent(row, name),
    };
  });
}

function readMoment(row: IDataObject, zone: string, name: string): IDataObject {
  if (row.when === 'at') return { at: toRfc3339(row.at, zone, `${name}, Date and Time`) };
  const amount = Number(row.amount ?? 1);
  const duration = DURATIONS[String(row.unit ?? 'days')];
  if (Number.isInteger(amount) && amount >= 0 && duration) return { after: duration(amount) };
  throw new Error(
    `${name}, Amount: ${shown(row.amount)} ${shown(row.unit)} is not valid. Use a whole number of minutes, hours, days or weeks.`,
  );
}

const shown = (value: unknown): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value ?? '');

function readContent(row: IDataObject, name: string): IDataObject {
  const type = String(row.type ?? 'text');
  const textIn = (field: string): string => textOf(row[field], `${name}, ${labelOf(field)}`);
  const text = textIn('text');
  if (type === 'media') {
    return { type, media: { url: textIn('mediaUrl').trim(), ...(text ? { caption: text } : {}) } };
  }
  if (type === 'poll') {
    return {
      type,
      poll: { question: textIn('pollQuestion'), options: readList(row.pollOptions, `${name}, Answers`) },
    };
  }
  return { type, text };
}
