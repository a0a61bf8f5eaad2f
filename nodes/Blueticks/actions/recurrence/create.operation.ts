import { audiences } from '../audience/resource';
import { readRecipient, recipientField } from '../common-fields';
import { createOne } from '../describe-resource';
import { contentFields, readContent } from '../message/content';
import type { Operation } from '../operation';
import { createOptions, readOptions } from './options';
import { readSchedule } from './read-schedule';
import { RECURRENCES } from './resource';
import { scheduleFields } from './schedule-fields';

/** What can be sent again and again. */
export const REPEATED_TYPES = ['media', 'poll', 'text'];

export const create: Operation = {
  value: 'create',
  name: 'Create',
  action: 'Create a recurring message',
  description:
    'Send a message again and again: every week on Monday at nine, until a date or until they reply',
  fields: [
    {
      displayName: 'Send To',
      name: 'sendTo',
      type: 'options',
      options: [
        {
          name: 'Audience',
          value: 'audience',
          description: 'A campaign each time, to those who are in it then',
        },
        { name: 'Person or Group', value: 'one', description: 'One chat' },
      ],
      default: 'one',
      description: 'Who gets it',
    },
    { ...recipientField, displayOptions: { show: { sendTo: ['one'] } } },
    { ...audiences.idField, displayOptions: { show: { sendTo: ['audience'] } } },
    ...contentFields({ optional: false, types: REPEATED_TYPES }),
    ...scheduleFields,
    {
      displayName: 'Until They Reply',
      name: 'untilReply',
      type: 'boolean',
      displayOptions: { show: { sendTo: ['one'] } },
      default: false,
      description: 'Whether it ends as soon as the person writes or votes',
    },
    createOptions,
  ],
  async execute(context, itemIndex) {
    const read = (name: string): unknown => context.getNodeParameter(name, itemIndex, undefined);
    const isAudience = context.getNodeParameter('sendTo', itemIndex, 'one') === 'audience';
    return await createOne(context, itemIndex, RECURRENCES, {
      ...(isAudience
        ? { audience_id: audiences.chosenId(context, itemIndex) }
        : {
            to: readRecipient(context, itemIndex),
            until_reply: context.getNodeParameter('untilReply', itemIndex, false) === true,
          }),
      type: context.getNodeParameter('type', itemIndex, 'text'),
      ...(await readContent(context, itemIndex)),
      ...readSchedule(read, context.getTimezone()),
      ...readOptions(context, itemIndex),
    });
  },
};
