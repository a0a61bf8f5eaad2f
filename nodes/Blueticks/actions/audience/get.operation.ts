import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { callEngine } from '../../transport/call-engine';
import type { Operation } from '../operation';
import { audienceIdField, audiencePath } from './audience-id';

export const get: Operation = {
  value: 'get',
  name: 'Get',
  action: 'Get an audience',
  description: 'Read an audience, with its contacts if wanted',
  fields: [
    audienceIdField,
    {
      displayName: 'Include Contacts',
      name: 'includeContacts',
      type: 'boolean',
      default: false,
      description: 'Whether to put out all its contacts too, with their IDs and variables',
    },
  ],
  async execute(context, itemIndex) {
    const path = audiencePath(context, itemIndex);
    const audience = await callEngine(context, { method: 'GET', path, itemIndex });
    if (context.getNodeParameter('includeContacts', itemIndex, false) !== true) return [audience];
    return [{ ...audience, contacts: await readAll(context, path, itemIndex) }];
  },
};

async function readAll(context: IExecuteFunctions, path: string, itemIndex: number): Promise<IDataObject[]> {
  const contacts: IDataObject[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await callEngine(context, { method: 'GET', path, query: { page }, itemIndex });
    contacts.push(...(answer.contacts as IDataObject[]));
    if (!answer.has_more) return contacts;
  }
}
