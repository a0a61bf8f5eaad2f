import { getMany } from '../describe-resource';
import type { Resource } from '../operation';
import { addContacts } from './add-contacts.operation';
import { removeContact, updateContact } from './contact.operations';
import { create } from './create.operation';
import { get } from './get.operation';
import { AUDIENCES, audiences } from './resource';

export const audience: Resource = {
  value: 'audience',
  name: 'Audience',
  operations: [
    addContacts,
    create,
    audiences.delete('Delete an audience and its contacts. An active campaign must not be using it.'),
    get,
    getMany('audiences', AUDIENCES, 'List audiences and how many contacts each has, newest first'),
    removeContact,
    updateContact,
  ],
  defaultOperation: 'create',
};
