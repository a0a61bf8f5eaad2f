import type { INodeProperties } from 'n8n-workflow';
import { audienceIdField } from '../audience/audience-id';
import { sendWindowField } from '../send-window';

const perTime = (displayName: string, name: string, of: string): INodeProperties => ({
  displayName,
  name,
  type: 'number',
  typeOptions: { minValue: 0 },
  default: 0,
  description: `Most messages in ${of}. 0 means as many as the number's own limits allow.`,
});

const options: INodeProperties[] = [
  {
    displayName: 'Footer',
    name: 'footer',
    type: 'string',
    default: '',
    placeholder: 'e.g. Reply STOP to get no more of these',
    description: 'A last paragraph below the text',
  },
  {
    displayName: 'From',
    name: 'from',
    type: 'string',
    default: '',
    placeholder: 'e.g. +14155551234',
    description: 'Which of your linked numbers sends. Only needed when several are linked.',
  },
  perTime('Most per Day', 'perDay', '24 hours'),
  perTime('Most per Hour', 'perHour', 'an hour'),
  perTime('Most per Minute', 'perMinute', 'a minute'),
  {
    displayName: 'Send At',
    name: 'sendAt',
    type: 'dateTime',
    default: '',
    description: "When the campaign begins, in the workflow's time zone. Empty means now.",
  },
  sendWindowField,
];

/** The fields of a new campaign. */
export const campaignFields: INodeProperties[] = [
  {
    displayName: 'Name',
    name: 'name',
    type: 'string',
    required: true,
    default: '',
    placeholder: 'e.g. Spring offer',
    description: 'A name to find the campaign by. The recipients do not see it.',
  },
  audienceIdField,
  {
    displayName: 'Text',
    name: 'text',
    type: 'string',
    typeOptions: { rows: 4 },
    default: '',
    placeholder: 'e.g. Hello {first_name}, we have something new for you…',
    description:
      'What everybody gets, at most 4096 characters. {first_name} becomes that variable of each contact; {phone} and {displayname} are always there. With media, it is the caption under it.',
  },
  {
    displayName: 'Media Address',
    name: 'mediaUrl',
    type: 'string',
    default: '',
    placeholder: 'e.g. https://example.com/picture.jpg',
    description:
      'Address of a picture, video or document that everybody gets. Empty for a text alone. It begins with https:// and can be opened without logging in.',
  },
  {
    displayName: 'Caption',
    name: 'mediaCaption',
    type: 'string',
    typeOptions: { rows: 2 },
    displayOptions: { hide: { mediaUrl: [''] } },
    default: '',
    description:
      'Text under the media, at most 1024 characters. Leave empty to take what is in Text. Variables work as in Text.',
  },
  {
    displayName: 'If a Variable Is Missing',
    name: 'onMissingVariable',
    type: 'options',
    options: [
      {
        name: 'Do Not Start',
        value: 'fail',
        description: 'Nothing is sent; the error names contacts that lack it',
      },
      { name: 'Leave It as Written', value: 'skip', description: 'The contact gets "{first_name}" as it is' },
    ],
    default: 'fail',
    description: 'What to do when a contact has no value for a variable of the text',
  },
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add option',
    default: {},
    options,
  },
];
