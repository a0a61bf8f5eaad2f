import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { callEngine } from '../../../shared/call-engine';
import { contentFields, readContent } from '../message/content';
import type { Operation } from '../operation';
import { REPEATED_TYPES } from './create.operation';
import { readOptions, updateOptions } from './options';
import { readSchedule } from './read-schedule';
import { recurrences } from './resource';
import { scheduleFields } from './schedule-fields';

const onlyWithNewTimes = (field: INodeProperties): INodeProperties => ({
  ...field,
  displayOptions: { show: { ...field.displayOptions?.show, changeTimes: [true] } },
});

export const update: Operation = {
  value: 'update',
  name: 'Update',
  action: 'Update a recurring message',
  description: 'Change a recurring message from the next time on',
  fields: [
    recurrences.idField,
    ...contentFields({ optional: true, types: REPEATED_TYPES }),
    {
      displayName: 'Change the Times',
      name: 'changeTimes',
      type: 'boolean',
      default: false,
      description: 'Whether it goes at other times from now on',
    },
    ...scheduleFields.map(onlyWithNewTimes),
    updateOptions,
  ],
  async execute(context, itemIndex) {
    const read = (name: string): unknown => context.getNodeParameter(name, itemIndex, undefined);
    const isRetimed = context.getNodeParameter('changeTimes', itemIndex, false) === true;
    const body: IDataObject = {
      ...(await readContent(context, itemIndex)),
      ...(isRetimed ? readSchedule(read, context.getTimezone()) : {}),
      ...readOptions(context, itemIndex),
    };
    if (Object.keys(body).length === 0)
      throw new Error('There is nothing to change. Fill in at least one of the fields below Recurrence.');
    const path = recurrences.chosenPath(context, itemIndex);
    return await callEngine(context, { method: 'PATCH', path, body, itemIndex });
  },
};
