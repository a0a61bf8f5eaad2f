import type { IDataObject } from 'n8n-workflow';
import { callEngine } from '../../../shared/call-engine';
import { toRfc3339 } from '../date-time';
import type { Operation } from '../operation';
import { contentFields, readContent } from './content';
import { readOptions, updateOptions } from './options';
import { messages } from './resource';
import { showMoment } from './show-moment';

export const update: Operation = {
  value: 'update',
  name: 'Update',
  action: 'Update a message',
  description: 'Change the content or time of a message that has not been sent yet',
  fields: [
    messages.idField,
    {
      displayName: 'Send At',
      name: 'sendAt',
      type: 'dateTime',
      default: '',
      description:
        "The new date and time, in the workflow's time zone. Leave empty to keep the current value.",
    },
    {
      displayName: 'Moment',
      name: 'of',
      type: 'dateTime',
      default: '',
      description:
        'Of a message before or after a moment: the new moment. The message moves with it. Leave empty to keep the current one. "Move" does it for all messages with a reference.',
    },
    ...contentFields({ optional: true }),
    updateOptions,
  ],
  async execute(context, itemIndex) {
    const sendAt = context.getNodeParameter('sendAt', itemIndex, '') as unknown;
    const of = context.getNodeParameter('of', itemIndex, '') as unknown;
    if (sendAt && of)
      throw new Error('Send At and Moment are both filled in. Use only one of them: each sets the time.');
    const zone = context.getTimezone();
    const body: IDataObject = {
      ...(await readContent(context, itemIndex)),
      ...readOptions(context, itemIndex),
      ...(sendAt ? { send_at: toRfc3339(sendAt, zone, 'Send At') } : {}),
      ...(of ? { send_at: { of: toRfc3339(of, zone, 'Moment') } } : {}),
    };
    if (Object.keys(body).length === 0) {
      throw new Error('There is nothing to change. Fill in at least one of the fields below Message.');
    }
    const path = messages.chosenPath(context, itemIndex);
    const message = await callEngine(context, { method: 'PATCH', path, body, itemIndex });
    return showMoment(context, message, itemIndex);
  },
};
