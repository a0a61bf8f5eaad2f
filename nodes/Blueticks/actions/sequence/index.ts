import type { Resource } from '../operation';
import { get } from './get.operation';
import { getAll } from './get-all.operation';
import { start } from './start.operation';
import { stop } from './stop.operation';

export const sequence: Resource = {
  value: 'sequence',
  name: 'Sequence',
  operations: [get, getAll, start, stop],
  defaultOperation: 'start',
};
