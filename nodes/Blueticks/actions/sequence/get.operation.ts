import { callEngine } from '../../transport/call-engine';
import type { Operation } from '../operation';
import { sequenceIdField, sequencePath } from './sequence-id';

export const get: Operation = {
  value: 'get',
  name: 'Get',
  action: 'Get a sequence',
  description: 'Read a sequence with its messages and what became of each',
  fields: [sequenceIdField],
  async execute(context, itemIndex) {
    return [await callEngine(context, { method: 'GET', path: sequencePath(context, itemIndex), itemIndex })];
  },
};
