import type { Operation } from '../operation';
import { contactsFields, contactsOfItems, contactsOfRows, isFromItems } from './contacts-input';
import { addInChunks } from './post-contacts';
import { audiences } from './resource';

export const addContacts: Operation = {
  value: 'addContacts',
  name: 'Add Contacts',
  action: 'Add contacts to an audience',
  description: 'Add contacts to an audience. Numbers that are already in it stay as they are.',
  fields: [audiences.idField, ...contactsFields],
  isTogether: isFromItems,
  /** Items may name different audiences. Each audience gets its contacts together. */
  async executeTogether(context, itemIndexes) {
    const items = new Map<string, number[]>();
    for (const itemIndex of itemIndexes) {
      const audience = audiences.chosenId(context, itemIndex);
      items.set(audience, [...(items.get(audience) ?? []), itemIndex]);
    }
    const answers = [];
    for (const [audience, indexes] of items) {
      const first = indexes[0] ?? 0;
      const contacts = contactsOfItems(context, indexes);
      const answer = await addInChunks(context, audiences.chosenPath(context, first), contacts, first);
      answers.push({ audience_id: audience, ...answer });
    }
    return answers;
  },
  async execute(context, itemIndex) {
    const contacts = contactsOfRows(context, itemIndex);
    const path = audiences.chosenPath(context, itemIndex);
    const answer = await addInChunks(context, path, contacts, itemIndex);
    return { audience_id: audiences.chosenId(context, itemIndex), ...answer };
  },
};
