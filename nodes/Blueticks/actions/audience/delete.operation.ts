import { callEngine } from '../../transport/call-engine';
import type { Operation } from '../operation';
import { audienceIdField, audiencePath } from './audience-id';

export const remove: Operation = {
  value: 'delete',
  name: 'Delete',
  action: 'Delete an audience',
  description: 'Delete an audience and its contacts. One that an active campaign uses cannot be deleted.',
  fields: [audienceIdField],
  async execute(context, itemIndex) {
    const path = audiencePath(context, itemIndex);
    return [await callEngine(context, { method: 'DELETE', path, itemIndex })];
  },
};
