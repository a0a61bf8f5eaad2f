import { toRfc3339 } from '../date-time';
import type { Operation } from '../operation';
import { createMessage, newMessageFields } from './create-message';

export const schedule: Operation = {
  value: 'schedule',
  name: 'Schedule',
  action: 'Schedule a message',
  description: 'Have a message sent at a date and time, up to a year ahead',
  fields: newMessageFields({
    extra: [
      {
        displayName: 'Send At',
        name: 'sendAt',
        type: 'dateTime',
        required: true,
        default: '',
        hint: "In the workflow's time zone, from 10 seconds to a year ahead",
        description: 'When it goes out. An expression such as {{ $now.plus({ days: 3 }) }} works too.',
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
