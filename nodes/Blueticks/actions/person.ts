import { describeResource } from './describe-resource';
import type { Resource } from './operation';

export const PEOPLE = '/v1/people';

const people = describeResource({
  noun: 'person',
  plural: 'people',
  prefix: 'per_',
  path: PEOPLE,
  description:
    'The person: one of those a linked number knows, a phone number with "+" and country code, the ID of a chat, or the field "person_id" of an event or a message',
  alsoBy: { name: 'Phone or Chat ID', placeholder: 'e.g. +14155551234' },
});

export const person: Resource = {
  value: 'person',
  name: 'Person',
  operations: [
    people.delete(
      'Cancel what is pending for a person and erase their messages, names, files and contacts. This cannot be undone.',
      'erase',
    ),
    people.read('export', 'Read everything that is stored about a person'),
    people.get('Read who a person is: their names, whether they have opted out, and when they last wrote'),
  ],
  defaultOperation: 'get',
};
