import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { readRecipient, recipientField } from '../common-fields';
import { toRfc3339 } from '../date-time';
import { createOne } from '../describe-resource';
import type { Operation } from '../operation';
import { contentFields, readContent } from './content';
import { newMessageOptions, readOptions } from './options';
import { MESSAGES } from './resource';
import { showMoment } from './show-moment';

/** The fields of a new message: `extra` goes between recipient and content, `options` among the options. */
export function newMessageFields(
  own: { extra?: INodeProperties[]; options?: INodeProperties[] } = {},
): INodeProperties[] {
  const { extra = [], options = [] } = own;
  return [recipientField, ...extra, ...contentFields({ optional: false }), newMessageOptions(options)];
}

/** Creates the message that an item's fields describe. */
export async function createMessage(
  context: IExecuteFunctions,
  itemIndex: number,
  extra: IDataObject = {},
): Promise<IDataObject> {
  const message = await createOne(context, itemIndex, MESSAGES, {
    type: context.getNodeParameter('type', itemIndex),
    to: readRecipient(context, itemIndex),
    ...(await readContent(context, itemIndex)),
    ...readOptions(context, itemIndex),
    ...extra,
  });
  return showMoment(context, message, itemIndex);
}

export const send: Operation = {
  value: 'send',
  name: 'Send',
  action: 'Send a message',
  description: 'Send a message now',
  fields: newMessageFields(),
  execute: (context, itemIndex) => createMessage(context, itemIndex),
};

export const schedule: Operation = {
  value: 'schedule',
  name: 'Schedule',
  action: 'Schedule a message',
  description: 'Send a message at a date and time, up to a year ahead',
  fields: newMessageFields({
    extra: [
      {
        displayName: 'Send At',
        name: 'sendAt',
        type: 'dateTime',
        required: true,
        default: '',
        hint: "In the workflow's time zone, from 10 seconds to a year ahead",
        description:
          'When to send the message. An expression such as {{ $now.plus({ days: 3 }) }} works too.',
      },
    ],
  }),
  execute(context, itemIndex) {
    const sendAt = context.getNodeParameter('sendAt', itemIndex) as unknown;
    return createMessage(context, itemIndex, {
      send_at: toRfc3339(sendAt, context.getTimezone(), 'Send At'),
    });
  },
};
