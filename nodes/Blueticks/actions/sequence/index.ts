import { filtersOf } from '../common-fields';
import { getMany } from '../describe-resource';
import type { Resource } from '../operation';
import { SEQUENCES, sequences } from './resource';
import { start } from './start.operation';
import { stop } from './stop.operation';

const filters = filtersOf('sequences', 'order-42', [
  { name: 'Active', value: 'active', description: 'Some steps have not been sent yet' },
  { name: 'Canceled', value: 'canceled', description: 'You stopped it' },
  { name: 'Completed', value: 'completed', description: 'All steps were sent' },
  { name: 'Stopped by Reply', value: 'stopped_by_reply', description: 'The recipient replied' },
]);

export const sequence: Resource = {
  value: 'sequence',
  name: 'Sequence',
  operations: [
    sequences.get('Read a sequence with its messages and their status'),
    getMany('sequences', SEQUENCES, 'List sequences, newest first', filters),
    start,
    stop,
  ],
  defaultOperation: 'start',
};
