import type { Resource } from '../operation';
import { add } from './add.operation';
import { getAll } from './get-all.operation';
import { remove } from './remove.operation';

export const optOut: Resource = {
  value: 'optOut',
  name: 'Opt-Out',
  operations: [add, getAll, remove],
  defaultOperation: 'add',
};
