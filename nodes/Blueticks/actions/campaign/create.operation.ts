import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { audiences } from '../audience/resource';
import { cancelOnTakeover, fromField, onlyWhileBot, optionsField } from '../common-fields';
import { toRfc3339 } from '../date-time';
import { createOne } from '../describe-resource';
import type { Operation } from '../operation';
import { bodyFields, readText } from '../read-field';
import { readSendWindow, sendWindowField } from '../send-window';
import { CAMPAIGNS } from './resource';
import { readVariants, variantsField } from './variants';

const limitField = (displayName: string, name: string, period: string): INodeProperties => ({
  displayName,
  name,
  type: 'number',
  typeOptions: { minValue: 0 },
  default: 0,
  description: `The most messages to send in ${period}. With 0, only the limits of the number itself apply.`,
});

const options: INodeProperties[] = [
  {
    ...cancelOnTakeover,
    description:
      'Whether to leave out contacts whose chat a person has, or takes over before the message is sent',
  },
  {
    displayName: 'Footer',
    name: 'footer',
    type: 'string',
    default: '',
    placeholder: 'e.g. Reply STOP to opt out',
    description: 'A last paragraph below the text',
  },
  {
    ...fromField('sends'),
    placeholder: 'e.g. +14155551234, +14155555678',
    description:
      'The linked number that sends, or several, separated by commas: each contact is then written to by the number that has a chat with them, otherwise by the one that gets to it first. Only needed if several are linked.',
  },
  limitField('Max per Day', 'perDay', '24 hours'),
  limitField('Max per Hour', 'perHour', 'an hour'),
  limitField('Max per Minute', 'perMinute', 'a minute'),
  onlyWhileBot,
  {
    displayName: 'Reply Days',
    name: 'replyDays',
    type: 'number',
    typeOptions: { minValue: 1, maxValue: 60 },
    default: 7,
    description: 'For how many days after its message an answer or an opt-out counts for the campaign',
  },
  {
    displayName: 'Send At',
    name: 'sendAt',
    type: 'dateTime',
    default: '',
    description: "When the campaign starts, in the workflow's time zone. Leave empty to start now.",
  },
  sendWindowField,
  variantsField,
];

export const create: Operation = {
  value: 'create',
  name: 'Create',
  action: 'Create a campaign',
  description: "Send a message to every contact of an audience, with each contact's own variables filled in",
  fields: [
    {
      displayName: 'Name',
      name: 'name',
      type: 'string',
      required: true,
      default: '',
      placeholder: 'e.g. Spring offer',
      description: 'A name for the campaign. Recipients do not see it.',
    },
    audiences.idField,
    {
      displayName: 'Text',
      name: 'text',
      type: 'string',
      typeOptions: { rows: 4 },
      default: '',
      placeholder: 'e.g. Hello {first_name}, we have something new for you…',
      description:
        'The message, at most 4096 characters. {first_name} is replaced by that variable of each contact, {first_name|friend} also has a text for contacts without it; {phone} and {displayname} always work. With media, this is the caption.',
    },
    {
      displayName: 'Media Address',
      name: 'mediaUrl',
      type: 'string',
      default: '',
      placeholder: 'e.g. https://example.com/picture.jpg',
      description:
        'URL of a picture, video or document to send. Leave empty for text only. It must start with https:// and open without a login.',
    },
    {
      displayName: 'Caption',
      name: 'mediaCaption',
      type: 'string',
      typeOptions: { rows: 2 },
      displayOptions: { hide: { mediaUrl: [''] } },
      default: '',
      description:
        'Text under the media, at most 1024 characters. Variables work as in Text. Leave empty to use Text.',
    },
    {
      displayName: 'If a Variable Is Missing',
      name: 'onMissingVariable',
      type: 'options',
      options: [
        {
          name: 'Do Not Start',
          value: 'fail',
          description: 'Nothing is sent. The error names the contacts without a value.',
        },
        {
          name: 'Leave It as Written',
          value: 'skip',
          description: 'The contact gets the text with "{first_name}" in it',
        },
      ],
      default: 'fail',
      description: 'What to do if a contact has no value for a variable in the text',
    },
    optionsField(options),
  ],
  async execute(context, itemIndex) {
    return await createOne(context, itemIndex, CAMPAIGNS, {
      name: readText(context, 'name', itemIndex).trim(),
      audience_id: audiences.chosenId(context, itemIndex),
      on_missing_variable: context.getNodeParameter('onMissingVariable', itemIndex, 'fail'),
      ...readContent(context, itemIndex),
      ...readOptions(context, itemIndex),
    });
  },
};

/** Media has one text, its caption. It may be in either of the two fields. Variants take the place of both. */
function readContent(context: IExecuteFunctions, itemIndex: number): IDataObject {
  const text = readText(context, 'text', itemIndex);
  const mediaUrl = readText(context, 'mediaUrl', itemIndex).trim();
  const { variants: chosen } = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
  const variants = readVariants(chosen);
  if (variants) return { variants, ...(mediaUrl ? { media_url: mediaUrl } : {}) };
  if (!mediaUrl) return text ? { text } : {};
  const caption = readText(context, 'mediaCaption', itemIndex) || text;
  return { media_url: mediaUrl, ...(caption ? { media_caption: caption } : {}) };
}

/** One number, or several: separated by commas, or an array of an expression. */
function readNumbers(from: unknown): IDataObject {
  const given = Array.isArray(from) ? from.map(String) : String(from ?? '').split(',');
  const numbers = given.map((number) => number.trim()).filter((number) => number !== '');
  if (numbers.length === 0) return {};
  return { from: numbers.length === 1 ? numbers[0] : numbers };
}

function readOptions(context: IExecuteFunctions, itemIndex: number): IDataObject {
  const chosen = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
  const zone = context.getTimezone();
  const { perMinute, perHour, perDay, sendAt } = chosen;
  const pacing: IDataObject = {
    ...(perMinute ? { per_minute: perMinute } : {}),
    ...(perHour ? { per_hour: perHour } : {}),
    ...(perDay ? { per_day: perDay } : {}),
  };
  return {
    ...bodyFields(chosen, ['footer', 'cancelOnTakeover', 'onlyWhileBot']),
    ...readNumbers(chosen.from),
    ...(chosen.replyDays ? { reply_days: chosen.replyDays } : {}),
    ...(sendAt ? { send_at: toRfc3339(sendAt, zone, 'Send At') } : {}),
    ...readSendWindow(chosen.sendWindow, zone),
    ...(Object.keys(pacing).length > 0 ? { pacing } : {}),
  };
}
