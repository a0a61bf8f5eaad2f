import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { callEngine, pathTo } from '../../../shared/call-engine';
import { optionsField } from '../common-fields';
import type { Operation } from '../operation';
import { textOf } from '../read-field';
import { SESSIONS, sessions, theSession } from './resource';

const settings: INodeProperties[] = [
  {
    displayName: 'Call Reply',
    name: 'callReply',
    type: 'string',
    default: '',
    description: 'What somebody is written whose call was rejected. Leave empty to write nothing.',
  },
  {
    displayName: 'Mark as Read',
    name: 'markRead',
    type: 'options',
    options: [
      { name: 'At Once', value: 'at_once', description: 'As soon as a message was received' },
      { name: 'Before an Answer', value: 'on_reply', description: 'When a message is sent in the chat' },
      { name: 'Never by Itself', value: 'never', description: 'Only with "Mark as Read" of a chat' },
    ],
    default: 'on_reply',
    description: 'When received messages are marked as read, so that those who wrote them see blue ticks',
  },
  {
    displayName: 'Name',
    name: 'name',
    type: 'string',
    default: '',
    placeholder: 'e.g. Front desk',
    description: 'Your own name for the number. Leave empty for none.',
  },
  {
    displayName: 'Proxy',
    name: 'proxy',
    type: 'string',
    typeOptions: { password: true },
    default: '',
    placeholder: 'e.g. socks5://user:password@host:1080',
    description:
      'Reach WhatsApp only through this proxy: http://, https:// or socks5://. The number reconnects at once. Leave empty to connect directly.',
  },
  {
    displayName: 'Reject Calls',
    name: 'rejectCalls',
    type: 'boolean',
    default: false,
    description: 'Whether calls to the number are rejected',
  },
  {
    displayName: 'Takeover Hours',
    name: 'takeoverHours',
    type: 'number',
    typeOptions: { minValue: 0, maxValue: 720 },
    default: 12,
    description:
      'For how many hours a chat is yours after you write in it on the phone. With 0, writing there takes nothing over.',
  },
];

/** Changes the settings that are filled in. */
export const update: Operation = {
  value: 'update',
  name: 'Update',
  action: 'Update the settings of a linked number',
  description:
    'Change what a linked number does by itself: mark messages as read, reject calls, leave a chat to you',
  fields: [
    sessions.idFieldOf({
      description: 'The linked number to change. You can leave this empty if there is only one.',
      whenEmpty: 'The only one',
    }),
    optionsField(settings),
  ],
  async execute(context, itemIndex) {
    const body = bodyOf(context.getNodeParameter('options', itemIndex, {}) as IDataObject);
    if (Object.keys(body).length === 0)
      throw new Error('There is nothing to change. Add at least one of the options.');
    const path = pathTo(SESSIONS, await theSession(context, itemIndex));
    return await callEngine(context, { method: 'PATCH', path, body, itemIndex });
  },
};

/** An empty text removes what was set. */
function bodyOf({ callReply, markRead, name, proxy, rejectCalls, takeoverHours }: IDataObject): IDataObject {
  return {
    ...(callReply === undefined ? {} : { call_reply: textOf(callReply, 'Call Reply') || null }),
    ...(markRead === undefined ? {} : { mark_read: markRead }),
    ...(name === undefined ? {} : { name: textOf(name, 'Name').trim() || null }),
    ...(proxy === undefined ? {} : { proxy: textOf(proxy, 'Proxy').trim() || null }),
    ...(rejectCalls === undefined ? {} : { reject_calls: rejectCalls }),
    ...(takeoverHours === undefined || takeoverHours === '' ? {} : { takeover_hours: takeoverHours }),
  };
}
