import { DateTime } from 'luxon';
import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { callEngine } from '../../../shared/call-engine';
import { fromField, optionsField } from '../common-fields';
import { toRfc3339 } from '../date-time';
import type { Operation } from '../operation';
import { bodyFields } from '../read-field';
import { chats } from './resource';

const options = optionsField([
  {
    ...fromField('has the chat'),
    description: 'Only for this linked number. Without it, for each that has the chat.',
  },
]);

const howLong: INodeProperties[] = [
  {
    displayName: 'How Long',
    name: 'howLong',
    type: 'options',
    options: [
      {
        name: 'As the Number Is Set',
        value: 'usual',
        description: '12 hours, unless its settings say otherwise',
      },
      { name: 'For Some Hours', value: 'hours' },
      { name: 'Until a Date and Time', value: 'until' },
      { name: 'Until It Is Given Back', value: 'open' },
    ],
    default: 'usual',
    description: 'When the bot has the chat again by itself',
  },
  {
    displayName: 'Hours',
    name: 'hours',
    type: 'number',
    typeOptions: { minValue: 0 },
    displayOptions: { show: { howLong: ['hours'] } },
    default: 2,
    description: 'For how many hours from now a person has the chat',
  },
  {
    displayName: 'Until',
    name: 'until',
    type: 'dateTime',
    required: true,
    displayOptions: { show: { howLong: ['until'] } },
    default: '',
    hint: "In the workflow's time zone, at most a year ahead",
    description:
      'When the bot has the chat again. An expression such as {{ $now.plus({ days: 1 }) }} works too.',
  },
];

export const takeOver: Operation = {
  value: 'takeOver',
  name: 'Take Over',
  action: 'Take over a chat',
  description: 'Hand a chat to a person: messages made with "Only While Bot" wait until it is given back',
  fields: [chats.idField, ...howLong, options],
  execute: async (context, itemIndex) =>
    await edit(context, itemIndex, { handled_by: 'human', ...readEnd(context, itemIndex) }),
};

export const giveBack: Operation = {
  value: 'giveBack',
  name: 'Give Back',
  action: 'Give a chat back to the bot',
  description: 'Give a chat back to the bot: messages that wait for it are sent',
  fields: [chats.idField, options],
  execute: async (context, itemIndex) => await edit(context, itemIndex, { handled_by: 'bot' }),
};

async function edit(
  context: IExecuteFunctions,
  itemIndex: number,
  change: IDataObject,
): Promise<IDataObject> {
  const chosen = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
  const body = { ...change, ...bodyFields(chosen, ['from']) };
  return await callEngine(context, {
    ...{ method: 'PATCH', path: chats.chosenPath(context, itemIndex), body, itemIndex },
  });
}

function readEnd(context: IExecuteFunctions, itemIndex: number): IDataObject {
  switch (context.getNodeParameter('howLong', itemIndex, 'usual')) {
    case 'hours': {
      const given = context.getNodeParameter('hours', itemIndex, 2) as unknown;
      const hours = Number(given);
      if (given === '' || !(hours > 0))
        throw new Error(`Hours: "${String(given)}" is not valid. Use a number above 0.`);
      return { human_until: DateTime.utc().plus({ hours }).toISO() };
    }
    case 'until': {
      const until = context.getNodeParameter('until', itemIndex, '') as unknown;
      return { human_until: toRfc3339(until, context.getTimezone(), 'Until') };
    }
    case 'open':
      return { human_until: null };
    default:
      return {};
  }
}
