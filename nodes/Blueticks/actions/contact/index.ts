import type { Resource } from '../operation';
import { checkNumber } from './check-number.operation';

export const contact: Resource = {
  value: 'contact',
  name: 'Contact',
  operations: [checkNumber],
  defaultOperation: 'checkNumber',
};
