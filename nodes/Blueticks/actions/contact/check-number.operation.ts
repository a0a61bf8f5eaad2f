import type { IDataObject } from 'n8n-workflow';
import { callEngine } from '../../transport/call-engine';
import type { Operation } from '../operation';
import { readText } from '../read-text';

export const checkNumber: Operation = {
  value: 'checkNumber',
  name: 'Check Number',
  action: 'Check whether a phone number is on WhatsApp',
  description: 'Find out whether a phone number has WhatsApp, and the ID of its chat',
  fields: [
    {
      displayName: 'Phone',
      name: 'phone',
      type: 'string',
      required: true,
      default: '',
      placeholder: 'e.g. +14155551234',
      description: 'The phone number to look up, with "+" and country code',
    },
    {
      displayName: 'Options',
      name: 'options',
      type: 'collection',
      placeholder: 'Add option',
      default: {},
      options: [
        {
          displayName: 'From',
          name: 'from',
          type: 'string',
          default: '',
          placeholder: 'e.g. +14155551234',
          description: 'Which of your linked numbers asks WhatsApp. Only needed when several are linked.',
        },
      ],
    },
  ],
  async execute(context, itemIndex) {
    const phone = readText(context, 'phone', itemIndex).trim();
    if (!phone) throw new Error('Phone: there is no number to look up.');
    const { from } = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
    const answer = await callEngine(context, {
      method: 'GET',
      path: `/v1/contacts/${encodeURIComponent(phone)}/check`,
      query: from ? { from } : {},
      itemIndex,
    });
    return [{ phone, ...answer }];
  },
};
