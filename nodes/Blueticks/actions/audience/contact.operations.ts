import type { IDataObject } from 'n8n-workflow';
import { callEngine } from '../../../shared/call-engine';
import type { Operation } from '../operation';
import { readText } from '../read-field';
import { contactToField, readVariables, variablesField } from './contacts-input';
import { audiences, contacts } from './resource';

export const removeContact: Operation = {
  value: 'removeContact',
  name: 'Remove Contact',
  action: 'Remove a contact from an audience',
  description: 'Remove a contact from an audience',
  fields: [audiences.idField, contacts.idField],
  async execute(context, itemIndex) {
    const path = contacts.chosenPath(context, itemIndex);
    return await callEngine(context, { method: 'DELETE', path, itemIndex });
  },
};

export const updateContact: Operation = {
  value: 'updateContact',
  name: 'Update Contact',
  action: 'Update a contact of an audience',
  description: "Change a contact's number or variables",
  fields: [
    audiences.idField,
    contacts.idField,
    {
      ...contactToField,
      description: 'The new phone number, with "+" and country code. Leave empty to keep the current one.',
    },
    {
      ...variablesField,
      description: 'The new variables, which replace all current ones. Leave empty to keep those.',
    },
  ],
  async execute(context, itemIndex) {
    const to = readText(context, 'to', itemIndex).trim();
    const body: IDataObject = {
      ...(to ? { to } : {}),
      ...readVariables(context.getNodeParameter('variables', itemIndex, {})),
    };
    if (Object.keys(body).length === 0) {
      throw new Error('There is nothing to change. Enter a new number, variables, or both.');
    }
    const path = contacts.chosenPath(context, itemIndex);
    return await callEngine(context, { method: 'PATCH', path, body, itemIndex });
  },
};
