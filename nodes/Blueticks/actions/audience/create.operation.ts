import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { callEngine, pathTo } from '../../../shared/call-engine';
import { idempotencyKey } from '../idempotency-key';
import type { Operation } from '../operation';
import { readText } from '../read-field';
import { contactsFields, contactsOfItems, contactsOfRows, isFromItems, type Contact } from './contacts-input';
import { addInChunks, MOST_AT_ONCE, postContacts } from './post-contacts';
import { AUDIENCES } from './resource';

export const create: Operation = {
  value: 'create',
  name: 'Create',
  action: 'Create an audience',
  description: 'Create a list of contacts to send campaigns to',
  fields: [
    {
      displayName: 'Name',
      name: 'name',
      type: 'string',
      required: true,
      default: '',
      placeholder: 'e.g. Customers in Rome',
      description: 'A name for the audience. The contacts do not see it.',
    },
    ...contactsFields,
  ],
  isTogether: isFromItems,
  async executeTogether(context, itemIndexes) {
    return [await createAudience(context, contactsOfItems(context, itemIndexes), itemIndexes[0] ?? 0)];
  },
  async execute(context, itemIndex) {
    return await createAudience(context, contactsOfRows(context, itemIndex), itemIndex);
  },
};

async function createAudience(
  context: IExecuteFunctions,
  contacts: Contact[],
  itemIndex: number,
): Promise<IDataObject> {
  const body = { name: readText(context, 'name', itemIndex).trim() };
  const call = { method: 'POST' as const, path: AUDIENCES, body, itemIndex };
  if (contacts.length <= MOST_AT_ONCE) {
    const headers = { 'Idempotency-Key': idempotencyKey(context, itemIndex) };
    return await postContacts(context, { ...call, headers }, contacts);
  }
  const audience = await postContacts(context, call, contacts.slice(0, MOST_AT_ONCE));
  const path = pathTo(AUDIENCES, audience.id);
  const rest = await addInChunks(context, path, contacts.slice(MOST_AT_ONCE), itemIndex).catch(
    async (error: unknown) => {
      // All or nothing: an incomplete audience would look like a complete one.
      await callEngine(context, { method: 'DELETE', path, itemIndex });
      throw error;
    },
  );
  return { ...audience, contact_count: rest.contact_count };
}
