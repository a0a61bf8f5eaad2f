import type { Resource } from '../operation';
import { addContacts } from './add-contacts.operation';
import { create } from './create.operation';
import { remove } from './delete.operation';
import { get } from './get.operation';
import { getAll } from './get-all.operation';
import { removeContact } from './remove-contact.operation';
import { updateContact } from './update-contact.operation';

export const audience: Resource = {
  value: 'audience',
  name: 'Audience',
  operations: [addContacts, create, remove, get, getAll, removeContact, updateContact],
  defaultOperation: 'create',
};
