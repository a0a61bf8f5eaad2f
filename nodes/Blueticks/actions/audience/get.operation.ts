import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { callEngine } from '../../../shared/call-engine';
import type { Operation } from '../operation';
import { audiences } from './resource';

export const get: Operation = {
  value: 'get',
  name: 'Get',
  action: 'Get an audience',
  description: 'Read an audience, and its contacts if you want them',
  fields: [
    audiences.idField,
    {
      displayName: 'Include Contacts',
      name: 'includeContacts',
      type: 'boolean',
      default: false,
      description: 'Whether to output all its contacts too, with their IDs and variables',
    },
  ],
  async execute(context, itemIndex) {
    const path = audiences.chosenPath(context, itemIndex);
    const audience = await callEngine(context, { method: 'GET', path, itemIndex });
    if (context.getNodeParameter('includeContacts', itemIndex, false) !== true) return audience;
    return { ...audience, contacts: await readContacts(context, path, itemIndex) };
  },
};

async function readContacts(
  context: IExecuteFunctions,
  path: string,
  itemIndex: number,
): Promise<IDataObject[]> {
  const contacts: IDataObject[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await callEngine(context, { method: 'GET', path, query: { page }, itemIndex });
    contacts.push(...(answer.contacts as IDataObject[]));
    if (!answer.has_more) return contacts;
  }
}
