import type { IDataObject } from 'n8n-workflow';
import { callEngine } from '../../transport/call-engine';
import { toRfc3339 } from '../date-time';
import type { Operation } from '../operation';
import { contentFields } from './content-fields';
import { messageIdField, messagePath } from './message-id';
import { updateOptions } from './option-fields';
import { readContent } from './read-content';
import { readOptions } from './read-options';
import { showMoment } from './show-moment';

export const update: Operation = {
  value: 'update',
  name: 'Update',
  action: 'Update a message',
  description: 'Change what a waiting message says, or when it goes out',
  fields: [
    messageIdField,
    {
      displayName: 'Send At',
      name: 'sendAt',
      type: 'dateTime',
      default: '',
      description: "The new date and time, in the workflow's time zone. Leave empty to keep what it has.",
    },
    ...contentFields({ optional: true }),
    updateOptions,
  ],
  async execute(context, itemIndex) {
    const sendAt = context.getNodeParameter('sendAt', itemIndex, '') as unknown;
    const body: IDataObject = {
      ...(await readContent(context, itemIndex)),
      ...readOptions(context, itemIndex),
      ...(sendAt ? { send_at: toRfc3339(sendAt, context.getTimezone(), 'Send At') } : {}),
    };
    if (Object.keys(body).length === 0) {
      throw new Error('There is nothing to change: fill in at least one of the fields below the message.');
    }
    const path = messagePath(context, itemIndex);
    const message = await callEngine(context, { method: 'PATCH', path, body, itemIndex });
    return [showMoment(context, message, itemIndex)];
  },
};
