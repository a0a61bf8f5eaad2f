import type { INodeProperties } from 'n8n-workflow';
import { getMany } from '../describe-resource';
import type { Resource } from '../operation';
import { SEQUENCES, sequences } from './resource';
import { start } from './start.operation';
import { stop } from './stop.operation';

const filters: INodeProperties[] = [
  {
    displayName: 'Reference',
    name: 'reference',
    type: 'string',
    default: '',
    placeholder: 'e.g. order-42',
    description: 'Only sequences with this reference',
  },
  {
    displayName: 'Status',
    name: 'status',
    type: 'options',
    options: [
      { name: 'Active', value: 'active', description: 'Some steps have not been sent yet' },
      { name: 'Canceled', value: 'canceled', description: 'You stopped it' },
      { name: 'Completed', value: 'completed', description: 'All steps were sent' },
      { name: 'Stopped by Reply', value: 'stopped_by_reply', description: 'The recipient replied' },
    ],
    default: 'active',
    description: 'Only sequences with this status',
  },
  {
    displayName: 'To',
    name: 'to',
    type: 'string',
    default: '',
    placeholder: 'e.g. +14155551234',
    description: 'Only sequences to this phone number or chat',
  },
];

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
