import type { Operation } from '../operation';
import { addInChunks } from './add-in-chunks';
import { audienceIdField, audiencePath, chosenAudience } from './audience-id';
import { contactsFields } from './contact-fields';
import { contactsOfItems, contactsOfRows, isFromItems } from './read-contacts';

export const addContacts: Operation = {
  value: 'addContacts',
  name: 'Add Contacts',
  action: 'Add contacts to an audience',
  description: 'Add contacts to an audience. Those whose number it has already stay as they are.',
  fields: [audienceIdField, ...contactsFields],
  isTogether: isFromItems,
  /** Items may be for several audiences: each gets its own together. */
  async executeTogether(context, itemIndexes) {
    const items = new Map<string, number[]>();
    for (const itemIndex of itemIndexes) {
      const audience = chosenAudience(context, itemIndex);
      items.set(audience, [...(items.get(audience) ?? []), itemIndex]);
    }
    const answers = [];
    for (const [audience, indexes] of items) {
      const first = indexes[0] ?? 0;
      const contacts = contactsOfItems(context, indexes);
      const answer = await addInChunks(context, audiencePath(context, first), contacts, first);
      answers.push({ audience_id: audience, ...answer });
    }
    return answers;
  },
  async execute(context, itemIndex) {
    const contacts = contactsOfRows(context, itemIndex);
    const answer = await addInChunks(context, audiencePath(context, itemIndex), contacts, itemIndex);
    return [{ audience_id: chosenAudience(context, itemIndex), ...answer }];
  },
};
