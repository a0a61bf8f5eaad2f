import type { IDataObject } from 'n8n-workflow';
import { callEngine } from '../../transport/call-engine';
import type { Operation } from '../operation';
import { readText } from '../read-text';
import { audienceIdField, contactIdField, contactPath } from './audience-id';
import { contactToField, variablesField } from './contact-fields';
import { readVariables } from './read-variables';

export const updateContact: Operation = {
  value: 'updateContact',
  name: 'Update Contact',
  action: 'Update a contact of an audience',
  description: "Change a contact's number or variables",
  fields: [
    audienceIdField,
    contactIdField,
    {
      ...contactToField,
      description: 'The new phone number, with "+" and country code. Leave empty to keep what it has.',
    },
    {
      ...variablesField,
      description: 'The new variables, instead of all that it has. Leave empty to keep what it has.',
    },
  ],
  async execute(context, itemIndex) {
    const to = readText(context, 'to', itemIndex).trim();
    const body: IDataObject = {
      ...(to ? { to } : {}),
      ...readVariables(context.getNodeParameter('variables', itemIndex, {})),
    };
    if (Object.keys(body).length === 0) {
      throw new Error('There is nothing to change: give a new number, variables, or both.');
    }
    const path = contactPath(context, itemIndex);
    return [await callEngine(context, { method: 'PATCH', path, body, itemIndex })];
  },
};
