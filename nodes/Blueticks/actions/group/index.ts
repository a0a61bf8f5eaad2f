import type { INodeProperties } from 'n8n-workflow';
import { callEngine } from '../../../shared/call-engine';
import { optionsField } from '../common-fields';
import { getMany } from '../describe-resource';
import type { Operation, Resource } from '../operation';
import { create, update } from './edit.operations';
import { addMembers, removeMembers } from './members.operations';
import { fromOption, fromQuery, GROUPS, groups } from './resource';

const filters: INodeProperties[] = [
  fromOption,
  {
    displayName: 'Search',
    name: 'q',
    type: 'string',
    default: '',
    placeholder: 'e.g. lunch',
    description: 'Only groups with this in their name',
  },
];

const get: Operation = {
  value: 'get',
  name: 'Get',
  action: 'Get a group',
  description: 'Read a group with its members',
  fields: [groups.idField, optionsField([fromOption])],
  async execute(context, itemIndex) {
    const path = groups.chosenPath(context, itemIndex);
    return await callEngine(context, {
      method: 'GET',
      path,
      query: fromQuery(context, itemIndex),
      itemIndex,
    });
  },
};

const getInviteLink: Operation = {
  value: 'getInviteLink',
  name: 'Get Invite Link',
  action: 'Get the invite link of a group',
  description: 'Read the link by which people join a group. Your number must be an admin of it.',
  fields: [groups.idField, optionsField([fromOption])],
  async execute(context, itemIndex) {
    const path = groups.chosenPath(context, itemIndex, 'invite');
    return await callEngine(context, {
      method: 'GET',
      path,
      query: fromQuery(context, itemIndex),
      itemIndex,
    });
  },
};

export const group: Resource = {
  value: 'group',
  name: 'Group',
  operations: [
    addMembers,
    create,
    get,
    getInviteLink,
    getMany('groups', GROUPS, 'List the groups that your number is in, by name', filters),
    removeMembers,
    update,
  ],
  defaultOperation: 'get',
};
