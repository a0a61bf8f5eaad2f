import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { callEngine } from '../../../shared/call-engine';
import { optionsField } from '../common-fields';
import { idempotencyKey } from '../idempotency-key';
import type { Operation } from '../operation';
import { bodyFields, readText } from '../read-field';
import { fromOption, fromQuery, GROUPS, groups, membersField, nameField, readMembers } from './resource';

export const create: Operation = {
  value: 'create',
  name: 'Create',
  action: 'Create a group',
  description:
    'Create a group with people who know you. The output says of each whether they could be added. WhatsApp restricts numbers that create many groups.',
  fields: [nameField, membersField('who are in it from the start'), optionsField([fromOption])],
  async execute(context, itemIndex) {
    return await callEngine(context, {
      method: 'POST',
      path: GROUPS,
      query: fromQuery(context, itemIndex),
      headers: { 'Idempotency-Key': idempotencyKey(context, itemIndex) },
      body: {
        name: readText(context, 'name', itemIndex).trim(),
        participants: readMembers(context, itemIndex),
      },
      itemIndex,
    });
  },
};

const changes: INodeProperties[] = [
  {
    displayName: 'Description',
    name: 'description',
    type: 'string',
    typeOptions: { rows: 3 },
    default: '',
    description: 'The new description, at most 2048 characters. Leave empty to remove the current one.',
  },
  { ...nameField, required: undefined, description: 'The new name, at most 100 characters' },
  {
    displayName: 'Only Admins Approve Who Joins',
    name: 'joinApproval',
    type: 'boolean',
    default: false,
    description: 'Whether people who use the invite link wait until an admin approves them',
  },
  {
    displayName: 'Only Admins Change the Group',
    name: 'restrict',
    type: 'boolean',
    default: false,
    description: 'Whether only admins can change name, description and picture',
  },
  {
    displayName: 'Only Admins Write',
    name: 'announce',
    type: 'boolean',
    default: false,
    description: 'Whether only admins can write in the group',
  },
];

export const update: Operation = {
  value: 'update',
  name: 'Update',
  action: 'Update a group',
  description: 'Change the name, description or settings of a group. Your number must be an admin of it.',
  fields: [
    groups.idField,
    {
      displayName: 'Changes',
      name: 'changes',
      type: 'collection',
      placeholder: 'Add Change',
      default: {},
      options: changes,
    },
    optionsField([fromOption]),
  ],
  async execute(context, itemIndex) {
    const chosen = context.getNodeParameter('changes', itemIndex, {}) as IDataObject;
    const settings = bodyFields(chosen, ['announce', 'restrict', 'joinApproval']);
    const body: IDataObject = {
      ...bodyFields(chosen, ['name']),
      ...('description' in chosen ? { description: String(chosen.description ?? '') || null } : {}),
      ...(Object.keys(settings).length > 0 ? { settings } : {}),
    };
    if (Object.keys(body).length === 0)
      throw new Error('There is nothing to change. Add at least one change.');
    const path = groups.chosenPath(context, itemIndex);
    return await callEngine(context, {
      ...{ method: 'PATCH', path, query: fromQuery(context, itemIndex), body, itemIndex },
    });
  },
};
