import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { callEngine, pathTo } from '../../../shared/call-engine';
import { optionsField } from '../common-fields';
import type { Operation } from '../operation';
import { fromOption, fromQuery, GROUPS, groups, membersField, readMembers } from './resource';

export const addMembers: Operation = {
  value: 'addMembers',
  name: 'Add Members',
  action: 'Add members to a group',
  description: 'Add people to a group. The output says of each whether it worked, and what to do if not.',
  fields: [groups.idField, membersField('who are added'), optionsField([fromOption])],
  async execute(context, itemIndex) {
    return await callEngine(context, {
      method: 'POST',
      path: groups.chosenPath(context, itemIndex, 'members'),
      query: fromQuery(context, itemIndex),
      body: { participants: readMembers(context, itemIndex) },
      itemIndex,
    });
  },
};

export const removeMembers: Operation = {
  value: 'removeMembers',
  name: 'Remove Members',
  action: 'Remove members from a group',
  description: 'Remove people from a group',
  fields: [groups.idField, membersField('who are removed'), optionsField([fromOption])],
  async execute(context, itemIndex) {
    let group: IDataObject = {};
    const results: unknown[] = [];
    for (const member of readMembers(context, itemIndex)) {
      group = await removeOne(context, itemIndex, member);
      results.push(...(group.results as unknown[]));
    }
    return { ...group, results } as IDataObject;
  },
};

function removeOne(context: IExecuteFunctions, itemIndex: number, member: string): Promise<IDataObject> {
  const path = pathTo(GROUPS, groups.chosenId(context, itemIndex), 'members', member);
  return callEngine(context, { method: 'DELETE', path, query: fromQuery(context, itemIndex), itemIndex });
}
