import type { INodeProperties } from 'n8n-workflow';
import { callEngine } from '../../../shared/call-engine';
import type { Operation } from '../operation';
import { readFilters } from '../read-field';
import { MESSAGES } from './resource';

function filterField(displayName: string, name: string, placeholder: string, which: string): INodeProperties {
  return {
    displayName,
    name,
    type: 'string',
    default: '',
    placeholder,
    description: `Cancel only messages ${which}. Leave empty for any.`,
  };
}

const filters = [
  filterField('Reference', 'reference', 'e.g. appointment-42', 'with this reference'),
  filterField('To', 'to', 'e.g. +14155551234', 'to this phone number or chat'),
  filterField('Sequence ID', 'sequenceId', 'e.g. seq_01JZX3M8Q4W6T2B9V5K7N0P1R3', 'of this sequence'),
  filterField('Campaign ID', 'campaignId', 'e.g. cmp_01JZX3M8Q4W6T2B9V5K7N0P1R3', 'of this campaign'),
];

export const cancelMany: Operation = {
  value: 'cancelMany',
  name: 'Cancel Many',
  action: 'Cancel many messages',
  description: 'Cancel every message that has not been sent yet and matches all the fields you fill in',
  fields: filters,
  async execute(context, itemIndex) {
    const body = readFilters(
      context,
      filters.map(({ name }) => name),
      itemIndex,
      'It is not clear which messages to cancel. Fill in at least one field.',
    );
    return await callEngine(context, { method: 'POST', path: `${MESSAGES}/cancel`, body, itemIndex });
  },
};
