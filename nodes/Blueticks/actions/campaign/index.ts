import type { Resource } from '../operation';
import { create } from './create.operation';
import { get } from './get.operation';
import { getAll } from './get-all.operation';
import { cancel, pause, resume } from './steer.operations';

export const campaign: Resource = {
  value: 'campaign',
  name: 'Campaign',
  operations: [cancel, create, get, getAll, pause, resume],
  defaultOperation: 'create',
};
