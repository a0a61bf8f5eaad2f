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
      throw new Error('There is nothing to change. Fill in at least one of the fields below Message.');
    }
    const path = messages.chosenPath(context, itemIndex);
    const message = await callEngine(context, { method: 'PATCH', path, body, itemIndex });
    return showMoment(context, message, itemIndex);
  },
};
