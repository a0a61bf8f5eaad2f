import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { callEngine } from '../../transport/call-engine';
import type { Operation } from '../operation';
import { readFilter } from '../read-text';

const FILTERS = { reference: 'reference', to: 'to', sequenceId: 'sequence_id', campaignId: 'campaign_id' };

function filterField(
  displayName: string,
  name: keyof typeof FILTERS,
  placeholder: string,
  of: string,
): INodeProperties {
  return {
    displayName,
    name,
    type: 'string',
    default: '',
    placeholder,
    description: `Cancel those ${of}. Leave empty for any.`,
  };
}

export const cancelMany: Operation = {
  value: 'cancelMany',
  name: 'Cancel Many',
  action: 'Cancel many messages',
  description: 'Cancel every waiting message that matches all fields that are filled in',
  fields: [
    filterField('Reference', 'reference', 'e.g. appointment-42', 'that have this reference'),
    filterField('To', 'to', 'e.g. +14155551234', 'to this phone number or chat'),
    filterField('Sequence ID', 'sequenceId', 'e.g. seq_01JZX3M8Q4W6T2B9V5K7N0P1R3', 'of this sequence'),
    filterField('Campaign ID', 'campaignId', 'e.g. cmp_01JZX3M8Q4W6T2B9V5K7N0P1R3', 'of this campaign'),
  ],
  async execute(context, itemIndex) {
    const body: IDataObject = {};
    for (const [name, field] of Object.entries(FILTERS)) {
      const value = readFilter(context, name, itemIndex);
      if (value) body[field] = value;
    }
    if (Object.keys(body).length === 0) {
      throw new Error('Nothing says which messages to cancel: fill in at least one field.');
    }
    return [
      await callEngine(context, { method: 'POST', path: '/v1/scheduled-messages/cancel', body, itemIndex }),
    ];
  },
};
