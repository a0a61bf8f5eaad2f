import type { IDataObject } from 'n8n-workflow';
import { callEngine, pathTo } from '../../shared/call-engine';
import { fromField, optionsField } from './common-fields';
import type { Operation, Resource } from './operation';
import { readText } from './read-field';

const checkNumber: Operation = {
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
    optionsField([fromField('asks WhatsApp')]),
  ],
  async execute(context, itemIndex) {
    const phone = readText(context, 'phone', itemIndex).trim();
    if (!phone) throw new Error('Phone is empty. Enter the phone number to look up.');
    const { from } = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
    const answer = await callEngine(context, {
      method: 'GET',
      path: pathTo('/v1/contacts', phone, 'check'),
      query: from ? { from } : {},
      itemIndex,
    });
    return { phone, ...answer };
  },
};

export const contact: Resource = {
  value: 'contact',
  name: 'Contact',
  operations: [checkNumber],
  defaultOperation: 'checkNumber',
};
